import {
  ATTR_SPANWARDEN_INPUT_LENGTH as INPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS as CLASS,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT as COMPLIANT,
  ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE as HEDGING,
  ATTR_SPANWARDEN_OUTPUT_LENGTH as LENGTH,
  ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM as TOOL_CALLS,
} from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { Detectors } from "../../src/detectors/detectors.ts";
import type { IncidentKind, Verdict } from "../../src/detectors/finding.ts";
import type { CallFact } from "../../src/facts/call-fact.ts";
import { CELL, incidents, judge, QUICK, take, Traffic } from "./traffic.ts";

interface Fault {
  readonly name: string;
  readonly kind: IncidentKind;
  /** Calls of the cell within which every stream must have found it. */
  readonly within: number;
  /** Good calls after which every rule must have recovered, but for those of single calls. */
  readonly over: number;
  of(n: number, random: number): Partial<CallFact>;
}

const FAULTS: readonly Fault[] = [
  {
    name: "answers that hedge, lose their format and collapse in length",
    kind: "quality_degradation",
    within: 10,
    over: 80,
    of: (_n, random) => ({
      measurements: { [LENGTH]: 40 + 60 * random, [HEDGING]: 0.5, [COMPLIANT]: 0 },
      labels: { [CLASS]: "prose-short" },
    }),
  },
  {
    name: "an agent of one user that loops between the calls of the others",
    kind: "cost_anomaly",
    within: 24,
    over: 260,
    of: (n) =>
      n % 3 === 0
        ? {
            traceId: `loop-${Math.floor(n / 42)}`,
            caller: { user: "looper" },
            usage: { input: 400 + 150 * ((n / 3) % 14), output: 20 },
            measurements: { [LENGTH]: 0, [COMPLIANT]: 1, [INPUT_LENGTH]: 1_600 + 600 * ((n / 3) % 14) },
            labels: { [TOOL_CALLS]: "search" },
          }
        : {},
  },
  {
    name: "one answer that leaks a card number",
    kind: "safety_violation",
    within: 1,
    over: 0,
    of: (n) => (n === 0 ? { safety: ["pii/card/page/generated"] } : {}),
  },
  {
    name: "two calls of five that fail",
    kind: "outage",
    within: 40,
    over: 60,
    of: (n, random) =>
      random < 0.4 ? { failure: n % 2 === 0 ? "server_error" : "rate_limited", usage: {}, cost: undefined } : {},
  },
];

/** Calls of a cell in a fault of seven seconds. */
const LASTS = 80;
const STREAMS = 40;

describe("a fault", { timeout: 60_000 }, () => {
  it.each(FAULTS)("is found: $name, within $within calls; it recovers and nothing opens again", (fault) => {
    const delays = Array.from({ length: STREAMS }, (_, seed) => {
      const traffic = new Traffic(seed, { spread: 0.5 });
      const detectors = new Detectors(QUICK);
      const before = incidents(judge(detectors, take(traffic, 250)));
      const verdicts = take(traffic, LASTS, (n) => fault.of(n, traffic.random())).map((call) => {
        const said = detectors.apply(call);
        for (const { cell, kind } of incidents(said)) detectors.freeze(cell, kind, true);
        return said;
      });
      const found = incidents(verdicts.flat());
      expect(before).toEqual([]);
      expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set([fault.kind]));

      const open = verdicts.flat().reduce<string[]>(stillFiring, []);
      const recovering = judge(detectors, take(traffic, fault.over));
      expect(incidents(recovering)).toEqual([]);
      const quiet = recovering.filter(({ verdict, rule }) => verdict === "quiet" && rule !== "quality_drift");
      const over = new Set(quiet.map(({ rule }) => rule));
      expect([...over].toSorted()).toEqual(open.filter((rule) => rule !== "safety_page").toSorted());
      detectors.freeze(CELL, fault.kind, false);
      expect(incidents(judge(detectors, take(traffic, 1_000)))).toEqual([]);
      return verdicts.findIndex((said) => incidents(said).length > 0) + 1;
    });
    const sorted = delays.toSorted((a, b) => a - b);
    console.log(`${fault.name}: found after ${sorted[STREAMS / 2]} calls in the median, ${sorted.at(-1)} at most`);
    expect(sorted[0]).toBeGreaterThan(0);
    expect(sorted.at(-1)).toBeLessThanOrEqual(fault.within);
  });
});

/** Rules with an open finding; notices open nothing. */
function stillFiring(firing: string[], verdict: Verdict): string[] {
  if (verdict.verdict === "quiet") return firing.filter((rule) => rule !== verdict.rule);
  return verdict.effect === "notice" ? firing : [...new Set([...firing, verdict.rule])];
}
