import type { Report } from "./inspection.ts";

/** Lines of one list in the text; the JSON has them all. */
const MOST_LINES = 40;

/** The report for people. */
export function reportText(report: Report): string {
  const { requests, spans, records, calls, by, fields, tokens, notCounted, otherOperations, missed, unread } = report;
  const sections = [
    `${requests.spans} trace, ${requests.logs} log and ${requests.metrics} metric requests: ${spans} spans, ${records} log records`,
    section("Skipped", report.skipped),
    `${calls} model calls, ${tokens.input} input and ${tokens.output} output tokens`,
    section("Calls by dialect", by.dialect),
    section("Calls by operation", by.operation),
    section("Calls by provider", by.provider),
    section("Calls by model", by.model),
    calls === 0 ? "" : section("Calls that have", shares(fields, calls)),
    section("Told of a call, not counted", explained(notCounted)),
    section("Other spans of a dialect, by operation", otherOperations),
    section(`Look like model calls, read as none: ${missed.spans}`, missed.reasons),
    section("... given away by", missed.attributes),
    section("Attributes of calls that nothing reads", unread),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

const REASONS: Readonly<Record<string, string>> = {
  wraps: "wraps: a span within tells of the same call",
  wrapped: "wrapped: the span around it was counted before",
  unfinished: "unfinished: another span or record has the answer",
  repeat: "repeat: the same response id or span again",
  pending: "pending: its span is still to come",
};

function explained(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).map(([reason, n]) => [REASONS[reason] ?? reason, n]));
}

function shares(fields: Readonly<Record<string, number>>, calls: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, n]) => [name, `${n} (${Math.round((100 * n) / calls)} %)`]),
  );
}

function section(title: string, rows: Readonly<Record<string, number | string>>): string {
  const entries = Object.entries(rows);
  if (entries.length === 0) return "";
  const shown = entries.slice(0, MOST_LINES);
  const width = Math.max(...shown.map(([name]) => name.length));
  const lines = shown.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  const more = entries.length > shown.length ? [`  and ${entries.length - shown.length} more: --json has them`] : [];
  return [title, ...lines, ...more].join("\n");
}
