import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../processor/src/main.ts", import.meta.url));

/** The processor as a process of its own, which a test may kill. */
export class ProcessorProcess {
  readonly address: string;
  /** Of OTLP/gRPC; `undefined` where the configuration has none. */
  readonly grpcAddress: string | undefined;
  /** Its exit status, or the signal that ended it, once it has ended. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, ended: Promise<number | NodeJS.Signals>, listening: Listening) {
    this.#child = child;
    this.ended = ended;
    this.address = listening.address;
    this.grpcAddress = listening.grpc;
  }

  /** Starts it on a configuration in YAML and waits until it listens; `nodeOptions` go to Node itself. */
  static async start(directory: string, yaml: string, nodeOptions: readonly string[] = []): Promise<ProcessorProcess> {
    const config = join(directory, "spanwarden.yaml");
    writeFileSync(config, yaml);
    const args = ["--conditions=spanwarden-source", ...nodeOptions, MAIN, "--config", config];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise<number | NodeJS.Signals>((resolve) => {
      child.once("exit", (code, signal) => resolve(code ?? signal ?? 0));
    });
    const listening = await new Promise<Listening>((resolve, reject) => {
      void ended.then((code) => reject(new Error(`the processor ended with status ${code}`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        const entry = JSON.parse(line) as { msg?: string; address?: string; grpc?: string };
        if (entry.msg === "listening" && entry.address !== undefined)
          resolve({ address: entry.address, grpc: entry.grpc });
      });
    });
    return new ProcessorProcess(child, ended, listening);
  }

  /** Whether it takes this configuration, so that a test can ask for what it needs. */
  static takes(directory: string, yaml: string): boolean {
    const config = join(directory, "asked.yaml");
    writeFileSync(config, yaml);
    const args = ["--conditions=spanwarden-source", MAIN, "--config", config, "--check"];
    return spawnSync(process.execPath, args).status === 0;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async post(body: unknown): Promise<number> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${this.address}/v1/traces`, { method: "POST", body: JSON.stringify(body), headers });
    await response.arrayBuffer();
    return response.status;
  }

  async totals(): Promise<Readonly<Record<string, number>>> {
    const response = await fetch(`${this.address}/healthz`);
    return ((await response.json()) as { totals: Record<string, number> }).totals;
  }

  /** Dies at once, with whatever it was doing. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  /** Stops in order; its exit status. */
  async stop(): Promise<number | NodeJS.Signals> {
    this.#child.kill("SIGTERM");
    return await this.ended;
  }
}

interface Listening {
  readonly address: string;
  readonly grpc: string | undefined;
}
