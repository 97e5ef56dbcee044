import {
  context,
  type Context,
  logs,
  SeverityNumber,
  type Span,
  SpanStatusCode,
  trace,
  type TimeInput,
} from "@opentelemetry/api";
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SPANWARDEN_ATTEMPT_DURATION,
  ATTR_SPANWARDEN_ATTEMPT_RETRY_AFTER,
  ATTR_SPANWARDEN_CALL_DURATION,
  ATTR_SPANWARDEN_FAILURE_CLASS,
  EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS,
  EVENT_SPANWARDEN_ATTEMPT,
  EVENT_SPANWARDEN_CALL_PENDING,
  hashedId,
  promptChecksums,
  type CallFailure,
  type CallTiming,
  type FailedAttempt,
  type LlmCall,
} from "@spanwarden/conventions";

import type { RequestReading } from "../codecs/codec.ts";
import type { Resolved } from "../config.ts";
import { callContext } from "../context/call-context.ts";
import { guarded } from "../guard.ts";
import { countActive, measureCall } from "../metrics.ts";
import { SCOPE } from "../scope.ts";
import { callAttributes, sentAttributes, type CallAttributes, type Sent, type Subject } from "../span.ts";
import type { Answer } from "./answer-reader.ts";
import type { Held } from "./held-calls.ts";
import type { Later } from "./later.ts";
import type { OpenCalls, Waiting } from "./open-calls.ts";
import type { Scheduler } from "./scheduler.ts";

/** The span that a call is told on. */
export interface Carrier {
  readonly span: Span;
  /** It is somebody else's, who ends it; we only add what it lacks. */
  readonly adopted: boolean;
}

/** Wired in by the seam. */
export interface CallSettings {
  readonly config: Resolved;
  readonly scheduler: Scheduler;
  readonly open: OpenCalls;
  readonly later: Later;
}

/**
 * One call of a model as the app meant it, over all its attempts: from the first request to the end of the answer.
 * Its span ends once, whatever happens. `finish` and `giveUp` run in timers and in the app's reads, and never throw.
 */
export class LogicalCall implements Held, Waiting {
  readonly startedAt: number;
  readonly kind: string;
  readonly #carrier: Carrier;
  readonly #server: LlmCall["server"];
  readonly #settings: CallSettings;
  readonly #reading: RequestReading;
  /** Nobody exports its span: what there is to tell goes into a record. */
  readonly #unsampled: boolean;
  readonly #said = callContext();
  readonly #attempts: FailedAttempt[] = [];
  #identity: Pick<LlmCall, "prompt" | "caller"> | undefined;
  #attemptAt: number;
  #firstChunkAt: number | undefined;
  #lastChunkAt = 0;
  #chunks = 0;
  #failure: CallFailure | undefined;
  #failedAt = 0;
  #toldPending = false;
  #ended = false;

  constructor(carrier: Carrier, reading: RequestReading, server: LlmCall["server"], settings: CallSettings) {
    this.#carrier = carrier;
    this.#server = server;
    this.#reading = reading;
    this.#settings = settings;
    this.startedAt = settings.scheduler.now();
    this.#attemptAt = this.startedAt;
    this.kind = `${reading.provider} ${reading.request.model ?? ""}`;
    this.#unsampled = !carrier.span.isRecording();
    countActive(this.#subject, 1);
    settings.open.add(this);
    // Its owner may end the span without an answer: what was sent is told while the answer is waited for.
    if (carrier.adopted) settings.later.add(() => guarded(() => this.#set(sentAttributes(this.#sent))));
  }

  /** What the request, and everything that it sets off, runs in. */
  get context(): Context {
    return trace.setSpan(context.active(), this.#carrier.span);
  }

  /** The request is sent once more. */
  nextAttempt(): void {
    this.#attemptAt = this.#settings.scheduler.now();
    this.#failure = undefined;
    if (!this.#toldPending) this.#settings.open.add(this);
  }

  answered(): void {
    this.#settings.open.answered(this);
  }

  chunk(): void {
    this.#lastChunkAt = this.#settings.scheduler.now();
    this.#firstChunkAt ??= this.#lastChunkAt;
    this.#chunks++;
  }

  /** An HTTP attempt failed; the call has not ended yet. `retryAfter` in seconds. */
  attemptFailed(failure: CallFailure, retryAfter?: number): void {
    const at = this.#settings.scheduler.now();
    const duration = (at - this.#attemptAt) / 1_000;
    this.#settings.open.remove(this);
    this.#failure = failure;
    this.#failedAt = at;
    this.#attempts.push({ at, ...failure, duration, retryAfter });
    this.#carrier.span.addEvent(
      EVENT_SPANWARDEN_ATTEMPT,
      {
        [ATTR_ERROR_TYPE]: failure.type,
        [ATTR_SPANWARDEN_FAILURE_CLASS]: failure.class,
        [ATTR_SPANWARDEN_ATTEMPT_DURATION]: duration,
        ...(failure.status !== undefined && { [ATTR_HTTP_RESPONSE_STATUS_CODE]: failure.status }),
        ...(retryAfter !== undefined && { [ATTR_SPANWARDEN_ATTEMPT_RETRY_AFTER]: retryAfter }),
      },
      at,
    );
  }

  /** What the body of the failed attempt says of it. */
  failureTold(failure: CallFailure): void {
    if (!this.#ended) this.#failure = failure;
  }

  /** Nobody tried again: the call failed when its last attempt did. */
  giveUp(): void {
    this.#end({ end: "error", failure: this.#failure, truncated: false }, this.#failedAt);
  }

  finish(answer: Answer): void {
    this.#end(answer, this.#settings.scheduler.now());
  }

  /** One record for a call that hangs; it is still open. */
  tellPending(): void {
    this.#toldPending = true;
    guarded(() => {
      const now = this.#settings.scheduler.now();
      const waited = (now - this.startedAt) / 1_000;
      const attributes = { ...sentAttributes(this.#sent), [ATTR_SPANWARDEN_CALL_DURATION]: waited };
      this.#emit(EVENT_SPANWARDEN_CALL_PENDING, SeverityNumber.WARN, attributes, now);
    });
  }

  #end(answer: Answer, at: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#settings.open.remove(this);
    guarded(() => countActive(this.#subject, -1));
    const tell = (): void => {
      guarded(() => this.#tell(answer, at));
      if (!this.#carrier.adopted) guarded(() => this.#carrier.span.end(at));
    };
    // Signals cost time that the app need not wait for, unless the span's owner is about to end it.
    if (this.#carrier.adopted) tell();
    else this.#settings.later.add(tell);
  }

  #tell(answer: Answer, at: number): void {
    const call = this.#call(answer, this.#timing(at));
    measureCall(call);
    const { config } = this.#settings;
    if (this.#unsampled ? config.unsampledCalls === "none" : !this.#carrier.span.isRecording()) return;
    const attributes = {
      ...callAttributes(call, this.#unsampled ? { ...config, captureContent: false } : config),
      ...this.#reading.attributes,
      ...answer.reading?.attributes,
    };
    if (this.#unsampled) {
      const record = { ...attributes, [ATTR_SPANWARDEN_CALL_DURATION]: call.timing.duration ?? 0 };
      this.#emit(EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS, SeverityNumber.INFO, record, at);
      return;
    }
    this.#set(attributes);
    const { span, adopted } = this.#carrier;
    if (call.failure !== undefined && !adopted) span.setStatus({ code: SpanStatusCode.ERROR });
  }

  #call({ end, reading, failure, truncated }: Answer, timing: CallTiming): LlmCall {
    const { content } = this.#reading;
    return {
      ...this.#sent,
      response: { ...reading?.response, endReason: end },
      usage: reading?.usage,
      failure: failure ?? (end === "error" ? this.#failure : undefined),
      attempts: this.#attempts,
      timing,
      content: {
        ...content,
        state: answerState(reading === undefined, truncated),
        output: reading?.output ?? [],
      },
      observations: [],
    };
  }

  #timing(at: number): CallTiming {
    const first = this.#firstChunkAt;
    return {
      duration: Math.max(0, at - this.startedAt) / 1_000,
      timeToFirstChunk: first === undefined ? undefined : (first - this.startedAt) / 1_000,
      timePerChunk:
        first === undefined || this.#chunks < 2 ? undefined : (this.#lastChunkAt - first) / 1_000 / (this.#chunks - 1),
    };
  }

  get #subject(): Subject {
    const { operation, provider, request } = this.#reading;
    return { operation, provider, request, server: this.#server };
  }

  /** Checksums are made when they are first needed, which is after the request has left. */
  get #sent(): Sent {
    this.#identity ??= this.#identify();
    return { ...this.#subject, ...this.#identity };
  }

  #identify(): Pick<LlmCall, "prompt" | "caller"> {
    const { prompt, caller } = this.#said;
    const { request, content } = this.#reading;
    const { checksum } = this.#settings.config;
    // What is sent is all here.
    const subject = {
      request,
      content: { ...content, state: "complete", output: [] },
      template: prompt?.template,
    } as const;
    return {
      prompt: { ...promptChecksums(subject, checksum), name: prompt?.name, version: prompt?.version },
      caller: {
        user: hashedId(caller?.user, checksum),
        session: hashedId(caller?.session, checksum),
        tenant: hashedId(caller?.tenant, checksum),
        route: caller?.route,
      },
    };
  }

  /** What somebody else has already said of the call stands. */
  #set(attributes: CallAttributes): void {
    const { span, adopted } = this.#carrier;
    const said = adopted ? (span as { attributes?: Readonly<Record<string, unknown>> }).attributes : undefined;
    for (const [key, value] of Object.entries(attributes)) {
      if (said?.[key] === undefined) span.setAttribute(key, value);
    }
  }

  #emit(eventName: string, severityNumber: SeverityNumber, attributes: CallAttributes, timestamp: TimeInput): void {
    logs.getLogger(SCOPE.name, SCOPE.version, { schemaUrl: SCOPE.schemaUrl }).emit({
      eventName,
      severityNumber,
      attributes,
      context: this.context,
      timestamp,
    });
  }
}

/** Nothing is known of an answer that did not come; what is missing of one that broke off is not known. */
function answerState(absent: boolean, truncated: boolean): LlmCall["content"]["state"] {
  if (absent) return "absent";
  return truncated ? "truncated" : "complete";
}
