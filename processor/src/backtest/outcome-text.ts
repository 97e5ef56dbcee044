import type { Cell } from "../facts/call-fact.ts";
import type { Incident } from "../incidents/incident.ts";
import { printable } from "../inspect/printable.ts";
import type { Outcome } from "./outcome.ts";
import { isPage, type Rate } from "./pages.ts";
import { recommendedYaml } from "./recommend.ts";
import type { SweepPoint } from "./sweep.ts";

/** Lines of one list; the JSON has them all. */
const MOST_LINES = 50;
/** Characters of what we say ourselves. */
const LONGEST_REASON = 600;

/** The outcome for people: what an SRE decides by, first. */
export function outcomeText(outcome: Outcome): string {
  const sections = [
    headline(outcome),
    list("Would page or open a ticket", outcome.incidents.map(incidentLines)),
    rates(outcome),
    list(
      `Cells still learning, ${outcome.learning.length} of ${outcome.cells}: rules that compare with the usual are silent there`,
      outcome.learning.map(({ cell, calls, missing }) => `${cellName(cell)}: ${calls} calls, ${missing} missing`),
    ),
    list(
      "Not read",
      outcome.problems.map(
        ({ file, problem, times }) => `${printable(file)}: ${printable(problem)}${times > 1 ? `, ${times} times` : ""}`,
      ),
    ),
    sweepTable(outcome.sweep),
    outcome.sweep.length === 0 ? "" : `Recommended\n${indented(recommendedYaml(outcome.recommended))}`,
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

function headline({ from, until, files, spans, records, totals, interrupted }: Outcome): string {
  const span =
    from === undefined || until === undefined
      ? "nothing that bears a time"
      : `${time(from)} to ${time(until)}, ${length(until - from)}`;
  const unpriced =
    totals.unpricedCalls > 0 ? `; ${totals.unpricedCalls} calls without a known price, so that is a lower bound` : "";
  return [
    ...(interrupted ? ["Broken off: this is what was read until then."] : []),
    `${files} files, ${spans} spans and ${records} log records, ${span}`,
    `${totals.calls} model calls, ${totals.inputTokens} input and ${totals.outputTokens} output tokens, $${totals.cost.toFixed(2)}${unpriced}`,
    ...(totals.calls === 0 && spans > 0 ? ["No span was understood as a model call: see spanwarden inspect."] : []),
  ].join("\n");
}

function incidentLines(incident: Incident): string {
  const { kind, severity, cell, openedAt, closedAt, onset, reason, explanation, rules } = incident;
  const cause = explanation[0];
  const end = closedAt === undefined ? "still open at the end" : `closed after ${length(closedAt - openedAt)}`;
  return [
    `${time(openedAt)}  ${isPage(incident) ? "PAGE  " : "ticket"}  ${kind} severity ${severity}  ${cellName(cell)}  (${rules.join(", ")})`,
    `      since ${time(onset.time)}, ${length(Math.max(0, openedAt - onset.time))} before it opened; ${onset.exposedCalls} calls; ${end}`,
    `      ${printable(reason, LONGEST_REASON)}`,
    ...(cause === undefined ? [] : [`      likely cause: ${printable(cause.reason, LONGEST_REASON)}`]),
  ].join("\n");
}

function rates({ pages, tickets, from, until }: Outcome): string {
  if (from === undefined || until === undefined) return "";
  const rows = [
    ...Object.entries(pages).map(([kind, rate]) => [`pages, ${kind}`, rate] as const),
    ["tickets", tickets] as const,
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, rate]) => `  ${name.padEnd(width)}  ${rateText(rate)}`);
  return `A week (95 % interval; ${length(until - from)} were seen)\n${lines.join("\n")}`;
}

function rateText({ count, perWeek, low, high }: Rate): string {
  return `${perWeek.toFixed(1).padStart(7)}   ${low.toFixed(1)} to ${high.toFixed(1)}, of ${count} seen`;
}

function sweepTable(points: readonly SweepPoint[]): string {
  if (points.length === 0) return "";
  const rows = points.map(({ rule, key, value, isConfigured, incidents, pages, delay }) => [
    `${rule}.${key}`,
    `${value}${isConfigured ? " *" : ""}`,
    String(incidents),
    pages.perWeek.toFixed(1),
    delay === undefined ? "" : length(Math.max(0, delay)),
  ]);
  const header = ["threshold", "value (* configured)", "incidents", "pages a week", "median delay"];
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `  ${row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd()}`;
  return ["Sweep: each threshold by itself", line(header), ...rows.map(line)].join("\n");
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const more = lines.length > MOST_LINES ? [`... and ${lines.length - MOST_LINES} more`] : [];
  return [title, ...[...lines.slice(0, MOST_LINES), ...more].map((text) => `  ${text}`)].join("\n");
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

/** Names come from whoever sent the spans. */
export function cellName({ service, operation, prompt, environment }: Cell): string {
  return [service, environment, operation, prompt]
    .filter((part) => part !== "")
    .map((part) => printable(part))
    .join(" / ");
}

export function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")}Z`;
}

export function length(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3_600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} d`;
}
