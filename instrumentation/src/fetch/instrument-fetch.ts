import { AsyncLocalStorage } from "node:async_hooks";
import { hash } from "node:crypto";

import { context, SpanKind, trace, type Span, type Tracer } from "@opentelemetry/api";
import { ATTR_GEN_AI_OPERATION_NAME, type CallFailure } from "@spanwarden/conventions";

import { codecs } from "../codecs/index.ts";
import { resolveConfig, type LlmInstrumentationConfig, type Resolved } from "../config.ts";
import { guarded } from "../guard.ts";
import { tracer } from "../scope.ts";
import { startAttributes, type Subject } from "../span.ts";
import { failureReaders, streamReaders, wholeReaders } from "./answer-reader.ts";
import { failureBy } from "./ended-by.ts";
import { FlushFirst } from "./flush-first.ts";
import { HeldCalls } from "./held-calls.ts";
import { JsonLines } from "./json-lines.ts";
import { Later } from "./later.ts";
import { LogicalCall, type Carrier } from "./logical-call.ts";
import { OpenCalls } from "./open-calls.ts";
import { endpointOf, recognise, type FetchArguments, type Recognised } from "./recognise.ts";
import { isRepeated, longestWait, retryAfterOf, retryCount, timedOut } from "./retries.ts";
import { systemScheduler, type Scheduler } from "./scheduler.ts";
import { ServerSentEvents } from "./server-sent-events.ts";
import { tapResponse } from "./tap-response.ts";

type Fetch = typeof globalThis.fetch;

/** A failure that nobody repeats waits so long for its body, which says more; milliseconds. */
const BODY_WITHIN = 2_000;
/** Key of what waits for no next attempt. */
const NONE = "";

const INSTRUMENTED = Symbol.for("spanwarden.instrumented");
/** Set while an instrumented fetch is under way: one that it is built upon does not tell the call a second time. */
const underWay = new AsyncLocalStorage<true>();

/** Everything the seam remembers between calls. */
export class Seam {
  /** Runs before the first call is told: the time to bring an SDK where none has come. */
  beforeFirstCall: (() => void) | undefined;
  /** False: every request goes by untold. */
  enabled = true;
  readonly #scheduler: Scheduler;
  readonly #held: HeldCalls<LogicalCall>;
  readonly #open: OpenCalls;
  readonly #later: Later;
  readonly #flushFirst: FlushFirst;
  #config: Resolved | undefined;

  constructor(scheduler: Scheduler = systemScheduler) {
    this.#scheduler = scheduler;
    this.#held = new HeldCalls(scheduler);
    this.#open = new OpenCalls(scheduler);
    this.#later = new Later(scheduler);
    this.#flushFirst = new FlushFirst(() => this.#later.flush());
  }

  configure(config: LlmInstrumentationConfig): void {
    this.#config = resolveConfig(config, process.env);
  }

  /** As configured, else as the environment says. */
  get config(): Resolved {
    return (this.#config ??= resolveConfig({}, process.env));
  }

  /** Ends what waits for another attempt, and tells what has ended, so that it can be exported. */
  flush(): void {
    this.#held.giveUpAll();
    this.#later.flush();
  }

  /**
   * The same function to its callers: what it returns, throws and costs in time is what `original` does, but that calls of
   * models are told as spans.
   */
  instrument(original: Fetch): Fetch {
    if (INSTRUMENTED in original) return original;
    // eslint-disable-next-line typescript/no-this-alias, unicorn/no-this-assignment -- the app's `this` goes to the app's fetch
    const seam = this;
    const fetch: Fetch = function fetch(this: unknown, ...given) {
      const send = (): Promise<Response> => Reflect.apply(original, this, given);
      const recognised = seam.enabled ? guarded(() => seam.#recognise(given)) : undefined;
      if (recognised === undefined) return send();
      if (!(recognised instanceof Promise)) return seam.#run(recognised, send);
      return recognised.then(
        (late) => (late === undefined ? send() : seam.#run(late, send)),
        () => send(),
      );
    };
    return Object.assign(fetch, { [INSTRUMENTED]: original });
  }

  #recognise(given: FetchArguments): Recognised | Promise<Recognised | undefined> | undefined {
    const endpoint = endpointOf(codecs, given);
    if (endpoint === undefined || underWay.getStore() === true) return undefined;
    if (this.beforeFirstCall === undefined && tracer() === undefined) return undefined;
    return recognise(endpoint, given);
  }

  async #run(recognised: Recognised, send: () => Promise<Response>): Promise<Response> {
    const call = guarded(() => this.#begin(recognised));
    if (call === undefined) return await send();
    const began = this.#scheduler.now();
    let response: Response;
    try {
      response = await underWay.run(true, () => context.with(call.context, send));
    } catch (error) {
      guarded(() => this.#onError(call, recognised, error, (this.#scheduler.now() - began) / 1_000));
      throw error;
    }
    const tapped = guarded(() => this.#onResponse(call, recognised, response));
    // Nothing can be known of what cannot be tapped, such as the answer of a `fetch` of another make.
    if (tapped !== true) guarded(() => call.finish({ end: "done", truncated: false }));
    return response;
  }

  /** The call that this request is: a new one, or the next attempt of one that waits for it. */
  #begin(recognised: Recognised): LogicalCall | undefined {
    const first = this.beforeFirstCall;
    this.beforeFirstCall = undefined;
    first?.();
    const by = tracer();
    if (by === undefined) return undefined;
    guarded(() => this.#flushFirst.extend());
    const attempt = retryCount(recognised.headers) ?? 0;
    const waiting = attempt === 0 ? undefined : this.#held.take(keyOf(recognised, attempt));
    if (waiting !== undefined) {
      waiting.nextAttempt();
      return waiting;
    }
    const { reading, url } = recognised;
    const { operation, provider, request } = reading;
    const carrier = carrierOf({ operation, provider, request, server: serverOf(url) }, by, this.#scheduler.now());
    return new LogicalCall(carrier, reading, serverOf(url), {
      config: this.config,
      scheduler: this.#scheduler,
      open: this.#open,
      later: this.#later,
    });
  }

  /** Whether the answer can be followed. */
  #onResponse(call: LogicalCall, recognised: Recognised, response: Response): boolean {
    const { codec, reading, signal } = recognised;
    if (response.ok) {
      call.answered();
      const framing = framingOf(response, reading.request.stream === true);
      const readers = framing === undefined ? wholeReaders(codec, call) : streamReaders(codec, call, framing);
      return tapResponse(response, readers, signal);
    }
    const { status, headers } = response;
    const retryAfter = retryAfterOf(headers, this.#scheduler.now());
    call.attemptFailed(codec.readFailure(status, undefined), retryAfter);
    const next = isRepeated(response) ? nextAttempt(recognised, retryAfter) : undefined;
    const giveUp = this.#held.hold(next?.key ?? NONE, call, next?.within ?? BODY_WITHIN);
    const tapped = tapResponse(response, failureReaders(codec, status, failureTold(call, next, giveUp)), signal);
    if (!tapped && next === undefined) giveUp();
    return true;
  }

  #onError(call: LogicalCall, recognised: Recognised, error: unknown, seconds: number): void {
    const failure = timedOut(failureBy(error, recognised.signal), recognised.headers, seconds);
    call.attemptFailed(failure);
    // A client that timed out, or lost its connection, tries again; one that was told to stop does not.
    const next = failure.class === "cancelled" ? undefined : nextAttempt(recognised, undefined);
    if (next !== undefined) this.#held.hold(next.key, call, next.within);
    else if (failure.class === "cancelled") call.finish({ end: "cancelled", failure, truncated: false });
    else call.giveUp();
  }
}

/** The one seam of a process: a second copy of this package joins it. */
export const seam: Seam = ((globalThis as Record<symbol, unknown>)[Symbol.for("spanwarden.seam")] ??=
  new Seam()) as Seam;

/** Instruments a `fetch` that is handed to a client library, where the global one is not what it uses. */
export function instrumentFetch(fetch: Fetch): Fetch {
  return seam.instrument(fetch);
}

/** The attempt that would follow this one: what it will be known by, and the milliseconds within which it must come. */
interface NextAttempt {
  readonly key: string;
  readonly within: number;
}

/** `undefined` for clients that do not count their attempts: their next one cannot be told from a call of its own. */
function nextAttempt(recognised: Recognised, retryAfter: number | undefined): NextAttempt | undefined {
  const attempt = retryCount(recognised.headers);
  if (attempt === undefined) return undefined;
  return { key: keyOf(recognised, attempt + 1), within: longestWait(attempt, retryAfter) };
}

/** A client that will try again drops the body of a failed attempt; one that gives up reads it, to say what went wrong. */
function failureTold(
  call: LogicalCall,
  next: NextAttempt | undefined,
  giveUp: () => void,
): (failure: CallFailure, read: boolean) => void {
  return (failure, read) => {
    call.failureTold(failure);
    if (read || next === undefined) giveUp();
  };
}

/** An active span that tells of the same inference is enriched; else the call gets one of its own. */
function carrierOf(call: Subject, by: Tracer, startTime: number): Carrier {
  const active = trace.getActiveSpan();
  if (active?.isRecording() === true && operationOf(active) === call.operation) return { span: active, adopted: true };
  const { operation, request } = call;
  const name = request.model === undefined ? operation : `${operation} ${request.model}`;
  const span = by.startSpan(name, { kind: SpanKind.CLIENT, startTime, attributes: startAttributes(call) });
  return { span, adopted: false };
}

/** SDK spans can be read; a span of another make is taken for unrelated. */
function operationOf(span: Span): unknown {
  return (span as { attributes?: Readonly<Record<string, unknown>> }).attributes?.[ATTR_GEN_AI_OPERATION_NAME];
}

function serverOf(url: URL): { readonly address: string; readonly port: number } {
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return { address: url.hostname, port };
}

/** The request that would be attempt number `attempt` of the same call. */
function keyOf({ url, body }: Recognised, attempt: number): string {
  const parent = trace.getActiveSpan()?.spanContext().spanId ?? "";
  return `${parent} ${url.href} ${attempt} ${hash("sha256", body)}`;
}

/** How an answer comes in pieces, by its type; where that says nothing, by what was asked for. `undefined`: in one piece. */
function framingOf(response: Response, asked: boolean): typeof ServerSentEvents | typeof JsonLines | undefined {
  const type = response.headers.get("content-type")?.toLowerCase() ?? "";
  if (type.startsWith("text/event-stream")) return ServerSentEvents;
  if (/^application\/(?:x-)?(?:ndjson|jsonl|jsonlines)/.test(type)) return JsonLines;
  return asked && !type.startsWith("application/json") ? ServerSentEvents : undefined;
}
