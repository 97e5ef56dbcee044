import { setTimeout as delay } from "node:timers/promises";

import { between } from "../../../examples/node-service/random.ts";
import { injectFault, underLoad } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { told } from "./backends.ts";

/** Killed at random points under load, with a fault in the traffic. */
export const kills: Scenario = {
  name: "kill -9",
  what: "killed at random points under load, and started again; an outage of the model meanwhile",
  incidents: 1,
  memory: 512,
  run: async (lab) => {
    const rounds = lab.scaled(16);
    await underLoad(lab, 8, async () => {
      for (let round = 0; round < rounds; round++) {
        // The fault's own batches are cut by a kill, too.
        const fault = round === Math.floor(rounds / 2) ? injectFault(lab) : undefined;
        // eslint-disable-next-line no-await-in-loop -- one life after the other
        await delay(between(lab.random, 50, 1_500));
        // eslint-disable-next-line no-await-in-loop -- one life after the other
        await lab.kill();
        // eslint-disable-next-line no-await-in-loop -- one life after the other
        await lab.start();
        // eslint-disable-next-line no-await-in-loop -- one life after the other
        await fault;
      }
    });
    await told(lab);
    return [{ name: "kills", value: rounds, unit: "" }];
  },
};
