import {
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS,
  ATTR_SPANWARDEN_OUTPUT_LANGUAGE,
  ATTR_SPANWARDEN_OUTPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL,
  ATTR_SPANWARDEN_SAFETY_RULES,
  decodedText,
  observe,
  SIGNALS_VERSION,
  type LlmCall,
  type Observation,
} from "@spanwarden/conventions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { arbitraryCall } from "../arbitrary-call.ts";
import { callOf, message, toolCall } from "../call-of.ts";

function named(call: LlmCall): Readonly<Record<string, Observation>> {
  return Object.fromEntries(observe(call).observations.map((observation) => [observation.name, observation]));
}

/** A finite number, or a short word without anything of the text in it. */
function isPlain(observation: Observation): boolean {
  return "value" in observation ? Number.isFinite(observation.value) : /^[\w./-]{1,64}$/.test(observation.label);
}

const ordinary = callOf({
  question: "What is the capital of France and what is it known for?",
  answer: "The capital of France is Paris. It is known for the Louvre and for the river that runs through it.",
});

it("has a version that facts can bear", () => {
  expect(SIGNALS_VERSION).toMatch(/^\d+$/);
});

it("computes every signal of an ordinary call", () => {
  const { observations, incomplete } = observe(ordinary);
  expect(incomplete).toEqual([]);
  expect(observations.map(({ name }) => name.replace("spanwarden.", "")).toSorted()).toEqual([
    "input.ending",
    "input.fingerprint",
    "input.language",
    "input.length",
    "output.ending",
    "output.fingerprint",
    "output.format.class",
    "output.hedging.score",
    "output.language",
    "output.language_switched",
    "output.length",
    "output.numbers.inconsistent.count",
    "output.numbers.unsupported.count",
    "output.opening",
    "output.refusal",
    "output.repetition.score",
  ]);
});

describe("what the emitter observed", () => {
  const emitted: Observation = { name: ATTR_SPANWARDEN_OUTPUT_LENGTH, value: 7 };

  it("stays as it is", () => {
    const { observations } = observe({ ...ordinary, observations: [emitted] });
    expect(observations.filter(({ name }) => name === ATTR_SPANWARDEN_OUTPUT_LENGTH)).toEqual([emitted]);
    expect(observations[0]).toBe(emitted);
  });

  it("counts for the whole list of safety rules", () => {
    const match = {
      name: ATTR_SPANWARDEN_SAFETY_RULES,
      label: "secret/jwt/page/generated",
      source: "output",
      offsets: [],
    } as const;
    const call = callOf({ answer: "Write to jane@acme-mail.io", call: { observations: [match] } });
    expect(observe(call).observations.filter(({ name }) => name === ATTR_SPANWARDEN_SAFETY_RULES)).toEqual([match]);
  });
});

describe("what is unknown", () => {
  it("stays unknown without content", () => {
    expect(observe(callOf({ content: { state: "absent" } }))).toEqual({ observations: [], incomplete: [] });
  });

  it("is the shape of an answer that the emitter cut, and not non-compliant", () => {
    const cut = callOf({
      answer: [message("assistant", '{"status": "op', true)],
      content: { state: "truncated", format: { kind: "json" } },
    });
    expect(observe(cut).observations.map(({ name }) => name)).toEqual([]);
  });

  it("is what a failed call would have answered", () => {
    const failed = callOf({ question: "Hello there", call: { failure: { type: "500", class: "server_error" } } });
    expect(Object.keys(named(failed)).filter((name) => name.includes("output"))).toEqual([]);
  });
});

describe("bounds", () => {
  const sentence = "The report is ready and it can be read by all of you at any time. ";

  it("names the signals that a long answer leaves unread, and still reads what a part tells", () => {
    const { observations, incomplete } = observe(callOf({ question: "Why?", answer: sentence.repeat(6_000) }));
    expect(incomplete).toContain(ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS);
    expect(incomplete).toContain(ATTR_SPANWARDEN_OUTPUT_LENGTH);
    expect(incomplete).toContain(ATTR_SPANWARDEN_SAFETY_RULES);
    expect(incomplete).not.toContain(ATTR_SPANWARDEN_OUTPUT_LANGUAGE);
    expect(incomplete.filter((name) => name.startsWith("spanwarden.input."))).toEqual([]);
    expect(observations).toContainEqual({ name: ATTR_SPANWARDEN_OUTPUT_LANGUAGE, label: "en" });
  });

  it("reads the last message first where the input is too long, and the answer all the same", () => {
    const history = Array.from({ length: 20 }, () => message("user", sentence.repeat(1_000)));
    const call = callOf({
      question: [...history, message("user", "Is it safe to do that with the old one?")],
      answer: "Yes.",
    });
    const { observations, incomplete } = observe(call);
    expect(observations).toContainEqual({ name: "spanwarden.input.language", label: "en" });
    expect(observations).toContainEqual({ name: ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS, label: "terse" });
    expect(incomplete).toEqual([
      "spanwarden.input.length",
      "spanwarden.output.language_switched",
      "spanwarden.output.numbers.unsupported.count",
      "spanwarden.output.grounding.score",
      ATTR_SPANWARDEN_SAFETY_RULES,
    ]);
  });

  it("finds what leaked in the part that was read", () => {
    const call = callOf({ answer: `Write to jane@acme-mail.io. ${sentence.repeat(6_000)}` });
    expect(named(call)[ATTR_SPANWARDEN_SAFETY_RULES]).toMatchObject({ label: "personal_data/email/record/generated" });
    expect(observe(call).incomplete).toContain(ATTR_SPANWARDEN_SAFETY_RULES);
  });
});

describe("failures", () => {
  it("leaves out and names the signals that a broken text breaks", () => {
    const broken = {
      ...decodedText(""),
      bytes: new Uint8Array(),
      escaped: true,
      truncated: false,
      text: () => {
        throw new Error("no UTF-8");
      },
    };
    const call = callOf({ content: { output: [{ role: "assistant", parts: [{ kind: "text", text: broken }] }] } });
    const { observations, incomplete } = observe(call);
    expect(observations).toEqual([]);
    expect(incomplete).toContain(ATTR_SPANWARDEN_OUTPUT_REFUSAL);
  });

  it("leaves out and names the one signal that fails, and computes the others", () => {
    const tool = {
      name: "f",
      get parameters(): unknown {
        throw new Error("no schema");
      },
    };
    const { observations, incomplete } = observe(callOf({ answer: [toolCall("f", "{}")], content: { tools: [tool] } }));
    expect(incomplete).toEqual(["spanwarden.output.tool_calls.invalid.count"]);
    expect(observations).toContainEqual({ name: ATTR_SPANWARDEN_OUTPUT_LENGTH, value: 0 });
  });

  it("does not throw on any call, says the same twice, and stays within what attributes hold", () => {
    fc.assert(
      fc.property(arbitraryCall, (call) => {
        const observed = observe(call);
        expect(observe(call)).toEqual(observed);
        expect(observed.incomplete).toEqual([]);
        expect(observed.observations.filter((observation) => !isPlain(observation))).toEqual([]);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
