import { serialize } from "node:v8";

import {
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS as CLASS,
  ATTR_SPANWARDEN_OUTPUT_LENGTH as LENGTH,
} from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { detectionConfig } from "../../src/detectors/detection-config.ts";
import { Detectors } from "../../src/detectors/detectors.ts";
import type { Standing } from "../../src/detectors/standing.ts";
import { serviceCell } from "../../src/detectors/service-watch.ts";
import type { CallFact, Cell } from "../../src/facts/call-fact.ts";
import { CELL, fact, incidents, judge, QUICK, T0, take, throughDisk, Traffic } from "./traffic.ts";

const failing: Partial<CallFact> = { failure: "server_error" };
const card = "pii/card/page/generated";

function standingOf(detectors: Detectors, rule: string): Standing | undefined {
  return [...detectors.reports()][0]?.rules.find((each) => each.rule === rule);
}

function stateOf(detectors: Detectors, rule: string): unknown {
  return standingOf(detectors, rule)?.state;
}

function lastOf(detectors: Detectors): number {
  return [...detectors.reports()][0]?.lastAt ?? Number.NaN;
}

/** When it was last told the time. */
function nowOf(detectors: Detectors): number {
  return (detectors.snapshot() as { now: number }).now;
}

function cell(prompt: string): Cell {
  return { ...CELL, prompt };
}

describe("late calls", () => {
  it("are judged for safety and kept as evidence, but move no window", () => {
    const detectors = new Detectors(QUICK);
    const late = take(new Traffic(1), 100, () => ({ ...failing, late: true }));
    expect(judge(detectors, late)).toEqual([]);
    expect(detectors.recent(CELL)).toHaveLength(100);
    expect(detectors.apply(fact(200, { late: true, safety: [card] }))).toHaveLength(1);
  });
});

describe("pending calls", () => {
  const pending = (n: number): CallFact => fact(n, { pending: true, identity: `p${n}` });

  it("count as suspected time-outs, and safety is not judged on them", () => {
    const detectors = new Detectors(QUICK);
    const verdicts = judge(
      detectors,
      Array.from({ length: 25 }, (_, n) => ({ ...pending(n), safety: [card] })),
    );
    expect(incidents(verdicts)).toMatchObject([{ rule: "error_share", reason: /mostly no answer yet/ }]);
  });

  it("count once: the final span of the same call adds no second failure, and takes its place in the evidence", () => {
    const detectors = new Detectors(QUICK);
    const calls = Array.from({ length: 10 }, (_, n) => [pending(n), { ...fact(n, failing), identity: `p${n}` }]).flat();
    expect(incidents(judge(detectors, calls))).toEqual([]);
    expect(detectors.recent(CELL).map(({ pending: still }) => still)).toEqual(Array(10).fill(false));
    expect(
      incidents(
        judge(
          new Detectors(QUICK),
          Array.from({ length: 20 }, (_, n) => fact(n, failing)),
        ),
      ),
    ).toHaveLength(1);
  });
});

describe("learning", () => {
  it("stops while an incident is open, and what preceded its opening is not learned either", () => {
    const detectors = new Detectors(QUICK);
    const traffic = new Traffic(2);
    judge(detectors, take(traffic, 300));
    const short = (): Partial<CallFact> => ({ measurements: { [LENGTH]: 20 }, labels: { [CLASS]: "terse" } });
    const found = incidents(judge(detectors, take(traffic, 40, short)));
    expect(found.length).toBeGreaterThan(0);
    detectors.freeze(CELL, "quality_degradation", true);
    judge(detectors, take(traffic, 2_000, short));
    const usual = take(new Traffic(9, { failing: 0 }), 1, () => short())[0];
    expect(usual && detectors.badness("quality", usual)).toBe(1);
    detectors.freeze(CELL, "quality_degradation", false);
    const after = judge(detectors, take(traffic, 1_500));
    expect(incidents(after)).toEqual([]);
    expect(after.filter(({ verdict }) => verdict === "quiet").map(({ rule }) => rule)).toContain("shape_change");
    expect(usual && detectors.badness("quality", usual)).toBe(1);
  });

  it("begins anew after an incident that opened before it was done, and holds nothing of it meanwhile", () => {
    const detectors = new Detectors(QUICK);
    const traffic = new Traffic(8);
    const odd = (): Partial<CallFact> => ({ measurements: { [LENGTH]: 3 }, labels: { [CLASS]: "terse" } });
    judge(detectors, take(traffic, 60, odd));
    detectors.freeze(CELL, "safety_violation", true);
    const size = (): number => serialize(detectors.snapshot()).length;
    judge(detectors, take(traffic, 700, odd));
    const before = size();
    judge(detectors, take(traffic, 2_000, odd));
    expect(size()).toBeLessThan(1.3 * before);
    expect(stateOf(detectors, "shape_change")).toBe("learning");
    detectors.freeze(CELL, "safety_violation", false);
    expect(incidents(judge(detectors, take(traffic, 400)))).toEqual([]);
    expect(incidents(judge(detectors, take(traffic, 60, odd))).map(({ rule }) => rule)).toContain("shape_change");
  });

  it("of a new version of the signals goes on beside the old, and an upgrade pages nobody", () => {
    const detectors = new Detectors(QUICK);
    const traffic = new Traffic(3);
    judge(detectors, take(traffic, 300));
    // The new version tells another class and longer lengths for the same answers.
    const upgraded = (): Partial<CallFact> => ({
      signals: "2/process",
      measurements: { [LENGTH]: 9_000 },
      labels: { [CLASS]: "list" },
    });
    expect(incidents(judge(detectors, take(traffic, 2_000, upgraded)))).toEqual([]);
    expect(
      incidents(
        judge(
          detectors,
          take(traffic, 100, () => ({ signals: "2/process" })),
        ),
      ).length,
    ).toBeGreaterThan(0);
    // Traffic of the old version is still judged by the old.
    expect(incidents(judge(new Detectors(QUICK), take(traffic, 300)))).toEqual([]);
  });

  it("of latency and cost does not begin anew with a version", () => {
    const detectors = new Detectors(QUICK);
    const traffic = new Traffic(4);
    judge(detectors, take(traffic, 300));
    const found = incidents(
      judge(
        detectors,
        take(traffic, 40, () => ({ signals: "2/process", duration: 30 })),
      ),
    );
    expect(found.map(({ rule }) => rule)).toContain("slow_answers");
  });

  it("keeps at most four versions of a cell", () => {
    const detectors = new Detectors(QUICK);
    for (let n = 0; n < 50; n++) detectors.apply(fact(n, { signals: `${n}/process` }));
    const { cells } = detectors.snapshot() as { cells: Map<string, { lanes: Map<string, unknown> }> };
    expect([...cells.values()].map(({ lanes }) => [...lanes.keys()])).toEqual([
      ["46/process", "47/process", "48/process", "49/process"],
    ]);
  });
});

describe("bounds", () => {
  const config = detectionConfig.parse({ max_cells: 10, recent_calls: 50, baseline: { min_calls: 20 } });

  it("holds at most max_cells, counts the calls of the others, and judges safety on them all the same", () => {
    const detectors = new Detectors(config);
    for (let n = 0; n < 1_000; n++) detectors.apply(fact(n, { cell: cell(`p${n}`) }));
    expect(detectors.cells).toBe(10);
    expect(detectors.overflow).toBe(990);
    expect(detectors.apply(fact(1_000, { cell: cell("new"), safety: [card] }))).toHaveLength(1);
  });

  it("a flood of newcomers never evicts an established cell, but idle newcomers make room", () => {
    const detectors = new Detectors(config);
    for (let n = 0; n < 30; n++) detectors.apply(fact(n));
    for (let n = 30; n < 60; n++) detectors.apply(fact(n, { cell: cell(`p${n}`) }));
    detectors.tick(T0 + 3_600_000);
    expect(detectors.cells).toBe(1);
    expect(detectors.recent(CELL)).toHaveLength(30);
    detectors.apply(fact(3_600, { cell: cell("late comer") }));
    expect(detectors.cells).toBe(2);
  });

  it("keeps the latest calls of a cell only", () => {
    const detectors = new Detectors(config);
    for (let n = 0; n < 500; n++) detectors.apply(fact(n));
    expect(detectors.recent(CELL).map(({ identity }) => identity)).toEqual(
      Array.from({ length: 50 }, (_, i) => `call-${450 + i}`),
    );
  });

  it("remembers at most 1,000 pending calls of a cell", () => {
    const detectors = new Detectors(config);
    for (let n = 0; n < 3_000; n++) detectors.apply(fact(n, { pending: true }));
    const { cells } = detectors.snapshot() as { cells: Map<string, { pending: Set<string> }> };
    expect([...cells.values()].map(({ pending }) => pending.size)).toEqual([1_000]);
  });
});

describe("evidence", () => {
  it("of a service is that of all its cells, and of no other service", () => {
    const detectors = new Detectors(QUICK);
    detectors.apply(fact(1, { cell: cell("a") }));
    detectors.apply(fact(2, { cell: cell("b") }));
    detectors.apply(fact(3, { cell: { ...CELL, service: "other" } }));
    expect(detectors.recent(serviceCell(CELL)).map(({ identity }) => identity)).toEqual(["call-1", "call-2"]);
    expect(detectors.recent(cell("never seen"))).toEqual([]);
  });
});

describe("states", () => {
  const of = (detectors: Detectors, rule: string): unknown => {
    detectors.tick(nowOf(detectors) + 5_000);
    return stateOf(detectors, rule);
  };

  it("go from learning to ok to firing and back, and are unknown when nothing is heard", () => {
    const detectors = new Detectors(QUICK);
    const traffic = new Traffic(5);
    judge(detectors, take(traffic, 50));
    expect(of(detectors, "quality_drop")).toBe("learning");
    expect(of(detectors, "error_share")).toBe("ok");
    judge(detectors, take(traffic, 250));
    expect(of(detectors, "quality_drop")).toBe("ok");
    judge(
      detectors,
      take(traffic, 40, () => failing),
    );
    expect(of(detectors, "error_share")).toBe("firing");
    judge(detectors, take(traffic, 100));
    expect(of(detectors, "error_share")).toBe("ok");
    detectors.tick(traffic.now + 3_600_000);
    expect(standingOf(detectors, "quality_drop")).toMatchObject({
      state: "unknown",
      since: lastOf(detectors) + 1_800_000,
    });
  });

  it("bear a reason, and keep since when through a restart", () => {
    const before = new Detectors(QUICK);
    const traffic = new Traffic(5);
    judge(before, take(traffic, 300));
    before.tick(traffic.now + 1_000);
    judge(
      before,
      take(traffic, 40, () => failing),
    );
    before.tick(traffic.now + 1_000);
    const firing = standingOf(before, "error_share");
    expect(firing?.state).toBe("firing");
    expect(firing?.reason).toMatch(/of the last 20 calls failed, mostly server_error/);
    const after = new Detectors(QUICK);
    after.restore(throughDisk(before.snapshot()));
    after.tick(traffic.now + 20_000);
    expect(standingOf(after, "error_share")?.since).toBe(firing?.since);
  });

  it("are suspect once half of the evidence is there, before anything is found", () => {
    const detectors = new Detectors(QUICK);
    const traffic = new Traffic(5, { failing: 0 });
    judge(detectors, take(traffic, 300));
    const found = judge(
      detectors,
      take(traffic, 4, () => failing),
    );
    expect(incidents(found)).toEqual([]);
    expect(of(detectors, "error_share")).toBe("suspect");
    expect(standingOf(detectors, "error_share")?.reason).toMatch(/^\d+ % of the evidence that it takes$/);
    judge(detectors, take(traffic, 300));
    expect(of(detectors, "error_share")).toBe("ok");
  });

  it("are unknown for rules that have seen nothing to judge", () => {
    const detectors = new Detectors(QUICK);
    const traffic = new Traffic(5);
    judge(
      detectors,
      take(traffic, 300, () => ({ timeToFirstChunk: undefined })),
    );
    expect(of(detectors, "slow_first_chunk")).toBe("unknown");
    expect(of(detectors, "slow_answers")).toBe("ok");
  });

  it("say what is still to be learned and until when", () => {
    const detectors = new Detectors({ ...QUICK, baseline: { ...QUICK.baseline, min_calls: 400 } });
    const traffic = new Traffic(5);
    judge(detectors, take(traffic, 300));
    detectors.tick(traffic.now + 5_000);
    const [report] = detectors.reports();
    expect(report?.learning).toMatchObject({ learned: 300, missing: 100 });
    // 300 calls took half a minute; what comes is taken for no busier than the first minute shows.
    const expected = ((report?.learning?.expectedAt ?? 0) - traffic.now) / 1_000;
    expect(expected).toBeGreaterThan(5);
    expect(expected).toBeLessThan(60);
    expect(standingOf(detectors, "quality_drop")?.reason).toBe("300 of 400 calls learned");
  });

  it("of scores are known by evaluation", () => {
    const detectors = new Detectors(QUICK);
    judge(detectors, take(new Traffic(5), 50));
    const evaluation = { name: "helpful", score: 0.9, evaluator: "judge", evaluatorType: "llm_judge" };
    const source = { namespace: "", service: CELL.service, environment: CELL.environment };
    const ids = { identity: "s", traceId: "", spanId: "", at: T0, arrival: T0, source };
    detectors.score({ ...ids, amends: "score", evaluation }, { cell: CELL, at: T0 });
    detectors.tick(T0 + 30_000);
    const [report] = detectors.reports();
    expect(report?.rules.filter((rule) => rule.evaluation === "helpful")).toMatchObject([
      { rule: "evaluation_drop", state: "learning" },
      { rule: "evaluation_drift", state: "learning" },
    ]);
  });
});

describe("restore", () => {
  it("leaves a snapshot of another version alone", () => {
    const detectors = new Detectors(QUICK);
    detectors.apply(fact(1));
    expect(detectors.restore({ version: 99 })).toBe("unknown_version");
    expect(detectors.restore(undefined)).toBe("unknown_version");
    expect(detectors.cells).toBe(1);
  });

  it("takes over what was open: a fault that goes on is the same, not a new one", () => {
    const before = new Detectors(QUICK);
    const traffic = new Traffic(6);
    judge(before, take(traffic, 300));
    expect(
      incidents(
        judge(
          before,
          take(traffic, 40, () => failing),
        ),
      ).length,
    ).toBeGreaterThan(0);
    const after = new Detectors(QUICK);
    after.restore(throughDisk(before.snapshot()));
    expect(
      incidents(
        judge(
          after,
          take(traffic, 40, () => failing),
        ),
      ),
    ).toEqual([]);
  });
});
