import { setTimeout as delay } from "node:timers/promises";

import type { Mood } from "../backend.ts";
import type { Lab } from "../lab.ts";
import { injectFault, underLoad } from "../load.ts";
import type { Scenario } from "../scenario.ts";

const MOODS: readonly Mood[] = [
  "503",
  "429",
  "hanging",
  "garbage",
  "not HTTP",
  "cut off",
  "wrong content type",
  "slow",
  "hanging up",
];

/** A backend in every bad mood, with a fault in the traffic meanwhile. */
export const badBackends: Scenario = {
  name: "bad backends",
  what: `a backend that is in turn ${MOODS.join(", ")}, with an outage of the model meanwhile`,
  incidents: 1,
  memory: 512,
  run: async (lab) => {
    await underLoad(lab, 6, async () => {
      for (const mood of MOODS) {
        lab.backend.become(mood);
        // eslint-disable-next-line no-await-in-loop -- one mood after the other
        await delay(lab.scaled(6_000));
        lab.backend.become("well");
        // eslint-disable-next-line no-await-in-loop -- one mood after the other
        await delay(500);
        // eslint-disable-next-line no-await-in-loop -- one mood after the other
        if (mood === "429") await injectFault(lab);
      }
    });
    await told(lab);
    return [];
  },
};

/** A backend that is away for longer than anybody waits: what was acknowledged meanwhile must lie on the disk. */
export const longOutage: Scenario = {
  name: "long outage",
  what: "a backend that is away for longer than the senders wait, and a kill -9 meanwhile",
  incidents: 1,
  memory: 512,
  impossible: needsQueue,
  run: async (lab) => {
    await underLoad(lab, 2, () => delay(1_000));
    lab.backend.become("hanging up");
    const before = lab.ledger.acknowledgedCount;
    await underLoad(lab, 4, async () => {
      await delay(lab.scaled(8_000));
      await injectFault(lab);
      await lab.kill();
      await lab.start();
      await delay(lab.scaled(8_000));
    });
    const value = lab.ledger.acknowledgedCount - before;
    lab.backend.become("well");
    await told(lab);
    return [{ name: "acknowledged while it was away", value, unit: "spans", goal: "> 0", ok: value > 0 }];
  },
};

/** The on-disk queue shows in what is acknowledged, so nothing of its configuration needs to be known. */
export async function needsQueue(lab: Lab): Promise<string | undefined> {
  lab.backend.become("hanging up");
  await lab.start();
  const { acknowledged } = await lab.exporter.export(1, "request", 3_000);
  await lab.kill();
  lab.backend.become("well");
  return acknowledged ? undefined : "this processor acknowledges nothing while its backend is away: no queue on disk";
}

/** Incidents are told of once the backend takes events again. */
export async function told(lab: Lab): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (lab.backend.incidents.size === 0 && performance.now() < deadline) {
    // eslint-disable-next-line no-await-in-loop -- waits for another process
    await delay(100);
  }
}
