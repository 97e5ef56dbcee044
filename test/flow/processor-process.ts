import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../processor/src/main.ts", import.meta.url));

/** The processor as a process of its own, which a test may kill. */
export class ProcessorProcess {
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string) {
    this.#child = child;
    this.address = address;
  }

  /** Starts it on a configuration in YAML and waits until it listens. */
  static async start(directory: string, yaml: string): Promise<ProcessorProcess> {
    const config = join(directory, "spanwarden.yaml");
    writeFileSync(config, yaml);
    const child = spawn(process.execPath, ["--conditions=spanwarden-source", MAIN, "--config", config], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const address = await new Promise<string>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`the processor ended with status ${code}`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        const entry = JSON.parse(line) as { msg?: string; address?: string };
        if (entry.msg === "listening" && entry.address !== undefined) resolve(entry.address);
      });
    });
    return new ProcessorProcess(child, address);
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
    await once(this.#child, "exit");
  }

  /** Stops in order; its exit status. */
  async stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    const [code] = (await once(this.#child, "exit")) as [number | null];
    return code;
  }
}
