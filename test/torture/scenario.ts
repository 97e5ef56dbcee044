import type { Random } from "../../examples/node-service/random.ts";
import type { Measure } from "../measure/report.ts";
import { Lab } from "./lab.ts";

/** One kind of abuse. */
export interface Scenario {
  readonly name: string;
  /** What happens, for a person who reads the list. */
  readonly what: string;
  /** Incidents that the traffic deserves: 1 where a fault is part of it. */
  readonly incidents: 0 | 1;
  /** Largest resident memory that is accepted, in MiB. */
  readonly memory: number;
  /** Why it cannot be done here; `undefined` where it can. */
  readonly impossible?: ((lab: Lab) => Promise<string | undefined>) | undefined;
  /** Does it, and gives the rows beyond those that every scenario has. */
  readonly run: (lab: Lab) => Promise<readonly Row[]>;
}

/** A measure whose name gets the scenario's before it. */
export type Row = Omit<Measure, "n" | "goal" | "ok"> & Partial<Pick<Measure, "n" | "goal" | "ok">>;

export interface Outcome {
  readonly skipped?: string | undefined;
  readonly measures: readonly Measure[];
}

/** Seconds within which a normal exporter is to get through after the abuse. */
const RECOVERY = 10;
/** Milliseconds for what was acknowledged to arrive after that. */
const SETTLING = 60_000;
/** Spans that may be under way to the backend when the processor is killed: delivered, but not yet known to be. */
const UNDER_WAY = 1_000;
const MIB = 1_024 * 1_024;

/** Runs a scenario on a processor of its own and checks what has to hold in every one. */
export async function play(scenario: Scenario, random: Random, short: boolean): Promise<Outcome> {
  const lab = await Lab.create(random, short);
  try {
    const skipped = await scenario.impossible?.(lab);
    if (skipped !== undefined) return { skipped, measures: [] };
    await lab.start();
    await lab.untilThrough();
    const own = await scenario.run(lab);
    const recovery = await lab.untilThrough();
    await lab.settled(SETTLING);
    return { measures: [...own, ...invariants(scenario, lab, recovery)].map((row) => named(scenario, row)) };
  } catch (error) {
    // Such as a processor that does not come back after a kill.
    process.stdout.write(`${scenario.name}: ${error instanceof Error ? error.stack : String(error)}\n`);
    return { measures: [named(scenario, { name: "came to its end", value: 0, unit: "", goal: "1", ok: false })] };
  } finally {
    await lab.end();
  }
}

function invariants({ incidents, memory }: Scenario, lab: Lab, recovery: number): readonly Row[] {
  const { ledger, backend, deaths, kills, peak } = lab;
  const { lost, duplicates, repeats, acknowledgedCount: n } = ledger;
  const mebibytes = (peak ?? 0) / MIB;
  const told = backend.incidents.size;
  const most = repeats + backend.unanswered + kills * UNDER_WAY;
  return [
    { name: "acknowledged spans lost", value: lost, unit: "", n, goal: "0", ok: lost === 0 && n > 0 },
    { name: "duplicates", value: duplicates, unit: "", n, goal: `<= ${most}`, ok: duplicates <= most },
    { name: "incidents", value: told, unit: "", n, goal: String(incidents), ok: told === incidents },
    { name: "ended by itself", value: deaths, unit: "", goal: "0", ok: deaths === 0 },
    { name: "through again after", value: recovery, unit: "s", goal: `<= ${RECOVERY} s`, ok: recovery <= RECOVERY },
    ...(peak === undefined
      ? []
      : [{ name: "peak memory", value: mebibytes, unit: "MiB", goal: `<= ${memory} MiB`, ok: mebibytes <= memory }]),
  ];
}

function named(scenario: Scenario, row: Row): Measure {
  return { n: 1, goal: "", ok: true, ...row, name: `${scenario.name}: ${row.name}` };
}
