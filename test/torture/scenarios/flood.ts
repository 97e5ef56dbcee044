import { setTimeout as delay } from "node:timers/promises";

import { Exporter } from "../exporter.ts";
import type { Scenario } from "../scenario.ts";
import { requestOf } from "../traffic.ts";

const SENDERS = 256;
const BATCH = 200;
/** Batches made beforehand; the flood goes round and round in them, so the later ones are sent again. */
const BATCHES = 150;
/** Seconds; the flood comes from the same cores, so this says that it answers, not how fast it could. */
const LONGEST_HEALTH = 30;

/** Far more than can be handled, from senders that do not back off. */
export const flood: Scenario = {
  name: "flood",
  what: `${SENDERS} senders of ${BATCH} spans a request that never rest`,
  incidents: 0,
  memory: 768,
  run: async (lab) => {
    const batches = Array.from({ length: BATCHES }, (_, i) => {
      const ids = lab.ledger.issue(BATCH);
      return { ids, body: requestOf(ids, i % 4 === 0 ? "call" : "request") };
    });
    const exporter = new Exporter(lab.ledger, () => lab.address);
    const until = performance.now() + lab.scaled(20_000);
    let [next, taken, refused] = [0, 0, 0];
    const senders = Array.from({ length: SENDERS }, async () => {
      while (performance.now() < until) {
        const batch = batches[next++ % BATCHES];
        // eslint-disable-next-line no-await-in-loop -- a sender waits for its answer, and for nothing else
        const acknowledged = batch !== undefined && (await exporter.send(batch.ids, batch.body, 0));
        if (acknowledged) taken += BATCH;
        else refused++;
      }
    });
    const health = await slowestHealth(lab.address, until);
    await Promise.all(senders);
    exporter.close();
    const goal = `<= ${LONGEST_HEALTH} s`;
    return [
      { name: "spans acknowledged", value: taken, unit: "", goal: "> 0", ok: taken > 0 },
      { name: "requests refused", value: refused, unit: "" },
      { name: "slowest health check", value: health, unit: "s", goal, ok: health <= LONGEST_HEALTH },
    ];
  },
};

async function slowestHealth(address: string, until: number): Promise<number> {
  let slowest = 0;
  while (performance.now() < until) {
    const asked = performance.now();
    // eslint-disable-next-line no-await-in-loop -- one after the other
    const answered = await fetch(`${address}/healthz`).then(
      async (response) => (await response.text()).length > 0,
      () => false,
    );
    slowest = Math.max(slowest, answered ? (performance.now() - asked) / 1_000 : Infinity);
    // eslint-disable-next-line no-await-in-loop -- and a pause
    await delay(250);
  }
  return slowest;
}
