import { describe, expect, it } from "vitest";

import { evaluationEvents, safetyEvents } from "../../src/emit/call-events.ts";
import { evaluationsOf } from "../../src/emit/evaluations.ts";
import { fact } from "../incidents/fixtures.ts";

const judged = fact(1, {
  facets: { provider: "openai", requestModel: "gpt-4o", responseModel: "gpt-4o-2024-08-06" },
  measurements: {
    "spanwarden.output.format.compliant": 0,
    "spanwarden.output.numbers.inconsistent.count": 0,
    "spanwarden.output.refusal": 1,
    "spanwarden.output.hedging.score": 0.4,
  },
  safety: [
    "secret/aws_key/page/generated",
    "pii/card/page/echo",
    "pii/email/record/disclosed",
    "pii/card/page/example",
    "not a label",
  ],
});

describe("evaluationsOf", () => {
  it("judges what is known and says nothing of the rest", () => {
    expect(evaluationsOf(judged, 0.7)).toEqual([
      { name: "format_compliance", score: 0, label: "fail" },
      { name: "numeric_consistency", score: 1, label: "pass" },
      { name: "refusal", score: 1, label: "refused" },
      { name: "hedge_rate", score: 0.4, label: undefined },
      { name: "quality", score: 0.7 },
    ]);
    expect(evaluationsOf(fact(1), undefined)).toEqual([]);
  });

  it.each([
    ["spanwarden.output.tool_calls.invalid.count", 2, "tool_call_validity", 0, "fail"],
    ["spanwarden.output.numbers.inconsistent.count", 1, "numeric_consistency", 0, "fail"],
    ["spanwarden.output.format.compliant", 1, "format_compliance", 1, "pass"],
    ["spanwarden.output.refusal", 0, "refusal", 0, "answered"],
    ["spanwarden.output.grounding.score", 0.3, "groundedness", 0.3, undefined],
    ["spanwarden.output.repetition.score", 0.2, "repetition", 0.2, undefined],
  ])("reads %s = %d", (measurement, value, name, score, label) => {
    expect(evaluationsOf(fact(1, { measurements: { [measurement]: value } }), undefined)).toEqual([
      { name, score, label },
    ]);
  });
});

describe("evaluationEvents", () => {
  it.each([
    ["failed", ["format_compliance"]],
    ["all", ["format_compliance", "numeric_consistency", "refusal", "hedge_rate"]],
    ["none", []],
  ] as const)("lets %s out", (which, names) => {
    const events = evaluationEvents(judged, evaluationsOf(judged, undefined), which);
    expect(events.map(({ attributes }) => attributes["gen_ai.evaluation.name"])).toEqual(names);
  });

  it("is parented to the judged span and says who judged", () => {
    const [failed, passed] = evaluationEvents(judged, evaluationsOf(judged, undefined), "all");
    expect(failed).toMatchObject({
      id: "call-1:format_compliance",
      eventName: "gen_ai.evaluation.result",
      severityNumber: 13,
      time: judged.at,
      traceId: judged.traceId,
      spanId: judged.spanId,
      attributes: {
        "gen_ai.evaluation.score.value": 0,
        "gen_ai.evaluation.score.label": "fail",
        "spanwarden.evaluator.id": "spanwarden",
        "spanwarden.evaluator.type": "deterministic",
        "spanwarden.evaluator.version": "1",
        "gen_ai.response.model": "gpt-4o-2024-08-06",
      },
    });
    expect(passed?.severityNumber).toBe(9);
  });
});

describe("safetyEvents", () => {
  it("tells each rule once, but for documentation values and what it cannot read", () => {
    const twice = { ...judged, safety: [...judged.safety, ...judged.safety] };
    expect(
      safetyEvents(twice).map(({ attributes, severityNumber }) => [attributes["security_rule.name"], severityNumber]),
    ).toEqual([
      ["aws_key", 17],
      ["card", 13],
      ["email", 13],
    ]);
  });

  it("says where and how often where the matches are at hand, and nothing where they are not", () => {
    const match = {
      name: "spanwarden.safety.rules",
      label: "secret/aws_key/page/generated",
      source: "output",
      offsets: [3, 23, 40, 60],
    } as const;
    expect(safetyEvents(judged, [match])[0]).toMatchObject({
      id: "call-1:secret/aws_key/page/generated",
      eventName: "spanwarden.safety.finding",
      attributes: {
        "spanwarden.safety.category": "secret",
        "spanwarden.safety.class": "page",
        "spanwarden.safety.origin": "generated",
        "spanwarden.safety.action": "observed",
        "spanwarden.safety.source": "output",
        "spanwarden.safety.match.count": 2,
        "spanwarden.safety.match.offsets": [3, 23, 40, 60],
        "security_rule.ruleset.name": "spanwarden",
      },
    });
    expect(Object.keys(safetyEvents(judged)[0]?.attributes ?? {}).join()).not.toMatch(/source|match/);
  });

  it("never repeats the reason of a match: it may quote", () => {
    const match = {
      name: "spanwarden.safety.rules",
      label: "secret/aws_key/page/generated",
      source: "output",
      offsets: [0, 20],
      reason: "AKIAIOSFODNN7EXAMPLE",
    } as const;
    expect(JSON.stringify(safetyEvents(judged, [match]))).not.toContain("AKIA");
  });
});
