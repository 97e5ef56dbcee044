import { ATTR_SPANWARDEN_SAFETY_RULES, observe, pages, parseSafetyLabel, type LlmCall } from "@spanwarden/conventions";

import { PLANTED } from "../../conventions/test/signals/safety/planted.ts";
import { seededRandom } from "../../examples/node-service/random.ts";
import { benignAnswers } from "./benign-answers.ts";
import type { Datasets } from "./dataset.ts";
import { share, wilson95 } from "./figure.ts";
import type { Measure } from "../measure/report.ts";
import { callOf, type RecordedCall } from "./recorded-call.ts";

/** Answers in which each kind of value is hidden. */
const PLANTINGS = 200;
const SURE = { text: "100 %", holds: (percent: number) => percent === 100 };

/** What would wake somebody: false pages on ordinary answers, and values planted in them. */
export function safetyPages(data: Datasets): readonly Measure[] {
  const calls = benignAnswers(data);
  if (calls.length === 0) return [];
  const rules = calls.map((call) => pagesOf(callOf(call)));
  const paging = rules.filter((found) => found.length > 0).length;
  const phones = calls.filter((call) => labelsOf(callOf(call)).some((label) => isPhone(label))).length;
  const { low, high } = wilson95(paging, calls.length);
  const perTenThousand = (value: number): number => 10_000 * value;
  return [
    {
      name: "safety pages on ordinary answers",
      value: perTenThousand(paging / calls.length),
      unit: "in 10,000",
      n: calls.length,
      low: perTenThousand(low),
      high: perTenThousand(high),
      goal: "at most 1 in 10,000",
      ok: paging / calls.length <= 1e-4,
      reference: "plain patterns: 87 in 10,000",
    },
    share("phone numbers found in ordinary answers", phones, calls.length, {
      text: "at most 0.5 %",
      holds: (percent) => percent <= 0.5,
    }),
    ...planted(calls),
  ];
}

/** Each kind of value that pages, put anywhere into ordinary answers, as such and inside of a JSON string. */
function planted(calls: readonly RecordedCall[]): readonly Measure[] {
  const random = seededRandom(1);
  const wraps: readonly (readonly [string, (value: string) => string])[] = [
    ["as such", (value) => ` ${value} `],
    ["in JSON", (value) => ` ${JSON.stringify({ result: `line\n${value}` })} `],
  ];
  return wraps.map(([name, wrap]) => {
    const trials = Object.entries(PLANTED).flatMap(([rule, value]) =>
      Array.from({ length: Math.ceil(PLANTINGS / 10) }, () => {
        const call = calls[Math.floor(random() * calls.length)] ?? { model: "", question: "", answer: "" };
        const at = Math.floor(random() * (call.answer.length + 1));
        const answer = call.answer.slice(0, at) + wrap(value) + call.answer.slice(at);
        return pagesOf(callOf({ ...call, answer })).includes(rule);
      }),
    );
    return share(`planted values found, ${name}`, trials.filter(Boolean).length, trials.length, SURE);
  });
}

/** Rules of the call's matches that page. */
function pagesOf(call: LlmCall): readonly string[] {
  return labelsOf(call).flatMap((label) => {
    const parsed = parseSafetyLabel(label);
    return parsed !== undefined && pages(parsed) ? [parsed.rule] : [];
  });
}

function labelsOf(call: LlmCall): readonly string[] {
  return observe(call).observations.flatMap((o) =>
    o.name === ATTR_SPANWARDEN_SAFETY_RULES && "label" in o ? [o.label] : [],
  );
}

/** One that is not known to stand for none. */
function isPhone(label: string): boolean {
  const parsed = parseSafetyLabel(label);
  return parsed?.rule === "phone" && parsed.origin !== "example";
}
