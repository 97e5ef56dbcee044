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
  /** 95 % interval, where one was computed. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** What it is held against, in words. */
  readonly reference?: string | undefined;
}

export interface ReportOptions {
  /** A file for the figures as JSON. */
  readonly json?: string | undefined;
  /** Missed goals are printed, not failed on. */
  readonly report: boolean;
}

/** Prints the table, writes the JSON, and gives the exit status: 0 where every goal holds or only a report was asked for. */
export function conclude(measures: readonly Measure[], options: ReportOptions): number {
  process.stdout.write(`${plain(tableOf(measures))}\n`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(measures, undefined, 2)}\n`);
  return options.report || measures.every(({ ok }) => ok) ? 0 : 1;
}

/** Header and rows; columns that no figure has anything in are left out. */
export function tableOf(measures: readonly Measure[]): readonly (readonly string[])[] {
  const header = ["measure", "value", "95 %", "n", "goal", "", "beside"];
  const rows = measures.map(({ name, value, unit, low, high, n, goal, ok, reference }) => [
    name,
    `${round(value)} ${unit}`.trim(),
    low === undefined || high === undefined ? "" : `${round(low)} to ${round(high)}`,
    String(n),
    goal,
    mark(goal, ok),
    reference ?? "",
  ]);
  const used = header.map((_, column) => column < 2 || rows.some((row) => row[column] !== ""));
  return [header, ...rows].map((row) => row.filter((_, column) => used[column]));
}

function mark(goal: string, ok: boolean): string {
  if (goal === "") return "";
  return ok ? "holds" : "MISSED";
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function plain(rows: readonly (readonly string[])[]): string {
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
