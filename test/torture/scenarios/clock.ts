import { setTimeout as delay } from "node:timers/promises";

import { injectFault, underLoad } from "../load.ts";
import type { Scenario } from "../scenario.ts";
import { told } from "./backends.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The processor's clock is set forwards and backwards under load; the senders' stay right. */
export const clockJumps: Scenario = {
  name: "clock jumps",
  what: "the processor's clock is set an hour and a day forwards, an hour backwards, and right again; then an outage of the model",
  incidents: 1,
  memory: 512,
  run: async (lab) => {
    const early = await underLoad(lab, 4, async () => {
      await delay(lab.scaled(3_000));
      for (const shift of [HOUR, 0, -HOUR, 0, 24 * HOUR, -MINUTE, 0]) {
        lab.shiftClock(shift);
        // eslint-disable-next-line no-await-in-loop -- one jump after the other
        await delay(lab.scaled(3_000));
      }
      return lab.backend.incidents.size;
    });
    await injectFault(lab);
    await told(lab);
    return [{ name: "incidents that only the clock made", value: early, unit: "", goal: "0", ok: early === 0 }];
  },
};
