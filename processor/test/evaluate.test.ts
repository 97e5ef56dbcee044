import { ATTR_SPANWARDEN_COST_PRICING_VERSION, ownRules, SIGNALS_VERSION } from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { createPricer } from "../src/cost/price-of.ts";
import { recogniseSpan } from "../src/dialects/recognise.ts";
import type { Recognised } from "../src/dialects/recognised.ts";
import { evaluate, type Evaluation } from "../src/evaluate.ts";
import type { AttributeValue } from "../src/otlp/records.ts";
import { span } from "./attributes.ts";
import { must } from "./must.ts";

type Values = Readonly<Record<string, AttributeValue>>;

const EVALUATOR = { price: createPricer({ prices: [] }), processorId: "p1" };
const SECRET = "the customer wrote: 4111 1111 1111 1111, s3cret";
const messages = (role: string, content: string): string =>
  JSON.stringify([{ role, parts: [{ type: "text", content }] }]);

const CHAT: Values = {
  "gen_ai.operation.name": "chat",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-4o",
  "gen_ai.request.temperature": 0.5,
  "gen_ai.usage.input_tokens": 1_000_000,
  "gen_ai.usage.output_tokens": 0,
};
const CONTENT: Values = {
  "gen_ai.system_instructions": JSON.stringify([{ type: "text", content: `Be brief. ${SECRET}` }]),
  "gen_ai.input.messages": messages("user", `Hello, how are you today? ${SECRET}`),
  "gen_ai.output.messages": JSON.stringify([
    {
      role: "assistant",
      parts: [
        { type: "text", content: `I am very well, thank you for asking. ${SECRET}` },
        { type: "tool_call", name: "lookup", arguments: { q: SECRET } },
      ],
    },
  ]),
};
const EMITTED: Values = {
  "spanwarden.signals.version": "9",
  "spanwarden.content.state": "complete",
  "spanwarden.output.length": 7,
  "spanwarden.output.refusal": true,
};

const recognised = (values: Values): Recognised => must(recogniseSpan(span(values)));
const judge = (values: Values, trusted = true): Evaluation => evaluate(recognised(values), trusted, EVALUATOR);
const observation = ({ call }: Evaluation, name: string): unknown =>
  call.observations.filter((each) => each.name === name).map((each) => ("value" in each ? each.value : each.label));

it("judges a call the same twice", () => {
  const once = recognised({ ...CHAT, ...CONTENT, ...EMITTED });
  const [first, second] = [evaluate(once, true, EVALUATOR), evaluate(once, true, EVALUATOR)];
  expect(second.additions).toEqual(first.additions);
  expect(second.call.observations).toEqual(first.call.observations);
  expect(JSON.stringify(judge({ ...CHAT, ...CONTENT, ...EMITTED }))).toBe(JSON.stringify(first));
});

it("says who judged, on every call", () => {
  expect(judge({ "gen_ai.operation.name": "chat" }).additions).toEqual({ "spanwarden.processor.id": "p1" });
});

describe("a trusted emitter", () => {
  it("is believed, and only what it left out is computed", () => {
    const evaluation = judge({ ...CHAT, ...CONTENT, ...EMITTED });
    expect(observation(evaluation, "spanwarden.output.length")).toEqual([7]);
    expect(observation(evaluation, "spanwarden.output.refusal")).toEqual([1]);
    expect(observation(evaluation, "spanwarden.input.length")).toHaveLength(1);
    expect(evaluation).toMatchObject({ signals: "9/process", content: "complete" });
    expect(evaluation.additions).not.toHaveProperty(["spanwarden.output.length"]);
    expect(evaluation.additions).toMatchObject({
      "spanwarden.input.length": expect.any(Number) as number,
      "spanwarden.signals.version": SIGNALS_VERSION,
    });
  });

  it("that had content which is not on the span is believed all the same", () => {
    const evaluation = judge({ ...CHAT, ...EMITTED });
    expect(observation(evaluation, "spanwarden.output.length")).toEqual([7]);
    expect([evaluation.call.content.state, evaluation.content]).toEqual(["absent", "complete"]);
    expect(Object.keys(evaluation.additions).filter((key) => key.startsWith("spanwarden.output"))).toEqual([]);
    expect(evaluation.additions).not.toHaveProperty(["spanwarden.signals.version"]);
  });

  it("that computed no signals is judged by ours", () => {
    expect(judge({ ...CHAT, ...CONTENT })).toMatchObject({
      signals: `${SIGNALS_VERSION}/processor`,
      content: "complete",
    });
  });
});

describe("an emitter that is not trusted", () => {
  it("is not believed: what it observed is computed from the content", () => {
    const evaluation = judge({ ...CHAT, ...CONTENT, ...EMITTED }, false);
    expect(observation(evaluation, "spanwarden.output.length")).not.toEqual([7]);
    expect(observation(evaluation, "spanwarden.output.length")).toHaveLength(1);
    expect(observation(evaluation, "spanwarden.output.refusal")).not.toEqual([1]);
    expect(evaluation.signals).toBe(`${SIGNALS_VERSION}/processor`);
  });

  it("without content leaves everything unknown", () => {
    const rules: Values = { "spanwarden.safety.rules": ["pii/card/page/generated"] };
    const evaluation = judge({ ...CHAT, ...EMITTED, ...rules }, false);
    expect(evaluation.call.observations).toEqual([]);
    expect(evaluation).toMatchObject({ content: "absent", matches: [] });
  });
});

describe("checksums", () => {
  it("are computed where the content is here and the emitter made none", () => {
    const { call } = judge({ ...CHAT, ...CONTENT });
    const { renderedChecksum, systemInstructionsChecksum, parametersChecksum, toolDefinitionsChecksum } = call.prompt;
    for (const checksum of [renderedChecksum, systemInstructionsChecksum, parametersChecksum])
      expect(checksum).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(toolDefinitionsChecksum).toBeUndefined();
    expect(observation(judge({ ...CHAT, ...CONTENT }), "spanwarden.output.tool_calls.checksum")).toEqual([
      expect.stringMatching(/^sha256:/),
    ]);
  });

  it("of the emitter stand", () => {
    const given: Values = {
      "spanwarden.prompt.rendered.checksum": "hmac-sha256:aa",
      "spanwarden.output.tool_calls.checksum": "hmac-sha256:bb",
      ...EMITTED,
    };
    const evaluation = judge({ ...CHAT, ...CONTENT, ...given });
    expect(evaluation.call.prompt.renderedChecksum).toBe("hmac-sha256:aa");
    expect(observation(evaluation, "spanwarden.output.tool_calls.checksum")).toEqual(["hmac-sha256:bb"]);
  });

  it("of the parameters need no content, and differ with them", () => {
    const checksum = (temperature: number): string | undefined =>
      judge({ ...CHAT, "gen_ai.request.temperature": temperature }).call.prompt.parametersChecksum;
    expect(checksum(0.5)).toMatch(/^sha256:/);
    expect(checksum(0.5)).not.toBe(checksum(0.6));
    expect(judge(CHAT).call.prompt.renderedChecksum).toBeUndefined();
  });
});

describe("additions", () => {
  it("hold nothing of the content", () => {
    const { additions } = judge({ ...CHAT, ...CONTENT });
    const said = JSON.stringify(additions);
    for (const piece of ["4111", "s3cret", "Hello", "thank", "brief", "customer"]) expect(said).not.toContain(piece);
    expect(Object.keys(additions).filter((key) => key.startsWith("gen_ai."))).toEqual([]);
  });

  it("tell the price with the table it was computed with", () => {
    expect(judge(CHAT).additions).toMatchObject({
      "spanwarden.cost.amount": 2.5,
      "spanwarden.cost.source": "enriched",
      [ATTR_SPANWARDEN_COST_PRICING_VERSION]: expect.stringContaining("genai-prices/") as string,
    });
  });

  it("tell no price that is not known, nor one that is on the span", () => {
    const known = judge({ ...CHAT, "gen_ai.usage.cost.amount": 1 });
    expect(known.price).toEqual({ amount: 1, source: "local", pricingVersion: "emitter" });
    for (const { additions } of [known, judge({ ...CHAT, "gen_ai.request.model": "unheard-of" })])
      expect(Object.keys(additions).filter((key) => key.startsWith("spanwarden.cost"))).toEqual([]);
  });
});

describe("the user's own rules", () => {
  const rules = ownRules({ policy: [{ id: "thanks", severity: 2, class: "page", terms: ["thank you"] }] });
  const judgeBy = (values: Values): Evaluation => evaluate(recognised(values), true, { ...EVALUATOR, ownRules: rules });
  const POLICY = "policy/thanks/page/generated";
  const THEIRS = "personal_data/email/record/generated";
  const JUDGED = { ...EMITTED, "spanwarden.safety.rules": [THEIRS] };

  it("find what they look for, with its severity", () =>
    expect(judgeBy({ ...CHAT, ...CONTENT }).matches).toContainEqual(
      expect.objectContaining({ label: POLICY, severity: 2, source: "output" }),
    ));

  it("also look at a call whose safety its emitter judged, and keep what that found", () => {
    const judged = judgeBy({ ...CHAT, ...CONTENT, ...JUDGED });
    expect(observation(judged, "spanwarden.safety.rules")).toEqual(expect.arrayContaining([POLICY, THEIRS]));
    expect(judged.additions["spanwarden.safety.rules"]).toEqual(expect.arrayContaining([POLICY, THEIRS]));
  });

  it("change nothing where there is no content", () =>
    expect(JSON.stringify(judgeBy({ ...CHAT, ...JUDGED }))).toBe(JSON.stringify(judge({ ...CHAT, ...JUDGED }))));
});
