import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { pathToFileURL, fileURLToPath } from "node:url";

import type { Random } from "../../examples/node-service/random.ts";
import { freePort } from "../flow/free-port.ts";
import { ProcessorProcess } from "../flow/processor-process.ts";
import { Backend } from "./backend.ts";
import { Exporter } from "./exporter.ts";
import { Ledger } from "./ledger.ts";

const PRELOAD = fileURLToPath(new URL("clock-preload.ts", import.meta.url));
/** Milliseconds between two looks at the processor's memory. */
const SAMPLING = 200;
/** Milliseconds within which a normal exporter gets through, or does not at all. */
const LONGEST_RECOVERY = 30_000;

/** One scenario's own processor, backend, ledger and exporter. */
export class Lab {
  readonly directory = mkdtempSync(join(tmpdir(), "spanwarden-torture-"));
  readonly ledger = new Ledger();
  readonly backend = new Backend(this.ledger);
  readonly exporter = new Exporter(this.ledger, () => this.address);
  readonly random: Random;
  /** A number of things to do: as given, or a part of it where time is short. */
  readonly scaled: (full: number) => number;
  readonly port: number;
  readonly grpcPort: number;
  #processor: ProcessorProcess | undefined;
  #forward = "";
  #kills = 0;
  #mayEnd = false;
  #deaths = 0;
  #peak: number | undefined;
  readonly #ends: (() => void)[] = [];
  readonly #sampling = setInterval(() => this.#sample(), SAMPLING);

  private constructor(random: Random, short: boolean, ports: readonly [number, number]) {
    this.random = random;
    this.scaled = (full) => (short ? Math.ceil(full / 4) : full);
    [this.port, this.grpcPort] = ports;
    mkdirSync(this.state);
  }

  static async create(random: Random, short: boolean): Promise<Lab> {
    const lab = new Lab(random, short, [await freePort(), await freePort()]);
    const forward = `endpoint: "${await lab.backend.start()}", timeout: 2s`;
    // Where there is a queue its waits are kept short, as recovery is measured in seconds.
    const impatient = `{ ${forward}, retry: { initial: 100ms, max: 2s } }`;
    lab.#forward = ProcessorProcess.takes(lab.directory, `forward: ${impatient}`) ? impatient : `{ ${forward} }`;
    return lab;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get grpcAddress(): string {
    return `http://127.0.0.1:${this.grpcPort}`;
  }

  /** `store.directory`. */
  get state(): string {
    return join(this.directory, "state");
  }

  /** Times that the processor ended though nobody asked it to. */
  get deaths(): number {
    return this.#deaths;
  }

  /** Times that it was killed. */
  get kills(): number {
    return this.#kills;
  }

  /** Bytes that the processor had resident at most; `undefined` where the system does not say. */
  get peak(): number | undefined {
    return this.#peak;
  }

  /** Starts the processor, again on the same ports and state. */
  async start(): Promise<void> {
    this.#mayEnd = false;
    const clock = `${pathToFileURL(PRELOAD).href}?${encodeURIComponent(this.#clock)}`;
    const processor = await ProcessorProcess.start(this.directory, this.#yaml(), ["--import", clock]);
    this.#processor = processor;
    void this.#watch(processor);
  }

  async kill(): Promise<void> {
    this.#sample();
    this.#mayEnd = true;
    this.#kills++;
    await this.#processor?.kill();
  }

  /** Sets the processor's clock off by so many milliseconds. */
  shiftClock(milliseconds: number): void {
    writeFileSync(this.#clock, String(milliseconds));
    process.kill(this.#processor?.pid ?? 0, "SIGUSR2");
  }

  /** Seconds until new spans of a normal exporter are acknowledged and with the backend. */
  async untilThrough(): Promise<number> {
    const started = performance.now();
    const { ids, acknowledged } = await this.exporter.export(10, "request", LONGEST_RECOVERY);
    if (!acknowledged) return Infinity;
    const deadline = started + LONGEST_RECOVERY;
    while (!this.ledger.hasArrived(ids)) {
      if (performance.now() > deadline) return Infinity;
      // eslint-disable-next-line no-await-in-loop -- waits for another process
      await delay(20);
    }
    return (performance.now() - started) / 1_000;
  }

  /** Gives what is on its way the time to arrive. */
  async settled(within: number): Promise<void> {
    const deadline = performance.now() + within;
    while (this.ledger.lost > 0 && performance.now() < deadline) {
      // eslint-disable-next-line no-await-in-loop -- waits for another process
      await delay(50);
    }
  }

  /** Something to undo once the processor has ended. */
  atEnd(undo: () => void): void {
    this.#ends.push(undo);
  }

  async end(): Promise<void> {
    clearInterval(this.#sampling);
    await this.kill();
    this.exporter.close();
    await this.backend.stop();
    for (const undo of this.#ends) undo();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async #watch(processor: ProcessorProcess): Promise<void> {
    const how = await processor.ended;
    if (this.#mayEnd) return;
    this.#deaths++;
    process.stdout.write(`the processor ended by itself: ${how}\n`);
  }

  get #clock(): string {
    return join(this.directory, "clock");
  }

  #yaml(): string {
    return `
receiver: { port: ${this.port}, grpc_port: ${this.grpcPort} }
forward: ${this.#forward}
export: { protocol: http/json, metrics_interval: 1s }
store: { directory: "${this.state}", checkpoint_interval: 300ms, flush_interval: 50ms }
detection: { tick: 100ms }
emit: { retry: { max: 2s } }
`;
  }

  /** The system's own high-water mark, so that a peak between two looks counts. */
  #sample(): void {
    try {
      const status = readFileSync(`/proc/${this.#processor?.pid ?? 0}/status`, "utf8");
      const kilobytes = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
      if (kilobytes !== undefined) this.#peak = Math.max(this.#peak ?? 0, Number(kilobytes) * 1_024);
    } catch {
      // It has just ended, or this is no Linux.
    }
  }
}
