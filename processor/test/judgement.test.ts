import { deserialize, serialize } from "node:v8";

import { describe, expect, it } from "vitest";

import { detectionConfig } from "../src/detectors/detection-config.ts";
import type { CallFact } from "../src/facts/call-fact.ts";
import { incidentsConfig } from "../src/incidents/incidents-config.ts";
import { Judgement, type Judged } from "../src/judgement.ts";
import { fact, MINUTE, T0 } from "./incidents/fixtures.ts";

const DETECTION = detectionConfig.parse({ tick: "1s" });
const INCIDENTS = incidentsConfig.parse({ min_open: "10s", close_after: { outage: "10s" } });

const create = (): Judgement => new Judgement(DETECTION, INCIDENTS);

/** Two hundred good calls, sixty failing ones, two hundred good ones; one a second. */
const STREAM: readonly CallFact[] = Array.from({ length: 460 }, (_, n) =>
  fact(n, { usage: { input: 10, output: 5 }, ...(n >= 200 && n < 260 ? { failure: "server_error" as const } : {}) }),
);

/** What was decided, in order, without what a replay may group otherwise. */
function decided(parts: readonly Judged[]): unknown[] {
  return [...parts.flatMap((p) => p.findings), ...parts.flatMap((p) => p.incidents)];
}

it("an outage opens once, and closes when the calls succeed again", () => {
  const judgement = create();
  const changes = STREAM.flatMap((each) => judgement.apply(each).incidents);
  expect(changes.map(({ transition }) => transition).filter((t) => t !== "updated")).toEqual(["opened", "closed"]);
  const [opened] = changes;
  expect(opened?.incident).toMatchObject({ kind: "outage", severity: expect.any(Number) as number });
  expect(opened?.incident.onset.time).toBe(T0 + 200_000 - 500);
  expect(judgement.openIncidents()).toEqual([]);
});

describe("the same facts yield the same outcome", () => {
  const whole = create();
  const expected = decided([...STREAM.map((each) => whole.apply(each)), whole.advance(T0 + 600_000)]);

  it("whether time passes in between by the clock or by the facts alone", () => {
    const judgement = create();
    const parts = STREAM.flatMap((each) => [judgement.advance(each.arrival - 400), judgement.apply(each)]);
    expect(decided([...parts, judgement.advance(T0 + 600_000)])).toEqual(expected);
  });

  it.each([1, 199, 220, 259, 300, 459])("when state is saved and restored after call %i", (n) => {
    const before = create();
    const first = STREAM.slice(0, n).map((each) => before.apply(each));
    const saved = serialize(before.snapshot());
    const after = create();
    expect(after.restore(deserialize(saved))).toBe(true);
    const rest = [...STREAM.slice(n).map((each) => after.apply(each)), after.advance(T0 + 600_000)];
    expect(decided([...first, ...rest])).toEqual(expected);
    expect(after.totals).toEqual(whole.totals);
  });
});

it("a snapshot of another version is not taken over", () => {
  expect(create().restore({ version: 0 })).toBe(false);
  expect(create().restore(undefined)).toBe(false);
});

it("totals are weighted; unknown prices are counted, not taken for 0; pending calls are no calls", () => {
  const judgement = create();
  judgement.apply(fact(1, { weight: 4, usage: { input: 10, output: 1 }, cost: 0.5 }));
  judgement.apply(fact(2, { usage: { input: 7 } }));
  judgement.apply(fact(3, { pending: true }));
  expect(judgement.totals).toEqual({
    calls: 5,
    inputTokens: 47,
    outputTokens: 4,
    cost: 2,
    unpricedCalls: 1,
    unweightedCalls: 0,
  });
});

it("an outage that began before a long silence of the clock is not opened by it", () => {
  const judgement = create();
  for (const each of STREAM.slice(0, 200)) judgement.apply(each);
  expect(judgement.advance(T0 + 200_000 + 5 * MINUTE).incidents).toEqual([]);
});
