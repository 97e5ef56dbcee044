import { describe, expect, it } from "vitest";

import { evaluationsOf } from "../../src/emit/evaluations.ts";
import { Metrics } from "../../src/emit/metrics.ts";
import type { EmitConfig } from "../../src/emit/emit-config.ts";
import type { CallFact } from "../../src/facts/call-fact.ts";
import type { Incident } from "../../src/incidents/incident.ts";
import { Tracker } from "../../src/incidents/tracker.ts";
import * as incidents from "../incidents/fixtures.ts";
import { CONFIG, FakeClock, meterWithPoints, type Point } from "./fixtures.ts";

const { CELL, fact, finding, MINUTE, T0 } = incidents;

interface Setup {
  readonly metrics: Metrics;
  readonly clock: FakeClock;
  readonly points: (name?: string) => Promise<readonly Point[]>;
}

function setup(config: Partial<EmitConfig> = {}, open: () => readonly Incident[] = () => []): Setup {
  const { meter, points } = meterWithPoints();
  const clock = new FakeClock();
  return { metrics: new Metrics(meter, { ...CONFIG, ...config }, clock, open), clock, points };
}

const call = (n: number, overrides: Partial<CallFact> = {}): CallFact =>
  fact(n, {
    facets: { provider: "openai", requestModel: "gpt-4o", responseModel: "gpt-4o-2024-08-06", promptVersion: "7" },
    cost: 0.02,
    costSource: "local",
    usage: { input: 300, output: 100 },
    measurements: { "spanwarden.output.format.compliant": 1, "spanwarden.output.hedging.score": 0.2 },
    ...overrides,
  });

const SUBJECT = {
  "service.name": "support",
  "deployment.environment.name": "prod",
  "gen_ai.provider.name": "openai",
  "gen_ai.request.model": "gpt-4o",
  "gen_ai.response.model": "gpt-4o-2024-08-06",
  "gen_ai.prompt.name": "answer",
  "gen_ai.prompt.version": "7",
};

describe("Metrics of calls", () => {
  it("adds up cost by weight, and records each call's own", async () => {
    const { metrics, points } = setup();
    metrics.call(call(1), []);
    metrics.call(call(2, { weight: 10 }), []);
    const attributes = { ...SUBJECT, "spanwarden.cost.source": "local" };
    const [total] = await points("spanwarden.client.inference.usage.cost");
    expect(total).toMatchObject({ unit: "{USD}", attributes });
    expect(total?.value).toBeCloseTo(0.22);
    const [each] = await points("spanwarden.client.inference.operation.cost");
    expect(each).toMatchObject({ attributes, value: { count: 2, sum: 0.04 } });
  });

  it("says nothing of an unknown price: it is not 0", async () => {
    const { metrics, points } = setup();
    metrics.call(call(1, { cost: undefined, costSource: undefined }), []);
    metrics.call(call(2, { cost: undefined, costSource: undefined, failure: "server_error" }), []);
    expect(await points("spanwarden.client.inference.usage.cost")).toEqual([]);
    expect(await points("spanwarden.client.inference.unpriced")).toMatchObject([{ value: 1, attributes: SUBJECT }]);
  });

  it("says by which table of prices", async () => {
    const { metrics, points } = setup();
    metrics.call(call(1, { pricing: "genai-prices/0" }), []);
    const [total] = await points("spanwarden.client.inference.usage.cost");
    expect(total?.attributes).toMatchObject({ "spanwarden.cost.pricing.version": "genai-prices/0" });
  });

  it("does not measure a pending call: its final span is", async () => {
    const { metrics, points } = setup({ derive_usage_metrics: true });
    metrics.call(call(1, { pending: true, safety: ["pii/card/page/generated"] }), evaluationsOf(call(1), 1));
    expect(await points()).toEqual([]);
  });

  it("derives the usage counters only where that is configured", async () => {
    const [off, on] = [setup(), setup({ derive_usage_metrics: true })];
    for (const { metrics } of [off, on]) metrics.call(call(1, { weight: 2 }), []);
    expect(await off.points("gen_ai.client.inference.usage.input_tokens")).toEqual([]);
    const attributes = { ...SUBJECT, "gen_ai.operation.name": "chat" };
    expect(await on.points("gen_ai.client.inference.usage.input_tokens")).toMatchObject([{ attributes, value: 600 }]);
    expect(await on.points("gen_ai.client.inference.usage.output_tokens")).toMatchObject([{ attributes, value: 200 }]);
  });

  it("records evaluation scores, and counts results that have a label", async () => {
    const { metrics, points } = setup();
    metrics.call(call(1), evaluationsOf(call(1), 0.9));
    const scores = await points("spanwarden.evaluation.score");
    expect(scores.map(({ attributes }) => attributes["gen_ai.evaluation.name"])).toEqual([
      "format_compliance",
      "hedge_rate",
      "quality",
    ]);
    expect(await points("spanwarden.evaluation.results")).toMatchObject([
      {
        attributes: {
          ...SUBJECT,
          "gen_ai.evaluation.name": "format_compliance",
          "gen_ai.evaluation.score.label": "pass",
        },
        value: 1,
      },
    ]);
  });

  it("counts safety findings by category, without documentation values", async () => {
    const { metrics, points } = setup();
    metrics.call(
      call(1, { safety: ["pii/card/page/generated", "pii/email/record/echo", "pii/card/page/example"] }),
      [],
    );
    expect(await points("spanwarden.safety.findings")).toEqual([
      expect.objectContaining({
        attributes: {
          ...SUBJECT,
          "spanwarden.safety.category": "pii",
          "spanwarden.safety.action": "observed",
          "security_rule.ruleset.name": "spanwarden",
        },
        value: 2,
      }),
    ]);
  });
});

describe("Metrics of incidents", () => {
  function tracked(): Setup & { readonly tracker: Tracker } {
    const tracker = new Tracker(incidents.CONFIG, incidents.evidenceOf([]), incidents.historyOf([]));
    return { ...setup({}, () => tracker.open()), tracker };
  }
  const values = (points: readonly Point[]): unknown[] =>
    points.map(({ attributes, value }) => [attributes["spanwarden.incident.severity"], value]);

  it("counts anomalies by kind and rule", async () => {
    const { metrics, points } = setup();
    metrics.finding(finding(T0));
    metrics.finding(finding(T0 + 1));
    expect(await points("spanwarden.anomalies")).toMatchObject([
      {
        attributes: {
          "service.name": "support",
          "deployment.environment.name": "prod",
          "gen_ai.prompt.name": "answer",
          "spanwarden.incident.type": "quality_degradation",
          "spanwarden.anomaly.rule.name": "quality_drop",
        },
        value: 2,
      },
    ]);
  });

  it("adds up the open incidents of cells that share their dimensions", async () => {
    const { tracker, points } = tracked();
    tracker.apply(finding(T0));
    tracker.apply(finding(T0, { cell: { ...CELL, operation: "embeddings" } }));
    expect(await points("spanwarden.incident.active")).toEqual([
      {
        name: "spanwarden.incident.active",
        unit: "{incident}",
        attributes: {
          "service.name": "support",
          "deployment.environment.name": "prod",
          "gen_ai.prompt.name": "answer",
          "spanwarden.incident.type": "quality_degradation",
          "spanwarden.incident.severity": 2,
        },
        value: 2,
      },
    ]);
  });

  it("is 0 after the close, and for the severity that an incident has left", async () => {
    const { tracker, points } = tracked();
    tracker.apply(finding(T0));
    await points();
    tracker.apply(finding(T0 + 1, { severity: 1 }));
    expect(values(await points("spanwarden.incident.active"))).toEqual([
      [2, 0],
      [1, 1],
    ]);
    tracker.apply(incidents.quiet(T0 + MINUTE));
    tracker.tick(T0 + 10 * MINUTE);
    expect(values(await points("spanwarden.incident.active"))).toEqual([
      [2, 0],
      [1, 0],
    ]);
  });

  it("is observed for 15 minutes after the close, and then no longer", () => {
    let open: readonly Incident[] = [];
    let observe: ((result: { observe(value: number): void }) => void) | undefined;
    const instrument = {
      add: () => {},
      record: () => {},
      addCallback: (callback: typeof observe) => (observe = callback),
    };
    const meter = {
      createCounter: () => instrument,
      createHistogram: () => instrument,
      createObservableUpDownCounter: () => instrument,
    };
    const clock = new FakeClock();
    const metrics = new Metrics(meter as never, CONFIG, clock, () => open);
    const observed = (): number[] => {
      const seen: number[] = [];
      observe?.({ observe: (value) => seen.push(value) });
      return seen;
    };
    const tracker = new Tracker(incidents.CONFIG, incidents.evidenceOf([]), incidents.historyOf([]));
    open = tracker.apply(finding(T0)).map(({ incident }) => incident);
    expect(observed()).toEqual([1]);
    open = [];
    clock.pass(14 * MINUTE);
    expect(observed()).toEqual([0]);
    clock.pass(MINUTE);
    expect(observed()).toEqual([]);
    expect(metrics.overflowed).toBe(0);
  });

  it("records in seconds how long an incident was open, at its close only", async () => {
    const { metrics, tracker, points } = tracked();
    const changes = [
      ...tracker.apply(finding(T0)),
      ...tracker.apply(incidents.quiet(T0 + MINUTE)),
      ...tracker.tick(T0 + 10 * MINUTE),
    ];
    for (const change of changes) metrics.change(change);
    expect(await points("spanwarden.incident.duration")).toMatchObject([
      { unit: "s", attributes: { "spanwarden.incident.type": "quality_degradation" }, value: { count: 1, sum: 600 } },
    ]);
  });
});

describe("dimensions", () => {
  const ALLOWED = new Set([
    ...Object.keys(SUBJECT),
    "gen_ai.operation.name",
    "gen_ai.evaluation.name",
    "gen_ai.evaluation.score.label",
    "security_rule.ruleset.name",
    "spanwarden.anomaly.rule.name",
    "spanwarden.cost.pricing.version",
    "spanwarden.cost.source",
    "spanwarden.evaluator.type",
    "spanwarden.incident.severity",
    "spanwarden.incident.type",
    "spanwarden.safety.action",
    "spanwarden.safety.category",
  ]);

  it("are never a user, session, conversation, trace or checksum", async () => {
    const tracker = new Tracker(incidents.CONFIG, incidents.evidenceOf([]), incidents.historyOf([]));
    const { metrics, points } = setup({ derive_usage_metrics: true }, () => tracker.open());
    const secret = (what: string): string => `hidden-${what}`;
    const full = call(1, {
      identity: secret("identity"),
      traceId: secret("trace"),
      spanId: secret("span"),
      conversation: secret("conversation"),
      caller: { user: secret("user"), session: secret("session"), tenant: secret("tenant"), route: secret("route") },
      facets: {
        ...call(1).facets,
        systemFingerprint: secret("fingerprint"),
        template: secret("template"),
        systemInstructions: secret("instructions"),
        toolDefinitions: secret("tools"),
        parameters: secret("parameters"),
        serviceVersion: secret("version"),
        serviceInstance: secret("instance"),
      },
      labels: { "spanwarden.prompt.rendered.checksum": secret("rendered") },
      safety: ["pii/card/page/generated"],
    });
    metrics.call(full, evaluationsOf(full, 1));
    const found = finding(T0, { subject: secret("subject"), traceId: secret("trace"), reason: secret("reason") });
    metrics.finding(found);
    const changes = [...tracker.apply(found), ...tracker.apply(finding(T0, { cell: { ...CELL, prompt: "-" } }))];
    for (const change of changes) metrics.change({ ...change, transition: "closed" });
    const all = await points();
    expect(new Set(all.map(({ name }) => name)).size).toBe(10);
    expect(all.flatMap(({ attributes }) => Object.keys(attributes)).filter((key) => !ALLOWED.has(key))).toEqual([]);
    expect(JSON.stringify(all)).not.toContain("hidden");
  });

  it("tell 20 prompt versions of a cell apart, and the rest not", async () => {
    const { metrics, points } = setup();
    for (let n = 0; n < 30; n++) metrics.call(call(n, { facets: { promptVersion: `v${n}` } }), []);
    metrics.call(call(31, { facets: { promptVersion: "v3" } }), []);
    metrics.call(call(32, { cell: { ...CELL, service: "other" }, facets: { promptVersion: "v29" } }), []);
    const versions = (await points("spanwarden.client.inference.usage.cost")).map(
      (p) => p.attributes["gen_ai.prompt.version"],
    );
    expect(versions).toEqual([...Array.from({ length: 20 }, (_, n) => `v${n}`), "_OTHER", "v29"]);
  });

  it("fall together beyond the bound of a metric, are counted, and lose nothing of the sum", async () => {
    const { metrics, points } = setup({ max_series: 10 });
    for (let n = 0; n < 50; n++) metrics.call(call(n, { cell: { ...CELL, service: `s${n}` }, cost: 1 }), []);
    const series = await points("spanwarden.client.inference.usage.cost");
    expect(series).toHaveLength(11);
    expect(series.at(-1)).toMatchObject({
      attributes: { "service.name": "_OTHER", "spanwarden.cost.source": "local" },
      value: 40,
    });
    expect(metrics.overflowed).toBe(80);
  });
});
