import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { OtlpSink } from "./otlp-sink.ts";
import { ProcessorProcess } from "./processor-process.ts";
import { requestOf, type CallShape } from "./spans.ts";

/** The processor is killed with SIGKILL at the worst moments; nothing acknowledged may be lost or counted twice. */

const PATIENCE = { timeout: 15_000, interval: 50 };

let directory: string;
let sink: OtlpSink;
let yaml: string;
let running: ProcessorProcess | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "spanwarden-restart-"));
  sink = new OtlpSink();
  const endpoint = await sink.start();
  yaml = `
receiver: { port: 0 }
forward: { endpoint: "${endpoint}" }
export: { protocol: http/json }
store: { directory: "${join(directory, "state")}", checkpoint_interval: 300ms, flush_interval: 50ms }
detection: { tick: 100ms, repeat: 2s }
incidents:
  close_after: { outage: 500ms, quality_degradation: 500ms, cost_anomaly: 500ms, safety_violation: 500ms }
  min_open: 500ms
`;
});

afterEach(async () => {
  await running?.kill();
  running = undefined;
  await sink.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<ProcessorProcess> {
  running = await ProcessorProcess.start(directory, yaml);
  return running;
}

async function kill(): Promise<void> {
  await running?.kill();
  running = undefined;
}

function calls(from: number, n: number, failed = false): CallShape[] {
  return Array.from({ length: n }, (_, i) => ({ n: from + i, failed, end: Date.now() }));
}

/** Ids of the incidents told of; an event may come again after a kill, as its delivery is at least once. */
const incidents = (name: string): readonly unknown[] => [
  ...new Set(sink.events(name).map(({ attributes }) => attributes["spanwarden.incident.id"])),
];

it(
  "every batch sent twice with a kill between: tokens, cost and incidents equal those of once",
  { timeout: 60_000 },
  async () => {
    const batches = [calls(0, 40), calls(40, 40), calls(80, 40, true), calls(120, 5)].map(requestOf);
    let processor = await start();
    for (const batch of batches) expect(await processor.post(batch)).toBe(200);
    const once = await processor.totals();
    expect(once).toMatchObject({ calls: 125, inputTokens: 8_500, outputTokens: 4_250 });
    expect(once["cost"]).toBeCloseTo(85 * (100 * 0.4e-6 + 50 * 1.6e-6), 9);
    await vi.waitFor(() => expect(incidents("spanwarden.incident.start")).toHaveLength(1), PATIENCE);
    await kill();
    processor = await start();
    expect(await processor.totals()).toEqual(once);
    for (const batch of batches) {
      expect(await processor.post(batch)).toBe(200);
      await kill();
      processor = await start();
    }
    expect(await processor.totals()).toEqual(once);
    expect(incidents("spanwarden.incident.start")).toHaveLength(1);
  },
);

it(
  "killed between the acknowledgement and the event: the incident is told after the restart, and is still the same one",
  { timeout: 60_000 },
  async () => {
    const processor = await start();
    await processor.post(requestOf(calls(0, 60)));
    expect(await processor.post(requestOf(calls(60, 40, true)))).toBe(200);
    await kill();
    await start();
    await vi.waitFor(() => expect(incidents("spanwarden.incident.start")).toHaveLength(1), PATIENCE);
    await kill();
    const again = await start();
    await again.post(requestOf(calls(100, 60)));
    await vi.waitFor(() => expect(incidents("spanwarden.incident.end")).toHaveLength(1), PATIENCE);
    expect(incidents("spanwarden.incident.start")).toHaveLength(1);
    expect(incidents("spanwarden.incident.end")).toEqual(incidents("spanwarden.incident.start"));
  },
);

it(
  "killed again and again under traffic: no incident is lost or opened twice, every acknowledged call counts once",
  { timeout: 90_000 },
  async () => {
    let acknowledged = 0;
    for (let round = 0; round < 5; round++) {
      const processor = await start();
      const work = (async (): Promise<void> => {
        for (let i = 0; i < 20; i++) {
          const batch = calls(round * 1_000 + i * 10, 10, round === 2);
          // eslint-disable-next-line no-await-in-loop -- a sender that waits for its answer
          if ((await processor.post(requestOf(batch)).catch(() => 0)) === 200) acknowledged += batch.length;
        }
      })();
      // eslint-disable-next-line no-await-in-loop -- killed once a part of the traffic is through
      await vi.waitFor(() => expect(acknowledged).toBeGreaterThan(round * 100 + 50), PATIENCE);
      // eslint-disable-next-line no-await-in-loop -- one life after the other
      await kill();
      // eslint-disable-next-line no-await-in-loop -- the rest fails to connect
      await work;
    }
    const processor = await start();
    const { calls: counted = 0 } = await processor.totals();
    expect(counted).toBeGreaterThanOrEqual(acknowledged);
    expect(counted).toBeLessThanOrEqual(acknowledged + 5 * 10);
    await vi.waitFor(() => expect(incidents("spanwarden.incident.start")).toHaveLength(1), PATIENCE);
    await processor.post(requestOf(calls(90_000, 60)));
    await vi.waitFor(() => expect(incidents("spanwarden.incident.end")).toHaveLength(1), PATIENCE);
  },
);

it("SIGTERM ends with status 0 and delivers what was decided", { timeout: 30_000 }, async () => {
  const processor = await start();
  await processor.post(requestOf(calls(0, 40, true)));
  running = undefined;
  expect(await processor.stop()).toBe(0);
  expect(incidents("spanwarden.incident.start")).toHaveLength(1);
});
