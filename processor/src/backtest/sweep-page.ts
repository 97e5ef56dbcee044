import { cellName, length, time } from "./outcome-text.ts";
import type { Outcome } from "./outcome.ts";
import { isPage } from "./pages.ts";
import type { SweepPoint } from "./sweep.ts";

const WIDTH = 720;
const LEFT = 150;
const ROW = 26;

/** The outcome as one page that needs nothing beside it: incidents over time, and pages a week by threshold. */
export function sweepPage(outcome: Outcome): string {
  const groups = Map.groupBy(outcome.sweep, ({ rule, key }) => `${rule}.${key}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>spanwarden backtest</title>
<style>
  :root { color-scheme: light dark; --page: #c62828; --ticket: #1565c0; }
  @media (prefers-color-scheme: dark) { :root { --page: #ef9a9a; --ticket: #90caf9; } }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 760px; margin: 2rem auto; padding: 0 1rem; }
  svg { width: 100%; height: auto; } text { font: 12px system-ui, sans-serif; fill: currentColor; }
  .page { fill: var(--page); } .ticket { fill: var(--ticket); } .now { font-weight: 700; }
  .axis { stroke: currentColor; stroke-opacity: .3; } h2 { font-size: 1rem; margin: 2rem 0 .3rem; }
  @media print { body { max-width: none; margin: 0; } h2, svg { break-inside: avoid; } }
</style></head><body>
<h1>What would have paged</h1>
<p>${outcome.from === undefined || outcome.until === undefined ? "No time was seen." : `${time(outcome.from)} to ${time(outcome.until)}: ${outcome.totals.calls} calls, ${outcome.incidents.filter(isPage).length} pages, ${outcome.incidents.length - outcome.incidents.filter(isPage).length} tickets.`}</p>
${timeline(outcome)}
${[...groups].map(([name, points]) => chart(name, points)).join("\n")}
<p>Each threshold by itself, the others as configured; the configured value in bold. A bar is pages a week, the delay is the median from onset to opening.</p>
</body></html>
`;
}

/** A row for each cell with incidents, a mark for each. */
function timeline({ incidents, from, until }: Outcome): string {
  if (incidents.length === 0 || from === undefined || until === undefined)
    return "<p>No incident would have opened.</p>";
  const rows = [...Map.groupBy(incidents, ({ cell }) => cellName(cell))].slice(0, 40);
  const x = (at: number): number => LEFT + ((WIDTH - LEFT - 10) * (at - from)) / Math.max(1, until - from);
  const marks = rows.map(([name, own], row) => {
    const y = 10 + row * ROW;
    const bars = own.map((incident) => {
      const begin = x(Math.max(from, incident.onset.time));
      const end = x(Math.min(until, incident.closedAt ?? until));
      const title = `${time(incident.openedAt)} ${incident.kind}: ${incident.reason}`;
      return `<rect class="${isPage(incident) ? "page" : "ticket"}" x="${begin.toFixed(1)}" y="${y}" width="${Math.max(3, end - begin).toFixed(1)}" height="14" rx="2"><title>${escaped(title)}</title></rect>`;
    });
    return `<text x="0" y="${y + 12}">${escaped(shortened(name))}</text><line class="axis" x1="${LEFT}" x2="${WIDTH - 10}" y1="${y + 18}" y2="${y + 18}"/>${bars.join("")}`;
  });
  return `<h2>Incidents, from onset to close</h2>${svg(rows.length, marks.join(""))}`;
}

function chart(name: string, points: readonly SweepPoint[]): string {
  const most = Math.max(1, ...points.map(({ pages }) => pages.perWeek));
  const rows = points.map(({ value, isConfigured, pages, incidents, delay }, row) => {
    const y = 10 + row * ROW;
    const width = ((WIDTH - LEFT - 260) * pages.perWeek) / most;
    const said = `${pages.perWeek.toFixed(1)} pages a week, ${incidents} incidents${delay === undefined ? "" : `, ${length(Math.max(0, delay))}`}`;
    return `<text x="0" y="${y + 12}"${isConfigured ? ' class="now"' : ""}>${value}</text><rect class="page" x="${LEFT}" y="${y}" width="${Math.max(1, width).toFixed(1)}" height="14" rx="2"/><text x="${(LEFT + width + 8).toFixed(1)}" y="${y + 12}">${said}</text>`;
  });
  return `<h2>${escaped(name)}</h2>${svg(points.length, rows.join(""))}`;
}

function svg(rows: number, inside: string): string {
  return `<svg viewBox="0 0 ${WIDTH} ${rows * ROW + 16}" role="img">${inside}</svg>`;
}

function shortened(name: string): string {
  return name.length > 24 ? `${name.slice(0, 23)}…` : name;
}

/** Names and reasons may hold what a stranger wrote. */
function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
