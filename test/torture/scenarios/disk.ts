import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { Lab } from "../lab.ts";
import { injectFault, underLoad } from "../load.ts";
import type { Row, Scenario } from "../scenario.ts";
import { needsQueue, told } from "./backends.ts";

const SIZE = "48m";

/** The disk fills up under load and is cleaned up again. */
export const fullDisk: Scenario = {
  name: "disk full",
  what: "store.directory has no space left for a while; after that an outage of the model, and a kill -9",
  incidents: 1,
  memory: 512,
  impossible: async (lab) => await Promise.resolve(mounted(lab)),
  run: async (lab) => await withoutSpace(lab, () => undefined),
};

/** The same while the backend is away, so that the queue is what fills the disk. */
export const fullQueueDisk: Scenario = {
  name: "disk full, backend away",
  what: "store.directory has no space left while the queue needs it",
  incidents: 1,
  memory: 512,
  impossible: async (lab) => mounted(lab) ?? (await needsQueue(lab)),
  run: async (lab) => await withoutSpace(lab, () => lab.backend.become("hanging up")),
};

async function withoutSpace(lab: Lab, meanwhile: () => void): Promise<readonly Row[]> {
  const ballast = join(lab.state, "ballast");
  await underLoad(lab, 2, async () => {
    await delay(1_000);
    fill(ballast);
    meanwhile();
    await delay(lab.scaled(8_000));
    rmSync(ballast);
    lab.backend.become("well");
  });
  await injectFault(lab);
  await told(lab);
  await lab.kill();
  await lab.start();
  return [];
}

function mounted(lab: Lab): string | undefined {
  const { status, stderr, error } = shell(`mount -t tmpfs -o size=${SIZE} tmpfs "${lab.state}"`);
  if (status !== 0) return `no small disk can be mounted here: ${(error?.message ?? stderr).trim()}`;
  lab.atEnd(() => shell(`umount -l "${lab.state}"`));
  return undefined;
}

function shell(command: string): SpawnSyncReturns<string> {
  return spawnSync("sh", ["-c", command], { encoding: "utf8" });
}

function fill(file: string): void {
  const block = Buffer.alloc(64 * 1_024);
  for (const size of [block.length, 1_024, 1]) {
    try {
      for (;;) appendFileSync(file, block.subarray(0, size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    }
  }
}
