import { seededRandom } from "../../examples/node-service/random.ts";
import { parseConfig } from "../../processor/src/config.ts";
import type { DetectionConfig } from "../../processor/src/detectors/detection-config.ts";
import type { CallFact } from "../../processor/src/facts/call-fact.ts";
import type { Incident } from "../../processor/src/incidents/incident.ts";
import { Judgement } from "../../processor/src/judgement.ts";
import { T0 } from "./recorded-call.ts";

/** As shipped: what is measured is what a user gets. */
const { detection, incidents } = parseConfig({});

/** Four calls a minute; 500 of them span the two hours by which the rolling reference lags. */
const SPACING = 15_000;

/** What became of a stream of calls. */
export interface StreamOutcome {
  /** Index of the call that opened the first incident; `undefined` where none did. */
  readonly opened?: number | undefined;
  readonly incident?: Incident | undefined;
  /** Index of the call that began at the reported onset, or of the next one. */
  readonly onset?: number | undefined;
}

/** Draws `length` calls with replacement, from the pool that `poolAt` names for each, and judges them until an incident opens. */
export function runStream(
  seed: number,
  length: number,
  poolAt: (n: number) => readonly CallFact[],
  config: DetectionConfig = detection,
): StreamOutcome {
  const random = seededRandom(seed);
  const judgement = new Judgement(config, incidents);
  for (let n = 0; n < length; n++) {
    const pool = poolAt(n);
    const drawn = pool[Math.floor(random() * pool.length)];
    if (drawn === undefined) throw new RangeError("an empty pool");
    const at = T0 + n * SPACING;
    const traceId = (seed * 1e6 + n).toString(16).padStart(32, "0");
    const fact = { ...drawn, identity: String(n), traceId, at, start: at - SPACING / 2, arrival: at };
    const opened = judgement.apply(fact).incidents.find(({ transition }) => transition === "opened");
    if (opened === undefined) continue;
    const onset = Math.ceil((opened.incident.onset.time - T0 + SPACING / 2) / SPACING);
    return { opened: n, incident: opened.incident, onset };
  }
  return {};
}
