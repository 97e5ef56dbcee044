import { decodedText, type CallContent, type LlmCall } from "@spanwarden/conventions";

import type { Recognised } from "../../processor/src/dialects/recognised.ts";
import { evaluate } from "../../processor/src/evaluate.ts";
import type { CallFact } from "../../processor/src/facts/call-fact.ts";
import { factOfCall } from "../../processor/src/facts/fact-of-call.ts";
import { parseConfig } from "../../processor/src/config.ts";
import type { AttributeReader, SpanRecord } from "../../processor/src/otlp/records.ts";

/** What a data set says of a call. */
export interface RecordedCall {
  readonly model: string;
  readonly question: string;
  readonly answer: string;
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
}

/** Monday, midnight UTC. */
export const T0 = Date.UTC(2026, 0, 5);

export function callOf(recorded: RecordedCall): LlmCall {
  const { model, question, answer, inputTokens, outputTokens, duration = 1 } = recorded;
  return {
    operation: "chat",
    provider: "openai",
    request: { model },
    response: { model, endReason: "done", finishReasons: ["stop"] },
    usage: {
      input: inputTokens ?? Math.ceil(question.length / 4),
      output: outputTokens ?? Math.ceil(answer.length / 4),
    },
    attempts: [],
    timing: { duration },
    prompt: {},
    caller: {},
    observations: [],
    content: contentOf(question, answer),
  };
}

function contentOf(question: string, answer: string): CallContent {
  return {
    state: "complete",
    systemInstructions: [],
    input: [{ role: "user", parts: [{ kind: "text", text: decodedText(question) }] }],
    output: [{ role: "assistant", parts: [{ kind: "text", text: decodedText(answer) }] }],
    tools: [],
  };
}

/** The fact that the processor makes of the call in this service, but for its identity and its time. */
export function factOf(recorded: RecordedCall, service: string): CallFact {
  const call = callOf(recorded);
  const recognised: Recognised = {
    dialect: "spanwarden",
    call,
    emitted: undefined,
    processorId: undefined,
    at: T0,
    pending: false,
  };
  const evaluation = evaluate(recognised, true, { price: () => ({ unknown: "no_price" }), processorId: "accuracy" });
  const fact = factOfCall(evaluation, { record: spanOf(service), pending: false, arrival: T0 }, parseConfig({}).facts);
  if (fact === "too_old") throw new Error("a call that arrives as it ends is not too old");
  return fact;
}

function spanOf(service: string): SpanRecord {
  const nothing = readerOf({});
  return {
    resource: { attributes: readerOf({ "service.name": service }) },
    scope: { name: "", version: "" },
    traceId: "0".repeat(32),
    spanId: "0".repeat(16),
    parentSpanId: "",
    traceState: "",
    name: "chat",
    kind: 3,
    start: T0,
    end: T0,
    status: { code: 0, message: "" },
    attributes: nothing,
    events: [],
  };
}

function readerOf(values: Readonly<Record<string, string>>): AttributeReader {
  return { get: (key) => values[key], keys: () => Object.keys(values) };
}
