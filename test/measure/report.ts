import { writeFileSync } from "node:fs";

/** One figure of a measuring command, measured on this run. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** How many things it was measured on. */
  readonly n: number;
  /** The least or most that was hoped for, as text; empty for a figure without a goal. */
  readonly goal: string;
  readonly ok: boolean;
}

export interface ReportOptions {
  /** A file for the figures as JSON. */
  readonly json?: string | undefined;
  /** Missed goals are printed, not failed on. */
  readonly report: boolean;
}

/** Prints the table, writes the JSON, and gives the exit status: 0 where every goal holds or only a report was asked for. */
export function conclude(measures: readonly Measure[], options: ReportOptions): number {
  const rows = measures.map(({ name, value, unit, n, goal, ok }) => [
    name,
    `${round(value)} ${unit}`,
    String(n),
    goal,
    mark(goal, ok),
  ]);
  process.stdout.write(`${table([["measure", "value", "n", "goal", ""], ...rows])}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(measures, undefined, 2)}\n`);
  return options.report || measures.every(({ ok }) => ok) ? 0 : 1;
}

function mark(goal: string, ok: boolean): string {
  if (goal === "") return "";
  return ok ? "holds" : "MISSED";
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
