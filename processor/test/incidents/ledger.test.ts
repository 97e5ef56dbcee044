import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { CallFact, Facets } from "../../src/facts/call-fact.ts";
import type { Change } from "../../src/incidents/incident.ts";
import { incidentsConfig } from "../../src/incidents/incidents-config.ts";
import { Ledger } from "../../src/incidents/ledger.ts";
import { CELL, CONFIG, fact, T0, throughDisk } from "./fixtures.ts";

const USUAL: Facets = {
  provider: "openai",
  requestModel: "gpt-4o",
  responseModel: "gpt-4o-2024-08-06",
  systemFingerprint: "fp_1",
  promptVersion: "7",
  template: "sha256:t1",
  systemInstructions: "sha256:s1",
  toolDefinitions: "sha256:d1",
  parameters: "sha256:p1",
  serviceVersion: "1.4.0",
};

/** Notes a call for each facet set, one a second. */
function run(ledger: Ledger, facets: readonly Facets[], from = 0): Change[] {
  return facets.flatMap((each, n) => ledger.observe(fact(from + n, { facets: each })));
}

const times = (count: number, facets: Facets): Facets[] => Array.from({ length: count }, () => facets);

describe("Ledger", () => {
  it.each<[keyof Facets, string, string, Change["kind"]]>([
    ["provider", "gen_ai.provider.name", "azure.ai.openai", "new"],
    ["requestModel", "gen_ai.request.model", "gpt-5", "new"],
    ["responseModel", "gen_ai.response.model", "gpt-4o-2024-11-20", "silent_model"],
    ["systemFingerprint", "openai.response.system_fingerprint", "fp_2", "silent_model"],
    ["promptVersion", "gen_ai.prompt.version", "8", "new"],
    ["template", "spanwarden.prompt.template.checksum", "sha256:t2", "silent_prompt"],
    ["systemInstructions", "spanwarden.prompt.system_instructions.checksum", "sha256:s2", "silent_prompt"],
    ["toolDefinitions", "spanwarden.tool.definitions.checksum", "sha256:d2", "new"],
    ["parameters", "spanwarden.request.parameters.checksum", "sha256:p2", "new"],
    ["serviceVersion", "service.version", "1.5.0", "new"],
  ])("tells a new %s once, from the first call that showed it", (key, facet, current, kind) => {
    const changes = run(new Ledger(CONFIG), [...times(30, USUAL), ...times(30, { ...USUAL, [key]: current })]);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ facet, kind, current, previous: USUAL[key], at: T0 + 30_000, cell: CELL });
    expect(changes[0]?.traceId).toBe(fact(30).traceId);
  });

  it("says that the provider changed the model behind the same name", () => {
    const changes = run(new Ledger(CONFIG), [...times(30, USUAL), { ...USUAL, responseModel: "gpt-4o-2024-11-20" }]);
    expect(changes[0]?.reason).toBe(
      "the provider changed the model behind the same name gpt-4o: response model gpt-4o-2024-11-20, before it gpt-4o-2024-08-06",
    );
  });

  it("does not blame the provider where the request names another model", () => {
    const switched = { ...USUAL, requestModel: "gpt-5", responseModel: "gpt-5-2026-01-01", systemFingerprint: "fp_9" };
    const changes = run(new Ledger(CONFIG), [...times(30, USUAL), switched]);
    expect(changes.map(({ kind }) => kind)).toEqual(["new", "new", "new"]);
  });

  it("does not blame the provider where the requested model is not known", () => {
    const nameless = { responseModel: "a" };
    const [change] = run(new Ledger(CONFIG), [...times(30, nameless), { responseModel: "b" }]);
    expect(change?.kind).toBe("new");
  });

  it.each([
    ["no version is named", undefined],
    ["the version is still 7", "7"],
  ])("says of an edited system prompt that %s", (words, promptVersion) => {
    const edited = { ...USUAL, promptVersion, systemInstructions: "sha256:s2" };
    const changes = run(new Ledger(CONFIG), [...times(30, { ...USUAL, promptVersion }), edited, edited]);
    expect(changes[0]).toMatchObject({ kind: "silent_prompt", reason: expect.stringContaining(words) });
  });

  it("does not call an edit silent that came with a new version", () => {
    const edited = { ...USUAL, promptVersion: "8", systemInstructions: "sha256:s2" };
    const changes = run(new Ledger(CONFIG), [...times(30, USUAL), edited, edited]);
    expect(changes.map(({ facet, kind }) => [facet, kind])).toEqual([
      ["gen_ai.prompt.version", "new"],
      ["spanwarden.prompt.system_instructions.checksum", "new"],
    ]);
  });

  it("learns in silence for the first 20 calls", () => {
    const early = Array.from({ length: 20 }, (_, n) => ({ ...USUAL, responseModel: n % 2 ? "a" : "b" }));
    expect(run(new Ledger(CONFIG), [...early, ...times(20, { ...USUAL, responseModel: "a" })])).toEqual([]);
  });

  it("tells nothing of a checksum that never repeats", () => {
    const dated = Array.from({ length: 100 }, (_, n) => ({ ...USUAL, systemInstructions: `sha256:${n}` }));
    const ledger = new Ledger(CONFIG);
    expect(run(ledger, dated)).toEqual([]);
    expect(ledger.volatile(CELL, "systemInstructions")).toBe(true);
    expect(ledger.volatile(CELL, "template")).toBe(false);
  });

  it("tells nothing of a checksum that every conversation has of its own, and counts it", () => {
    const own = Array.from({ length: 200 }, (_, n) => ({
      ...USUAL,
      systemInstructions: `sha256:${Math.floor(n / 4)}`,
    }));
    const ledger = new Ledger(CONFIG);
    expect(run(ledger, own)).toEqual([]);
    expect(ledger.suppressed).toBeGreaterThan(30);
  });

  it("tells a return to an earlier value", () => {
    const edited = { ...USUAL, responseModel: "gpt-4o-2024-11-20" };
    const changes = run(new Ledger(CONFIG), [...times(100, USUAL), ...times(40, edited), ...times(40, USUAL)]);
    expect(changes.map(({ kind, current }) => [kind, current])).toEqual([
      ["silent_model", "gpt-4o-2024-11-20"],
      ["return", "gpt-4o-2024-08-06"],
    ]);
  });

  it("limits flapping, and counts what it does not tell", () => {
    const flapping = Array.from({ length: 40 }, (_, n) =>
      times(30, { ...USUAL, serviceVersion: n % 2 ? "b" : "a" }),
    ).flat();
    const ledger = new Ledger(CONFIG);
    expect(run(ledger, flapping)).toHaveLength(6);
    expect(ledger.suppressed).toBe(33);
  });

  it("looks past late facts and pending calls", () => {
    const ledger = new Ledger(CONFIG);
    run(ledger, times(30, USUAL));
    const other = { ...USUAL, serviceVersion: "0.9.0" };
    expect(ledger.observe(fact(31, { facets: other, late: true }))).toEqual([]);
    expect(ledger.observe(fact(32, { facets: other, pending: true }))).toEqual([]);
  });

  it("refuses a newcomer when full, until a cell has been idle for a week", () => {
    const ledger = new Ledger(incidentsConfig.parse({ changes: { max_cells: 1, min_calls: 1 } }));
    const other = { ...CELL, service: "billing" };
    const week = 7 * 86_400;
    ledger.observe(fact(0));
    ledger.observe(fact(1, { cell: other }));
    expect(ledger.refused).toBe(1);
    ledger.observe(fact(week, { cell: other }));
    ledger.observe(fact(week + 1, { cell: other, facets: { serviceVersion: "2" } }));
    expect([ledger.refused, ledger.recent(other).length, ledger.recent(CELL).length]).toEqual([1, 1, 0]);
  });

  it("keeps the latest 50 changes of a cell", () => {
    const ledger = new Ledger(incidentsConfig.parse({ changes: { max_per_hour: 1_000 } }));
    const versions = Array.from({ length: 70 }, (_, n) => times(30, { serviceVersion: `${n}` })).flat();
    run(ledger, versions);
    expect(ledger.recent(CELL).map(({ current }) => current)).toEqual(
      Array.from({ length: 50 }, (_, n) => `${n + 20}`),
    );
  });

  it("leaves a snapshot of another version alone", () => {
    expect(new Ledger(CONFIG).restore({ version: 99 })).toBe("unknown_version");
    expect(new Ledger(CONFIG).restore(undefined)).toBe("unknown_version");
  });

  it("goes on after a restart at any point as if there had been none, and never tells an id twice", () => {
    const value = fc.constantFrom("a", "b", "c", "d");
    const facets = fc.record({ responseModel: value, systemInstructions: value, promptVersion: value });
    fc.assert(
      fc.property(fc.array(facets, { maxLength: 120 }), fc.nat(120), (list, cut) => {
        const config = incidentsConfig.parse({ changes: { min_calls: 3 } });
        const facts: CallFact[] = list.map((each, n) => fact(n, { facets: each }));
        const whole = new Ledger(config);
        const expected = facts.flatMap((each) => whole.observe(each));
        const first = new Ledger(config);
        const before = facts.slice(0, cut).flatMap((each) => first.observe(each));
        const second = new Ledger(config);
        expect(second.restore(throughDisk(first.snapshot()))).toBe("restored");
        const after = facts.slice(cut).flatMap((each) => second.observe(each));
        expect([...before, ...after]).toEqual(expected);
        expect(new Set(expected.map(({ id }) => id)).size).toBe(expected.length);
      }),
      { seed: 5, numRuns: 100 },
    );
  });
});
