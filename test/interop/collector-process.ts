import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { cached, run } from "./cached.ts";

const SOURCE = fileURLToPath(new URL("collector/", import.meta.url));

/** Builds the Collector, once for each content of its sources; where its binary is. */
export function buildCollector(goVersion: string): string {
  const inputs = ["main.go", "go.mod", "go.sum"].map((file) => join(SOURCE, file));
  const directory = cached("collector", goVersion, inputs, (to) =>
    run(["go", "build", "-trimpath", "-ldflags=-s -w", "-o", join(to, "collector"), "."], {
      cwd: SOURCE,
      env: { GOFLAGS: "-p=1 -buildvcs=false", GOTOOLCHAIN: "local", CGO_ENABLED: "0" },
    }),
  );
  return join(directory, "collector");
}

/** A real OpenTelemetry Collector as a process of its own. */
export class CollectorProcess {
  readonly #child: ChildProcess;
  readonly #log: string[];

  private constructor(child: ChildProcess, log: string[]) {
    this.#child = child;
    this.#log = log;
  }

  /** Starts it and waits until it says that it is ready. JSON is YAML, so the configuration needs no writer. */
  static async start(binary: string, directory: string, config: object): Promise<CollectorProcess> {
    const file = join(directory, "collector.yaml");
    writeFileSync(file, JSON.stringify(config));
    const child = spawn(binary, ["--config", `file:${file}`], { stdio: ["ignore", "ignore", "pipe"] });
    const log: string[] = [];
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`the Collector ended with status ${code}:\n${log.join("\n")}`)));
      createInterface({ input: child.stderr }).on("line", (line) => {
        log.push(line);
        if (line.includes("Everything is ready")) resolve();
      });
    });
    return new CollectorProcess(child, log);
  }

  /** Everything that it said so far. */
  get log(): string {
    return this.#log.join("\n");
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGTERM");
    await once(this.#child, "exit");
  }
}
