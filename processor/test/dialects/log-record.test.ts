import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readLog } from "../../src/dialects/log-record.ts";
import { messageAttributes, type MessageEvent } from "../../src/dialects/message-events.ts";
import { contentOf } from "../../src/dialects/messages.ts";
import { recogniseSpan } from "../../src/dialects/recognise.ts";
import type { AttributeValue, LogRecord } from "../../src/otlp/records.ts";
import { attributes, logRecord, span, START } from "../attributes.ts";
import { must } from "../must.ts";
import { plain } from "./call-of.ts";

const DETAILS = "gen_ai.client.inference.operation.details";
const ANSWER = [{ role: "assistant", parts: [{ type: "text", content: "hello" }] }];

function message(eventName: string, body: AttributeValue | undefined, values = {}): MessageEvent | undefined {
  const told = readLog(logRecord(eventName, values, { body }));
  return told?.told === "message" ? told.event : undefined;
}

/** What a message says, as role and parts. */
function spoken(event: MessageEvent | undefined): unknown {
  const content = contentOf(messageAttributes(event === undefined ? [] : [event]));
  return (plain([...content.input, ...content.output]) as readonly unknown[])[0];
}

describe("details of a call", () => {
  const values = { "gen_ai.operation.name": "chat", "gen_ai.output.messages": ANSWER };
  const told = (overrides: Partial<LogRecord>, more = {}): string | undefined =>
    readLog(logRecord(DETAILS, { ...values, ...more }, overrides))?.told;

  it("stand beside a span that was sampled", () => {
    expect(told({ flags: 1 })).toBe("details");
    expect(told({ flags: 0x101 })).toBe("details");
  });

  it.each([{ flags: 0 }, { flags: undefined }, { flags: 1, spanId: "" }])(
    "are the call itself where no span comes: %j",
    (o) => {
      expect(told(o)).toBe("call");
    },
  );

  it("of our own instrumentation are always the call itself", () => {
    expect(told({ flags: 1 }, { "spanwarden.signals.version": "1" })).toBe("call");
  });

  it("are told by their name as an attribute as well", () => {
    expect(readLog(logRecord("", { ...values, "event.name": DETAILS }, { flags: 1 }))?.told).toBe("details");
  });
});

describe("a message event", () => {
  it.each<[string, AttributeValue, unknown]>([
    ["gen_ai.user.message", { content: "hi" }, ["user", "hi"]],
    ["gen_ai.user.message", '{"content":"hi"}', ["user", "hi"]],
    [
      "gen_ai.user.message",
      { content: [{ type: "text", text: "a" }, { type: "image_url" }] },
      ["user", "a", "image_url"],
    ],
    ["gen_ai.user.message", { content: '[{"text":"a"}]' }, ["user", "a"]],
    [
      "gen_ai.assistant.message",
      { tool_calls: [{ id: "1", function: { name: "f", arguments: "{}" } }] },
      ["assistant", ["f", "{}"]],
    ],
    ["gen_ai.tool.message", { id: "1", content: "42" }, ["tool", "42"]],
    ["gen_ai.choice", { finish_reason: "stop", message: { role: "assistant", content: "yes" } }, ["assistant", "yes"]],
    ["gen_ai.choice", { message: '{"content":"yes"}' }, ["assistant", "yes"]],
    ["gen_ai.choice", { message: '{"answer":4}' }, ["assistant", '{"answer":4}']],
    ["gen_ai.choice", { message: "yes" }, ["assistant", "yes"]],
    [
      "gen_ai.choice",
      { message: {}, tool_calls: [{ function: { name: "f", arguments: "1" } }] },
      ["assistant", ["f", "1"]],
    ],
    ["gen_ai.choice", { message: { content: "[1, 2]" } }, ["assistant", "[1, 2]"]],
    ["gen_ai.choice", { message: { content: "" } }, ["assistant", ""]],
  ])("%s with %j", (name, body, expected) => {
    expect(spoken(message(name, body))).toEqual(expected);
  });

  it.each<[string, AttributeValue | undefined]>([
    ["gen_ai.user.message", undefined],
    ["gen_ai.user.message", {}],
    ["gen_ai.choice", { index: 0, finish_reason: "stop", message: { role: "assistant" } }],
    ["gen_ai.choice", { message: { tool_calls: [{ id: "1", function: { name: "f" } }] } }],
    ["gen_ai.choice", [null as never]],
    ["gen_ai.tool.message", { id: "1" }],
  ])("%s whose content was left out says nothing: %j", (name, body) => {
    expect(readLog(logRecord(name, {}, { body }))).toMatchObject({ told: "message", event: undefined });
  });

  it("knows the choice, after which nothing follows", () => {
    const isChoice = (name: string): unknown => must(readLog(logRecord(name, {}, { body: { content: "a" } })));
    expect(isChoice("gen_ai.choice")).toMatchObject({ isChoice: true });
    expect(isChoice("gen_ai.user.message")).toMatchObject({ isChoice: false });
  });
});

describe("message events of a span", () => {
  const event = (name: string, values: Readonly<Record<string, AttributeValue>>) => ({
    name,
    time: START,
    attributes: attributes(values),
  });
  const chat = { "gen_ai.operation.name": "chat", "gen_ai.system": "openai" };

  it("are its content", () => {
    const events = [
      event("gen_ai.system.message", { content: "be brief" }),
      event("gen_ai.user.message", { "gen_ai.event.content": '{"content":"2+2?"}' }),
      event("gen_ai.choice", { finish_reason: "stop", message: '{"role":"assistant","content":"4"}' }),
    ];
    const { call } = must(recogniseSpan(span(chat, { events })));
    expect(call.content.state).toBe("complete");
    expect(call.content.systemInstructions.map((text) => text.text())).toEqual(["be brief"]);
    expect(plain([...call.content.input, ...call.content.output])).toEqual([
      ["user", "2+2?"],
      ["assistant", "4"],
    ]);
    expect(call.response.finishReasons).toEqual(["stop"]);
  });

  it("stand back behind its attributes", () => {
    const events = [event("gen_ai.choice", { message: '{"content":"4"}' })];
    const { call } = must(recogniseSpan(span({ ...chat, "gen_ai.output.messages": ANSWER }, { events })));
    expect(plain(call.content.output)).toEqual([["assistant", "hello"]]);
  });

  it("without content leave it unknown", () => {
    const events = [event("gen_ai.choice", { finish_reason: "stop", index: 0 })];
    expect(must(recogniseSpan(span(chat, { events }))).call.content.state).toBe("absent");
  });
});

describe("an evaluation result", () => {
  it("tells what was judged, how, and by whom", () => {
    const values = {
      "gen_ai.evaluation.name": "helpful",
      "gen_ai.evaluation.score.value": 4,
      "gen_ai.evaluation.score.label": "good",
      "gen_ai.response.id": "r",
      "gen_ai.evaluation.evaluator.id": "judge",
      "gen_ai.evaluation.evaluator.version": "2",
    };
    expect(readLog(logRecord("gen_ai.evaluation.result", values))).toEqual({
      told: "evaluation",
      result: {
        name: "helpful",
        value: 4,
        label: "good",
        responseId: "r",
        evaluator: { id: "judge", type: "", version: "2" },
      },
    });
  });

  it.each([{}, { "gen_ai.evaluation.name": "helpful" }, { "gen_ai.evaluation.score.value": 1 }])(
    "without name, or without score and label, is none: %j",
    (values) => {
      expect(readLog(logRecord("gen_ai.evaluation.result", values))).toBeUndefined();
    },
  );
});

it("any body and any attributes under any of these names are read without an exception", () => {
  const { value } = fc.letrec<{ value: AttributeValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.constantFrom("null", "[null]", '{"content":[null]}', "[".repeat(10_000), 9n ** 20n, -0, true),
      fc.uint8Array({ maxLength: 3 }),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          "content",
          "message",
          "role",
          "tool_calls",
          "function",
          "arguments",
          "text",
          "type",
          "__proto__",
        ),
        tie("value"),
        { maxKeys: 4 },
      ),
    ),
  }));
  const names = [
    "user.message",
    "assistant.message",
    "tool.message",
    "choice",
    "evaluation.result",
    "client.inference.operation.details",
  ];
  const keys = [
    "message",
    "content",
    "gen_ai.event.content",
    "event.name",
    "gen_ai.operation.name",
    "gen_ai.evaluation.name",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...names, ""),
      value,
      fc.dictionary(fc.constantFrom(...keys, "gen_ai.evaluation.score.value"), value),
      (name, body, values) => {
        const told = readLog(logRecord(`gen_ai.${name}`, values, { body, flags: 1 }));
        if (told?.told === "message" && told.event !== undefined) spoken(told.event);
        const events = [{ name: `gen_ai.${name}`, time: START, attributes: attributes(values) }];
        expect(recogniseSpan(span({ "gen_ai.operation.name": "chat" }, { events }))?.call.operation).toBe("chat");
      },
    ),
    { numRuns: 500 },
  );
});
