import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM } from "@spanwarden/conventions";
import type { Finding, IncidentKind, Severity, Verdict } from "../../src/detectors/finding.ts";
import type { CallFact } from "../../src/facts/call-fact.ts";
import type { IncidentChange } from "../../src/incidents/incident.ts";
import { incidentsConfig } from "../../src/incidents/incidents-config.ts";
import { incidentKey } from "../../src/incidents/lifecycle.ts";
import { Tracker } from "../../src/incidents/tracker.ts";
import { CELL, CONFIG, evidenceOf, fact, finding, historyOf, MINUTE, quiet, T0, throughDisk } from "./fixtures.ts";

function tracker(facts: readonly CallFact[] = []): Tracker {
  return new Tracker(CONFIG, evidenceOf(facts), historyOf([]));
}

type Step = Verdict | { readonly verdict: "tick"; readonly at: number };

const tick = (at: number): Step => ({ verdict: "tick", at });

function take(subject: Tracker, step: Step): readonly IncidentChange[] {
  return step.verdict === "tick" ? subject.tick(step.at) : subject.apply(step);
}

/** `transition` and `severity` of each change, with the end reason where there is one. */
function told(steps: readonly Step[], subject = tracker()): string[] {
  return steps
    .flatMap((step) => take(subject, step))
    .map(({ transition, incident }) =>
      [transition, incident.severity, incident.endReason].filter((x) => x !== undefined).join(" "),
    );
}

const perCall = (at: number, overrides: Partial<Finding> = {}): Finding =>
  finding(at, {
    kind: "safety_violation",
    rule: "safety",
    severity: 0,
    series: undefined,
    traceId: at.toString(16).padStart(32, "0"),
    ...overrides,
  });

const at = (minutes: number): number => T0 + minutes * MINUTE;

describe("Tracker", () => {
  it.each<[string, readonly Step[], readonly string[]]>([
    ["a notice opens nothing", [finding(at(0), { effect: "notice" }), tick(at(1))], []],
    ["a quiet opens nothing", [quiet(at(0)), quiet(at(1), { recovered: false }), tick(at(2))], []],
    ["a finding opens", [finding(at(0))], ["opened 2"]],
    ["the same again says nothing", [finding(at(0)), finding(at(1)), finding(at(2))], ["opened 2"]],
    ["a notice does not join", [finding(at(0)), finding(at(1), { effect: "notice", severity: 0 })], ["opened 2"]],
    ["a graver finding updates", [finding(at(0)), finding(at(1), { severity: 1 })], ["opened 2", "updated 1"]],
    [
      "a milder finding does not make it milder",
      [finding(at(0), { severity: 1 }), finding(at(1), { severity: 2 })],
      ["opened 1"],
    ],
    [
      "a further rule updates once",
      [finding(at(0)), finding(at(1), { rule: "format" }), finding(at(2), { rule: "format" })],
      ["opened 2", "updated 2"],
    ],
    [
      "another kind and another cell open their own",
      [finding(at(0)), finding(at(0), { kind: "outage" }), finding(at(0), { cell: { ...CELL, prompt: "-" } })],
      ["opened 2", "opened 2", "opened 2"],
    ],
    [
      "closes when it has been recovered for 5 minutes",
      [finding(at(0)), quiet(at(10)), tick(at(14.9)), tick(at(15)), tick(at(16))],
      ["opened 2", "closed 2 recovered"],
    ],
    [
      "stays open for its minimum however fast it recovers",
      [finding(at(0)), quiet(at(0)), tick(at(4.9)), tick(at(5))],
      ["opened 2", "closed 2 recovered"],
    ],
    [
      "repeated recovery does not put the close off",
      [finding(at(0)), quiet(at(10)), quiet(at(12)), quiet(at(14)), tick(at(15))],
      ["opened 2", "closed 2 recovered"],
    ],
    [
      "a relapse of the signal puts the close off",
      [finding(at(0)), quiet(at(10)), quiet(at(12), { recovered: false }), quiet(at(13)), tick(at(17)), tick(at(18))],
      ["opened 2", "closed 2 recovered"],
    ],
    [
      "a further finding puts the close off",
      [finding(at(0)), quiet(at(10)), finding(at(12)), tick(at(15)), tick(at(17)), quiet(at(18)), tick(at(23))],
      ["opened 2", "closed 2 recovered"],
    ],
    [
      "waits until every rule has recovered",
      [
        finding(at(0)),
        finding(at(1), { rule: "format" }),
        quiet(at(2)),
        tick(at(20)),
        quiet(at(20), { rule: "format" }),
        tick(at(25)),
      ],
      ["opened 2", "updated 2", "closed 2 recovered"],
    ],
    [
      "recovery of a rule that never fired into it counts for nothing",
      [finding(at(0)), quiet(at(1), { rule: "other" }), quiet(at(1), { kind: "outage" }), tick(at(30))],
      ["opened 2"],
    ],
    [
      "no data is no recovery",
      [finding(at(0)), quiet(at(1), { recovered: false, reason: "no calls" }), tick(at(59))],
      ["opened 2"],
    ],
    [
      "a rule of single calls is over after 30 quiet minutes",
      [perCall(at(0)), tick(at(29)), perCall(at(29)), tick(at(58)), tick(at(59))],
      ["opened 0", "closed 0 timeout"],
    ],
    [
      "a rule of single calls that does recover closes with the others",
      [perCall(at(0)), quiet(at(1), { kind: "safety_violation", rule: "safety" }), tick(at(6))],
      ["opened 0", "closed 0 recovered"],
    ],
    [
      "rules of single calls and windowed ones are waited for together",
      [
        finding(at(0), { kind: "cost_anomaly", rule: "spend", series: "cost" }),
        perCall(at(1), { kind: "cost_anomaly", rule: "loop", severity: 2 }),
        quiet(at(2), { kind: "cost_anomaly", rule: "spend" }),
        tick(at(30)),
        tick(at(31)),
      ],
      ["opened 2", "updated 2", "closed 2 timeout"],
    ],
    [
      "a quality incident of severity 2 becomes 1 after an hour, once",
      [finding(at(0)), tick(at(59)), tick(at(60)), tick(at(61))],
      ["opened 2", "updated 1"],
    ],
    ["a recovering one does not become graver", [finding(at(0)), quiet(at(58)), tick(at(60))], ["opened 2"]],
    ["only quality becomes graver with time", [finding(at(0), { kind: "outage" }), tick(at(120))], ["opened 2"]],
    ["severity 3 does not become graver with time", [finding(at(0), { severity: 3 }), tick(at(120))], ["opened 3"]],
    [
      "closes with a timeout when nothing was found for a day",
      [finding(at(0), { kind: "outage" }), tick(at(24 * 60 - 1)), tick(at(24 * 60))],
      ["opened 2", "closed 2 timeout"],
    ],
    [
      "a later finding opens a new one",
      [finding(at(0)), quiet(at(1)), tick(at(6)), finding(at(7))],
      ["opened 2", "closed 2 recovered", "opened 2"],
    ],
    [
      "the very finding that opened a closed one opens nothing",
      [finding(at(0)), quiet(at(1)), tick(at(6)), finding(at(0))],
      ["opened 2", "closed 2 recovered"],
    ],
  ])("%s", (_, steps, expected) => {
    expect(told(steps)).toEqual(expected);
  });

  it("opens now for a late finding, and puts its onset where the call was", () => {
    const late = fact(0);
    const subject = tracker([late]);
    subject.tick(at(180));
    const [change] = subject.apply(perCall(late.at, { traceId: late.traceId }));
    expect(change).toMatchObject({ at: at(180), incident: { openedAt: at(180), onset: { time: late.start } } });
    expect(told([tick(at(181)), tick(at(209)), tick(at(210))], subject)).toEqual(["closed 0 timeout"]);
  });

  it("derives the id from the finding alone, and numbers its changes", () => {
    const [early, later] = [tracker(), tracker()];
    later.tick(at(3));
    const ids = [early, later].map((subject) => subject.apply(finding(at(0)))[0]?.incident.id);
    expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(ids[1]).toBe(ids[0]);
    expect(early.apply(finding(at(1), { severity: 1 }))[0]?.id).toBe(`${ids[0]}:2`);
  });

  it("says what the first finding said, and the last", () => {
    const subject = tracker();
    subject.apply(finding(at(0), { reason: "fell 20 %" }));
    subject.apply(finding(at(1), { reason: "fell 40 %" }));
    expect(subject.open()[0]?.reason).toBe("fell 20 %; last: fell 40 %");
  });

  it("carries onset, facets of the first bad call, traces, cause and action", () => {
    const facts = Array.from({ length: 60 }, (_, n) =>
      fact(n, {
        facets: { requestModel: "gpt-4o", responseModel: n < 50 ? "old" : "new" },
        measurements: { quality: Number(n >= 50) },
      }),
    );
    const [change] = tracker(facts).apply(finding(T0 + 59_000, { traceId: facts[59]?.traceId }));
    expect(change?.incident).toMatchObject({
      state: "open",
      onset: { time: facts[50]?.start, exposedCalls: 10, firstTraceId: facts[50]?.traceId },
      facets: { responseModel: "new" },
      explanation: [{ facet: "gen_ai.response.model", previous: "old", current: "new" }],
      action: expect.stringContaining("old"),
      sampleTraceIds: [facts[59]?.traceId, ...facts.slice(50, 59).map(({ traceId }) => traceId)],
    });
  });

  it("names at most 20 traces", () => {
    const facts = Array.from({ length: 100 }, (_, n) => fact(n, { measurements: { quality: Number(n >= 40) } }));
    const [change] = tracker(facts).apply(finding(T0 + 99_000));
    expect(change?.incident.sampleTraceIds).toHaveLength(20);
  });

  it("keeps counting the exposed calls until it closes, and never counts fewer", () => {
    const facts = Array.from({ length: 60 }, (_, n) => fact(n, { measurements: { quality: Number(n >= 50) } }));
    const subject = tracker(facts);
    subject.apply(finding(T0 + 54_000));
    facts.push(...Array.from({ length: 30 }, (_, n) => fact(60 + n, { measurements: { quality: 1 } })));
    expect(subject.apply(finding(T0 + 89_000, { severity: 1 }))[0]?.incident.onset.exposedCalls).toBe(40);
    facts.splice(0, 70);
    subject.apply(quiet(at(10)));
    expect(subject.tick(at(20))[0]?.incident.onset.exposedCalls).toBe(40);
  });

  it("counts each call once that rules of single calls found", () => {
    const subject = tracker();
    subject.apply(perCall(at(0)));
    subject.apply(perCall(at(0), { rule: "secret" }));
    subject.apply(perCall(at(1)));
    expect(subject.open()[0]?.onset.exposedCalls).toBe(2);
  });

  it("takes a better explanation when it is updated, and the action with it", () => {
    const loop = (n: number): CallFact =>
      fact(n, {
        conversation: "run",
        caller: { user: "anna" },
        usage: { input: 100, output: 10 },
        labels: { [ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM]: "sha256:aa" },
      });
    const facts = [loop(0), loop(1)];
    const found = { kind: "cost_anomaly", series: undefined } as const;
    const subject = tracker(facts);
    subject.apply(finding(T0 + 1_000, { ...found, traceId: facts[1]?.traceId }));
    facts.push(...[2, 3, 4, 5, 6].map(loop));
    const [change] = subject.apply(finding(T0 + 6_000, { ...found, severity: 1, traceId: facts[6]?.traceId }));
    expect(change?.incident.explanation[0]).toMatchObject({ current: "runaway loop" });
    expect(change?.incident.action).toContain("Throttle user anna or stop the run");
  });

  it("does not let an onset reach back into the cell's last incident of the kind", () => {
    const bad = (n: number): boolean => (n >= 100 && n < 600) || n >= 1_000;
    const facts = Array.from({ length: 1_010 }, (_, n) => fact(n, { measurements: { quality: Number(bad(n)) } }));
    const subject = tracker(facts);
    subject.apply(finding(T0 + 110_000));
    subject.apply(quiet(T0 + 620_000));
    subject.tick(T0 + 920_000);
    expect(subject.apply(finding(T0 + 1_009_000))[0]?.incident.onset.time).toBe(facts[1_000]?.start);
  });

  it("stays open for its minimum where the close time is shorter", () => {
    const config = incidentsConfig.parse({ close_after: { quality_degradation: "10s" }, min_open: "2m" });
    const subject = new Tracker(config, evidenceOf([]), historyOf([]));
    expect(told([finding(at(0)), quiet(at(0.5)), tick(at(1.9))], subject)).toEqual(["opened 2"]);
    expect(told([tick(at(2))], subject)).toEqual(["closed 2 recovered"]);
  });

  it("leaves a snapshot of another version alone", () => {
    expect(tracker().restore({ version: 0 })).toBe("unknown_version");
    expect(tracker().restore(undefined)).toBe("unknown_version");
  });
});

const KINDS: readonly IncidentKind[] = ["outage", "quality_degradation", "cost_anomaly", "safety_violation"];

/** Steps with times that jump forward and, as event times do, a little back. */
const steps = fc
  .array(
    fc.record({
      type: fc.constantFrom("finding", "finding", "quiet", "tick"),
      wait: fc.integer({ min: -5 * MINUTE, max: 30 * MINUTE }),
      kind: fc.constantFrom(...KINDS.slice(0, 2)),
      rule: fc.constantFrom("a", "b"),
      service: fc.constantFrom("x", "y"),
      severity: fc.constantFrom<Severity>(0, 1, 2, 3),
      recovered: fc.boolean(),
      perCall: fc.boolean(),
      notice: fc.boolean(),
    }),
    { maxLength: 80 },
  )
  .map((list) => {
    let now = T0;
    return list.map(({ type, wait, kind, rule, service, ...rest }): Step => {
      now += wait;
      const common = { kind, rule, cell: { ...CELL, service } };
      if (type === "tick") return tick(now);
      if (type === "quiet") return quiet(now, { ...common, recovered: rest.recovered });
      const series = rest.perCall ? undefined : "quality";
      return finding(now, { ...common, severity: rest.severity, series, effect: rest.notice ? "notice" : "incident" });
    });
  });

describe("any sequence of verdicts", () => {
  it("keeps one open incident a cell and kind, unique ids, ever graver severities, and closes all in the end", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const subject = tracker();
        const changes = list.flatMap((step) => {
          const taken = take(subject, step);
          const open = subject.open().map(({ cell, kind }) => incidentKey(cell, kind));
          expect(new Set(open).size).toBe(open.length);
          return taken;
        });
        const end = T0 + 80 * 31 * MINUTE + CONFIG.abandon_after;
        changes.push(...subject.tick(end));
        expect(subject.open()).toEqual([]);
        expect(new Set(changes.map(({ id }) => id)).size).toBe(changes.length);
        for (const own of Map.groupBy(changes, ({ incident }) => incident.id).values()) {
          const transitions = own.map(({ transition }) => transition);
          expect(transitions[0]).toBe("opened");
          expect(transitions.at(-1)).toBe("closed");
          expect(new Set(transitions.slice(1, -1)).size).toBeLessThanOrEqual(1);
          const severities = own.map(({ incident }) => incident.severity);
          expect(severities).toEqual(severities.toSorted((a, b) => b - a));
          expect(own.map(({ id }) => id)).toEqual(own.map(({ incident }, n) => `${incident.id}:${n + 1}`));
        }
      }),
      { seed: 13, numRuns: 300 },
    );
  });

  it("goes on after a restart at any point as if there had been none", () => {
    fc.assert(
      fc.property(steps, fc.nat(80), (list, cut) => {
        const whole = tracker();
        const expected = list.flatMap((step) => take(whole, step));
        const first = tracker();
        const before = list.slice(0, cut).flatMap((step) => take(first, step));
        const second = tracker();
        expect(second.restore(throughDisk(first.snapshot()))).toBe("restored");
        const after = list.slice(cut).flatMap((step) => take(second, step));
        expect([...before, ...after]).toEqual(expected);
        expect(second.open()).toEqual(whole.open());
      }),
      { seed: 17, numRuns: 200 },
    );
  });
});
