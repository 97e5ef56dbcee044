import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const CACHE = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "spanwarden-interop");

/** What a tool says of its version; `undefined`, and said aloud, where this machine does not have it. */
export function versionOf(tool: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(tool, args, { encoding: "utf8" });
  if (status === 0) return stdout.trim();
  process.stdout.write(`SKIPPED: ${tool} is not on this machine, so its interoperability is not tested\n`);
  return undefined;
}

/** A directory outside the repository that `make` fills once for each content of `inputs` and each version of its tool. */
export function cached(name: string, version: string, inputs: readonly string[], make: (to: string) => void): string {
  const hash = createHash("sha256").update(version);
  for (const input of inputs) hash.update(readFileSync(input));
  const directory = join(CACHE, `${name}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(directory)) return directory;
  mkdirSync(CACHE, { recursive: true });
  const unfinished = mkdtempSync(`${directory}.`);
  try {
    make(unfinished);
    renameSync(unfinished, directory);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return directory;
}

/** Runs a command at low priority; throws with its output where it fails. */
export function run(command: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): void {
  const { status, stdout, stderr, error } = spawnSync("nice", ["-n", "10", ...command], {
    encoding: "utf8",
    ...options,
    env: { ...process.env, ...options.env },
  });
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}:\n${stdout}${stderr}`, { cause: error });
}
