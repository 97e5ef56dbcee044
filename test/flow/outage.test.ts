import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { OtlpSink } from "./otlp-sink.ts";
import { ProcessorProcess } from "./processor-process.ts";
import { requestOf } from "./spans.ts";

/** The backend is away and the processor is killed with SIGKILL: what was acknowledged arrives, in order, at least once. */

const PATIENCE = { timeout: 15_000, interval: 50 };

let directory: string;
let state: string;
let sink: OtlpSink;
let archive: OtlpSink;
let yaml: string;
let running: ProcessorProcess | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "spanwarden-outage-"));
  state = join(directory, "state");
  [sink, archive] = [new OtlpSink(), new OtlpSink()];
  const [endpoint, other] = [await sink.start(), await archive.start()];
  yaml = `
receiver: { port: 0 }
forward:
  - { name: backend, endpoint: "${endpoint}", retry: { initial: 20ms, max: 50ms } }
  - { name: archive, endpoint: "${other}", signals: [traces] }
store: { directory: "${state}" }
`;
});

afterEach(async () => {
  await running?.kill();
  running = undefined;
  await Promise.all([sink.stop(), archive.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

/** Numbers of the spans that a sink took, in the order of their arrival. */
function arrived(of: OtlpSink): number[] {
  const ids = of.bodies("/v1/traces").flatMap((body) => [...body.toString().matchAll(/"spanId":"([0-9a-f]+)"/g)]);
  return ids.map(([, id = ""]) => Number.parseInt(id, 16) - 1);
}

async function post(processor: ProcessorProcess, n: number): Promise<boolean> {
  const status = await processor.post(requestOf([{ n, end: Date.now() }])).catch(() => 0);
  return status === 200;
}

it("an outage with kills in it loses nothing that was acknowledged", { timeout: 60_000 }, async () => {
  sink.status = 503;
  const acknowledged: number[] = [];
  let sent = 0;
  for (let life = 0; life < 4; life++) {
    // eslint-disable-next-line no-await-in-loop -- one life after the other
    running = await ProcessorProcess.start(directory, yaml);
    const processor = running;
    const work = (async (): Promise<void> => {
      for (let i = 0; i < 200; i++) {
        const n = sent++;
        // eslint-disable-next-line no-await-in-loop -- a sender that waits for its answer
        if (!(await post(processor, n))) return;
        acknowledged.push(n);
      }
    })();
    const before = acknowledged.length;
    // eslint-disable-next-line no-await-in-loop -- killed in the middle of the traffic
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 20), PATIENCE);
    // The last life sees the backend come back, and is killed while the queue drains.
    if (life === 3) sink.status = 200;
    // eslint-disable-next-line no-await-in-loop -- as above
    await running.kill();
    // eslint-disable-next-line no-await-in-loop -- the rest fails to connect
    await work;
  }
  expect(acknowledged.length).toBeGreaterThan(80);
  running = await ProcessorProcess.start(directory, yaml);
  await vi.waitFor(() => expect([...new Set(arrived(sink))]).toEqual(expect.arrayContaining(acknowledged)), PATIENCE);
  const first = [...new Set(arrived(sink))];
  expect(first).toEqual(first.toSorted((a, b) => a - b));
  // A request that was under way at the end of a life may come again, and so may the one that was being read.
  expect(arrived(sink).length).toBeLessThanOrEqual(sent * 2);
  expect([...new Set(arrived(archive))]).toEqual(expect.arrayContaining(acknowledged));
  await vi.waitFor(() => expect(readdirSync(join(state, "queue", "backend"))).toEqual(["position"]), PATIENCE);
});

it("a stop during an outage leaves the queue, and the next start delivers it", { timeout: 30_000 }, async () => {
  sink.status = 503;
  running = await ProcessorProcess.start(directory, yaml);
  for (let n = 0; n < 10; n++) {
    // eslint-disable-next-line no-await-in-loop -- one after the other
    expect(await post(running, n)).toBe(true);
  }
  expect(await running.stop()).toBe(0);
  expect(arrived(sink)).toEqual([]);
  sink.status = 200;
  running = await ProcessorProcess.start(directory, yaml);
  await vi.waitFor(() => expect(arrived(sink)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), PATIENCE);
});
