import * as conventions from "@spanwarden/conventions";
import type { LlmCall, Text } from "@spanwarden/conventions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { recogniseLog, recogniseSpan } from "../../src/dialects/recognise.ts";
import type { AttributeValue } from "../../src/otlp/records.ts";
import { attributes, END, logRecord, span, START } from "../attributes.ts";
import { must } from "../must.ts";

type Values = Readonly<Record<string, AttributeValue | undefined>>;

const CHAT: Values = { "gen_ai.operation.name": "chat" };

function callOf(values: Values, overrides: Parameters<typeof span>[1] = {}): LlmCall {
  return must(recogniseSpan(span({ ...CHAT, ...values }, overrides))).call;
}

describe("a span of OpenTelemetry's conventions", () => {
  it("is a call with everything that it tells", () => {
    const values: Values = {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4o",
      "gen_ai.request.stream": true,
      "gen_ai.request.max_tokens": 100,
      "gen_ai.request.temperature": 0.5,
      "gen_ai.request.top_p": 1,
      "gen_ai.request.seed": 2n ** 60n,
      "gen_ai.request.choice.count": 2,
      "gen_ai.request.stop_sequences": ["a", "b"],
      "gen_ai.output.type": "json",
      "gen_ai.response.model": "gpt-4o-2024-08-06",
      "gen_ai.response.id": "chatcmpl-1",
      "gen_ai.response.finish_reasons": ["stop", "length"],
      "gen_ai.response.time_to_first_chunk": 0.25,
      "gen_ai.usage.input_tokens": 10,
      "gen_ai.usage.output_tokens": 20n,
      "gen_ai.usage.cache_read.input_tokens": 3,
      "gen_ai.usage.reasoning.output_tokens": 4,
      "gen_ai.conversation.id": "c1",
      "gen_ai.agent.name": "helper",
      "gen_ai.prompt.name": "answer",
      "gen_ai.prompt.version": "7",
      "server.address": "api.openai.com",
      "server.port": 443,
      "openai.response.system_fingerprint": "fp_1",
    };
    const recognised = must(recogniseSpan(span(values)));
    expect(recognised).toMatchObject({ dialect: "opentelemetry", pending: false, at: END, emitted: undefined });
    expect(recognised.call).toMatchObject({
      operation: "chat",
      provider: "openai",
      server: { address: "api.openai.com", port: 443 },
      request: {
        model: "gpt-4o",
        stream: true,
        maxTokens: 100,
        temperature: 0.5,
        topP: 1,
        seed: 2 ** 60,
        choiceCount: 2,
        stopSequences: ["a", "b"],
        outputType: "json",
      },
      response: {
        model: "gpt-4o-2024-08-06",
        id: "chatcmpl-1",
        finishReasons: ["stop", "length"],
        systemFingerprint: "fp_1",
      },
      usage: { input: 10, output: 20, cacheRead: 3, reasoning: 4 },
      timing: { duration: 1.5, timeToFirstChunk: 0.25 },
      conversation: "c1",
      agent: "helper",
      prompt: { name: "answer", version: "7" },
      failure: undefined,
      attempts: [],
      content: { state: "absent" },
      observations: [],
    });
  });

  it.each(["chat", "generate_content", "text_completion", "embeddings"])("is a call where it is %s", (operation) => {
    expect(recogniseSpan(span({ "gen_ai.operation.name": operation }))?.call.operation).toBe(operation);
  });

  it.each([
    "invoke_agent",
    "create_agent",
    "invoke_workflow",
    "plan",
    "execute_tool",
    "retrieval",
    "",
    "CHAT",
    7,
    true,
  ])("is none where it is %j: what wraps calls repeats their tokens", (operation) => {
    const usage = { "gen_ai.usage.input_tokens": 10 };
    expect(recogniseSpan(span({ "gen_ai.operation.name": operation, ...usage }))).toBeUndefined();
  });

  it("is none where it says nothing of an operation", () => {
    expect(recogniseSpan(span({ "http.request.method": "GET" }))).toBeUndefined();
  });

  it("has no usage where it tells none, rather than 0", () => {
    expect(callOf({}).usage).toBeUndefined();
    expect(callOf({ "gen_ai.usage.input_tokens": 0 }).usage).toMatchObject({ input: 0, output: undefined });
  });

  it("has no duration where it ends before it starts", () => {
    expect(callOf({}, { end: START - 1 }).timing.duration).toBeUndefined();
  });

  it.each<[string, Values, (call: LlmCall) => unknown]>([
    ["a model that is a number", { "gen_ai.request.model": 7 }, (call) => call.request.model],
    ["an empty model", { "gen_ai.request.model": "" }, (call) => call.request.model],
    ["a flag that is a text", { "gen_ai.request.stream": "true" }, (call) => call.request.stream],
    ["tokens below 0", { "gen_ai.usage.input_tokens": -1 }, (call) => call.usage],
    ["tokens that are a list", { "gen_ai.usage.input_tokens": [1] }, (call) => call.usage],
    ["tokens that are no number", { "gen_ai.usage.input_tokens": "many" }, (call) => call.usage],
    ["tokens that are NaN", { "gen_ai.usage.input_tokens": Number.NaN }, (call) => call.usage],
    [
      "a time that is infinite",
      { "gen_ai.response.time_to_first_chunk": Infinity },
      (call) => call.timing.timeToFirstChunk,
    ],
    [
      "finish reasons that are a text",
      { "gen_ai.response.finish_reasons": "stop" },
      (call) => call.response.finishReasons,
    ],
    ["a port without an address", { "server.port": 443 }, (call) => call.server],
    ["a cost below 0", { "gen_ai.usage.cost.amount": -1 }, (call) => call.cost],
    [
      "a cost in another currency",
      { "gen_ai.usage.cost.amount": 1, "gen_ai.usage.cost.currency": "EUR" },
      (call) => call.cost,
    ],
  ])("leaves unknown what is of a wrong type: %s", (_, values, read) => {
    expect(read(callOf(values))).toBeUndefined();
  });

  it("takes numbers that are written as text, as some emitters do", () => {
    expect(callOf({ "gen_ai.usage.input_tokens": "12" }).usage?.input).toBe(12);
  });

  it("keeps a cost that the emitter computed", () => {
    expect(callOf({ "gen_ai.usage.cost.amount": 0.5 }).cost).toEqual({ amount: 0.5, source: "local" });
  });

  it.each<[string, Values, number, string, unknown]>([
    [
      "a class by its type",
      { "error.type": "rate_limit_exceeded" },
      2,
      "",
      { type: "rate_limit_exceeded", class: "rate_limited" },
    ],
    [
      "a class by its status",
      { "error.type": "500", "http.response.status_code": 503 },
      2,
      "",
      { class: "server_error", status: 503 },
    ],
    ["a class by its message", {}, 2, "Request timed out.", { type: "_OTHER", class: "timeout" }],
    ["no class that is known", {}, 2, "", { type: "_OTHER", class: "other" }],
    ["a type though the status is unset", { "error.type": "timeout" }, 0, "", { type: "timeout", class: "timeout" }],
  ])("that failed has %s", (_, values, code, message, expected) => {
    expect(callOf(values, { status: { code, message } }).failure).toMatchObject(expected as object);
  });
});

const MESSAGES = [
  { role: "system", parts: [{ type: "text", content: "Be brief." }] },
  {
    role: "user",
    parts: [
      { type: "text", content: "Hello" },
      { type: "blob", modality: "image", content: "aGVsbG8=" },
    ],
  },
  { role: "tool", parts: [{ type: "tool_call_response", id: "t1", response: { degrees: 21 } }] },
];
const ANSWER = [
  {
    role: "assistant",
    finish_reason: "stop",
    parts: [
      { type: "reasoning", content: "Hm." },
      { type: "text", content: "Hi" },
      { type: "tool_call", id: "t2", name: "weather", arguments: { city: "Ulm" } },
    ],
  },
];
const SYSTEM = [{ type: "text", content: "You are helpful." }];
const TOOLS = [
  { type: "function", name: "weather", description: "tells", parameters: { type: "object" } },
  { name: 7 },
];

/** Content with its texts as strings. */
function plainly({ content }: LlmCall): unknown {
  return JSON.parse(
    JSON.stringify(content, (_, value: unknown) =>
      typeof value === "object" && value !== null && "escaped" in value ? (value as Text).text() : value,
    ),
  );
}

describe("content", () => {
  const expected = {
    state: "complete",
    systemInstructions: ["You are helpful.", "Be brief."],
    input: [
      {
        role: "user",
        parts: [
          { kind: "text", text: "Hello" },
          { kind: "other", type: "blob" },
        ],
      },
      { role: "tool", parts: [{ kind: "tool_result", id: "t1", text: '{"degrees":21}' }] },
    ],
    output: [
      {
        role: "assistant",
        parts: [
          { kind: "reasoning", text: "Hm." },
          { kind: "text", text: "Hi" },
          { kind: "tool_call", id: "t2", name: "weather", arguments: '{"city":"Ulm"}' },
        ],
      },
    ],
    tools: [{ name: "weather", description: "tells", parameters: { type: "object" } }],
  };
  const given = {
    "gen_ai.input.messages": MESSAGES,
    "gen_ai.output.messages": ANSWER,
    "gen_ai.system_instructions": SYSTEM,
    "gen_ai.tool.definitions": TOOLS,
  };

  it("is read where it is structured", () => {
    expect(plainly(callOf(given as Values))).toEqual(expected);
  });

  it("is read where it is JSON text", () => {
    const text = Object.fromEntries(Object.entries(given).map(([key, value]) => [key, JSON.stringify(value)]));
    expect(plainly(callOf(text))).toEqual(expected);
  });

  it("may have its text in place of parts", () => {
    const call = callOf({ "gen_ai.output.messages": '[{"role":"assistant","content":"Hi"}]' });
    expect(call.content.output[0]?.parts.map((part) => part.kind)).toEqual(["text"]);
  });

  it.each<[string, Values]>([
    ["there is none", {}],
    ["there is a question alone", { "gen_ai.input.messages": JSON.stringify(MESSAGES) }],
    ["a length limit cut the answer's JSON", { "gen_ai.output.messages": JSON.stringify(ANSWER).slice(0, -5) }],
    ["the answer is no list", { "gen_ai.output.messages": '{"role":"assistant"}' }],
    ["the answer is nested too deeply", { "gen_ai.output.messages": "[".repeat(100) + "]".repeat(100) }],
  ])("is absent where %s: nothing is said of the answer", (_, values) => {
    expect(callOf(values).content).toMatchObject({ state: "absent", output: [] });
  });

  it("that is an empty list is an answer of nothing", () => {
    expect(callOf({ "gen_ai.output.messages": "[]" }).content.state).toBe("complete");
  });

  it("with 64-bit integers and bytes in its values does not fail", () => {
    const parts = [{ type: "tool_call", name: "f", arguments: { n: 2n ** 60n, bytes: Uint8Array.of(1) } }];
    const call = callOf({ "gen_ai.output.messages": [{ role: "assistant", parts }] });
    expect(call.content.output[0]?.parts[0]).toMatchObject({ kind: "tool_call", name: "f" });
  });
});

describe("what spanwarden's instrumentation adds", () => {
  const given: Values = {
    "spanwarden.signals.version": "1",
    "spanwarden.content.state": "complete",
    "spanwarden.prompt.system_instructions.checksum": "sha256:aa",
    "spanwarden.request.parameters.checksum": "sha256:bb",
    "spanwarden.caller.user": "hmac-sha256:cc",
    "spanwarden.caller.route": "/chat",
    "spanwarden.response.end_reason": "cut",
    "spanwarden.response.time_per_chunk": 0.01,
    "spanwarden.output.format.compliant": false,
    "spanwarden.output.refusal": true,
    "spanwarden.output.length": 42,
    "spanwarden.output.language": "de",
    "spanwarden.safety.rules": ["pii/card/page/generated", "no label", "a/b/c/d"],
  };

  it("is understood", () => {
    const recognised = must(recogniseSpan(span({ ...CHAT, ...given })));
    expect(recognised).toMatchObject({ dialect: "spanwarden", emitted: { version: "1", content: "complete" } });
    expect(recognised.call).toMatchObject({
      prompt: { systemInstructionsChecksum: "sha256:aa", parametersChecksum: "sha256:bb" },
      caller: { user: "hmac-sha256:cc", route: "/chat", session: undefined },
      response: { endReason: "cut" },
      timing: { timePerChunk: 0.01, duration: 1.5 },
    });
    expect(recognised.call.observations).toEqual([
      { name: "spanwarden.output.length", value: 42 },
      { name: "spanwarden.output.format.compliant", value: 0 },
      { name: "spanwarden.output.refusal", value: 1 },
      { name: "spanwarden.output.language", label: "de" },
      { name: "spanwarden.safety.rules", label: "pii/card/page/generated" },
    ]);
  });

  it.each<[string, Values, string]>([
    ["a state that nobody knows", { "spanwarden.content.state": "partly" }, "absent"],
    ["no state", { "spanwarden.content.state": undefined }, "absent"],
    ["a truncated one", { "spanwarden.content.state": "truncated" }, "truncated"],
  ])("with %s had content %s", (_, values, content) => {
    expect(recogniseSpan(span({ ...CHAT, ...given, ...values }))?.emitted?.content).toBe(content);
  });

  it("may be words of a later version, which are unknown", () => {
    const call = callOf({
      ...given,
      "spanwarden.response.end_reason": "exploded",
      "error.type": "x",
      "spanwarden.failure.class": "new",
    });
    expect([call.response.endReason, call.failure?.class]).toEqual([undefined, "other"]);
  });

  it("is the class of a failure, which the emitter knows better", () => {
    const call = callOf({ "error.type": "Error", "spanwarden.failure.class": "network" });
    expect(call.failure).toMatchObject({ type: "Error", class: "network" });
  });

  it("is the failed attempts, as events", () => {
    const told = { "error.type": "503", "http.response.status_code": 503, "spanwarden.attempt.duration": 0.5 };
    const events = [
      {
        name: "spanwarden.attempt",
        time: START + 1,
        attributes: attributes({ ...told, "spanwarden.attempt.retry_after": 2 }),
      },
      { name: "exception", time: START + 2, attributes: attributes({}) },
      { name: "spanwarden.attempt", time: START + 3, attributes: attributes({}) },
    ];
    expect(callOf({ "http.request.resend_count": 2 }, { events }).attempts).toEqual([
      { at: START + 1, type: "503", status: 503, class: "server_error", duration: 0.5, retryAfter: 2 },
      { at: START + 3, type: "_OTHER", class: "other", status: undefined, duration: undefined, retryAfter: undefined },
    ]);
  });

  it("is the number of attempts alone where there are no events, within a bound", () => {
    expect(callOf({ "http.request.resend_count": 2 }).attempts).toHaveLength(2);
    expect(callOf({ "http.request.resend_count": 1_000_000_000 }).attempts).toHaveLength(20);
  });

  it("is who judged the call before", () => {
    expect(recogniseSpan(span({ ...CHAT, "spanwarden.processor.id": "p1" }))?.processorId).toBe("p1");
    expect(recogniseSpan(span(CHAT))?.processorId).toBeUndefined();
  });
});

describe("a log record", () => {
  it("is a call whose span was not sampled", () => {
    const values = { ...CHAT, "spanwarden.call.duration": 2.5, "gen_ai.usage.input_tokens": 5 };
    expect(recogniseLog(logRecord("gen_ai.client.inference.operation.details", values))).toMatchObject({
      pending: false,
      at: END,
      call: { timing: { duration: 2.5 }, usage: { input: 5 }, failure: undefined },
    });
  });

  it("is a failed call where it says so", () => {
    const record = logRecord("gen_ai.client.inference.operation.details", { ...CHAT, "error.type": "timeout" });
    expect(recogniseLog(record)?.call.failure?.class).toBe("timeout");
  });

  it("is a call that still waits", () => {
    expect(recogniseLog(logRecord("spanwarden.call.pending", CHAT))).toMatchObject({
      pending: true,
      call: { timing: { duration: undefined } },
    });
  });

  it.each(["", "gen_ai.evaluation.result", "gen_ai.user.message"])("of another event is none: %j", (name) => {
    expect(recogniseLog(logRecord(name, CHAT))).toBeUndefined();
  });

  it("that tells of no inference is none", () => {
    expect(recogniseLog(logRecord("spanwarden.call.pending", { "gen_ai.operation.name": "plan" }))).toBeUndefined();
  });
});

describe("any attributes", () => {
  const names = Object.entries(conventions).flatMap(([name, value]) =>
    name.startsWith("ATTR_") && typeof value === "string" ? [value] : [],
  );
  const structured = fc.constantFrom<AttributeValue>(
    MESSAGES as unknown as AttributeValue,
    JSON.stringify(ANSWER),
    [null as unknown as string, { parts: [null as unknown as string, { type: "tool_call", arguments: [[[]]] }] }],
    `[{"role":"a","parts":[{"type":"tool_call","arguments":${"[".repeat(50_000)}${"]".repeat(50_000)}}]}]`,
    `[{"name":"f","parameters":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}]`,
  );
  const value: fc.Arbitrary<AttributeValue> = fc.oneof(
    fc.string(),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.uint8Array(),
    fc.array(fc.string(), { maxLength: 3 }),
    structured,
    fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<AttributeValue>,
    fc.json({ maxDepth: 3 }),
  );

  it("are recognised or not, and never fail", () => {
    const given = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 12, noNullPrototype: true });
    fc.assert(
      fc.property(given, (values) => {
        const events = [{ name: "spanwarden.attempt", time: START, attributes: attributes(values) }];
        const all = { ...values, ...CHAT };
        expect(recogniseSpan(span(all, { events }))?.call.operation).toBe("chat");
        expect(recogniseLog(logRecord("spanwarden.call.pending", all))?.pending).toBe(true);
        recogniseSpan(span(values));
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
