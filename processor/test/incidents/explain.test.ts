import { describe, expect, it } from "vitest";

import type { CallFact } from "../../src/facts/call-fact.ts";
import { explain } from "../../src/incidents/explain.ts";
import type { Change, Onset } from "../../src/incidents/incident.ts";
import { CELL, evidenceOf, fact, finding, historyOf, T0 } from "./fixtures.ts";

const ONSET: Onset = {
  time: T0 + 100_000 - 500,
  earliest: T0 + 99_000,
  latest: T0 + 101_000,
  firstTraceId: "ab",
  exposedCalls: 20,
};

/** 100 good calls and 20 after the onset. */
function calls(each: (n: number, after: boolean) => Partial<CallFact>): CallFact[] {
  return Array.from({ length: 120 }, (_, n) => fact(n, each(n, n >= 100)));
}

function change(facet: string, previous: string, current: string, at = T0 + 100_000): Change {
  return {
    id: "1",
    facet,
    kind: "silent_model",
    cell: CELL,
    at,
    previous,
    current,
    traceId: "ab",
    reason: "told before",
  };
}

const MODEL = "gen_ai.response.model";
const newModel = calls((n, after) => ({
  facets: { requestModel: "gpt-4o", responseModel: after ? "new" : "old", serviceVersion: after ? "2" : "1" },
  caller: { user: `user-${n % 4}` },
  measurements: { quality: Number(after) },
}));

describe("explain", () => {
  it("names the facet value that separates bad from good, with numbers", () => {
    const [cause] = explain(finding(T0 + 119_000), ONSET, evidenceOf(newModel), historyOf([]));
    expect(cause?.score).toBeGreaterThan(0.8);
    expect(cause?.score).toBeLessThanOrEqual(1);
    expect(cause).toMatchObject({
      previous: expect.any(String),
      reason: expect.stringMatching(/20 of 20 \(100 %\).* 0 of 100/),
    });
  });

  it("puts a change of the ledger before a facet that separates as well, and tells its reason", () => {
    const history = historyOf([change(MODEL, "old", "new")]);
    const causes = explain(finding(T0 + 119_000), ONSET, evidenceOf(newModel), history);
    expect(causes.map(({ facet }) => facet)).toEqual([MODEL, "service.version"]);
    expect(causes[0]).toMatchObject({
      previous: "old",
      current: "new",
      reason: expect.stringContaining("told before"),
    });
  });

  it("does not prefer a change that lies far from the onset", () => {
    const history = historyOf([change(MODEL, "old", "new", T0 - 3_600_000)]);
    const [cause] = explain(finding(T0 + 119_000), ONSET, evidenceOf(newModel), history);
    expect(cause?.facet).toBe("service.version");
  });

  it("does not prefer a change that separates much worse", () => {
    const facts = calls((n, after) => ({
      facets: { serviceVersion: after ? "2" : "1" },
      caller: { route: after && n % 4 === 0 ? "/bad" : "/good" },
      measurements: { quality: Number(after && n % 4 === 0) },
    }));
    const history = historyOf([change("service.version", "1", "2")]);
    const causes = explain(finding(T0 + 119_000), ONSET, evidenceOf(facts), history);
    expect(causes.map(({ facet }) => facet)).toEqual(["spanwarden.caller.route", "service.version"]);
  });

  it.each([
    ["spanwarden.caller.user", (after: boolean): Partial<CallFact> => ({ caller: { user: after ? "anna" : "ben" } })],
    ["spanwarden.caller.route", (after: boolean): Partial<CallFact> => ({ caller: { route: after ? "/a" : "/b" } })],
    [
      "spanwarden.input.language",
      (after: boolean): Partial<CallFact> => ({ labels: { "spanwarden.input.language": after ? "fi" : "en" } }),
    ],
    [
      "spanwarden.tool.definitions.checksum",
      (after: boolean): Partial<CallFact> => ({ facets: { toolDefinitions: after ? "sha256:2" : "sha256:1" } }),
    ],
    [
      "service.instance.id",
      (after: boolean): Partial<CallFact> => ({ facets: { serviceInstance: after ? "b" : "a" } }),
    ],
  ])("looks at %s", (facet, each) => {
    const facts = calls((_, after) => ({ ...each(after), measurements: { quality: Number(after) } }));
    expect(explain(finding(T0 + 119_000), ONSET, evidenceOf(facts), historyOf([]))[0]?.facet).toBe(facet);
  });

  it("explains a number by what lies beyond 95 % of the calls before", () => {
    const facts = calls((n, after) => ({
      facets: { promptVersion: after && n % 2 ? "8" : "7" },
      measurements: { tokens: after && n % 2 ? 900 : 100 + (n % 10) },
    }));
    const [cause] = explain(
      finding(T0 + 119_000, { kind: "outage", series: "tokens" }),
      ONSET,
      evidenceOf(facts),
      historyOf([]),
    );
    expect(cause).toMatchObject({ facet: "gen_ai.prompt.version", current: "8", previous: "7" });
  });

  it("explains safety by the calls that page, not by echoes, examples or records", () => {
    const safety = (n: number, after: boolean): string[] =>
      after && n % 2
        ? ["pii/card/page/generated"]
        : ["pii/card/page/echo", "pii/card/page/example", "pii/email/record/generated"];
    const facts = calls((n, after) => ({ safety: safety(n, after), caller: { route: n % 2 && after ? "/pay" : "/" } }));
    const found = finding(T0 + 119_000, { kind: "safety_violation", series: undefined });
    const [cause] = explain(found, ONSET, evidenceOf(facts), historyOf([]));
    expect(cause).toMatchObject({ facet: "spanwarden.caller.route", current: "/pay" });
  });

  it("says nothing where nothing separates, where the badness is unknown, or without calls", () => {
    const same = calls((n) => ({ measurements: { quality: n % 2 } }));
    const unknown = calls(() => ({}));
    for (const facts of [same, unknown, []]) {
      expect(explain(finding(T0 + 119_000), ONSET, evidenceOf(facts), historyOf([]))).toEqual([]);
    }
  });

  it("puts what a cost incident looks like before all, and gives at most five causes", () => {
    const facts = calls((_, after) => ({
      facets: {
        ...newModel[after ? 110 : 10]?.facets,
        provider: after ? "b" : "a",
        parameters: after ? "2" : "1",
        template: after ? "2" : "1",
      },
      caller: { user: after ? "anna" : "ben", route: after ? "/a" : "/b" },
      measurements: { tokens: after ? 900 : 100 },
      usage: { input: after ? 900 : 100, output: 10 },
    }));
    const causes = explain(
      finding(T0 + 119_000, { kind: "cost_anomaly", series: "tokens" }),
      ONSET,
      evidenceOf(facts),
      historyOf([]),
    );
    expect(causes).toHaveLength(5);
    expect(causes[0]).toMatchObject({ facet: "cost pattern", current: "greedy caller" });
    expect(causes.filter(({ facet }) => facet === "spanwarden.caller.user")).toHaveLength(1);
  });
});
