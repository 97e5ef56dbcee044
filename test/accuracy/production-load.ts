import { parseConfig } from "../../processor/src/config.ts";
import type { Incident } from "../../processor/src/incidents/incident.ts";
import { Judgement } from "../../processor/src/judgement.ts";
import type { Measure } from "../measure/report.ts";
import type { Datasets } from "./dataset.ts";
import { poisson95 } from "./figure.ts";
import { answerPools, production, ProductionCell, WINDOW, WINDOWS } from "./production-traffic.ts";
import { T0 } from "./recorded-call.ts";

/** As shipped but for the grid of time, on which two weeks of a quiet cell would be a million ticks. */
export const { detection, incidents } = parseConfig({ detection: { tick: "10s" } });

const HOUR = 3_600_000;
const WEEKS = WINDOWS / (7 * 144);
const FLEET = 100;

/** What two weeks of a cell brought. */
interface Weeks {
  readonly opened: readonly Incident[];
  /** By rule, the hours in which it informed. */
  readonly hours: ReadonlyMap<string, ReadonlySet<number>>;
  readonly calls: number;
}

/** Faultless production load: every incident is a false page. */
export function productionLoad(data: Datasets, streams: number): readonly Measure[] {
  const models = production(data);
  const pools = answerPools(data);
  if (models.length === 0 || pools.length === 0) return [];
  const cells = Array.from({ length: streams }, (_, seed) => {
    const cell = new ProductionCell(seed + 1, models, pools);
    return judgeWeeks(cell);
  });
  const weeks = streams * WEEKS;
  const opened = cells.flatMap(({ opened: own }) => own);
  const notices = new Map<string, number>();
  for (const cell of cells)
    for (const [rule, { size }] of cell.hours) notices.set(rule, (notices.get(rule) ?? 0) + size);
  const calls = cells.reduce((sum, cell) => sum + cell.calls, 0);
  const [paging, tickets] = [opened.filter(isPage), opened.filter((incident) => !isPage(incident))];
  return [
    pages(`ServeGen load, ${calls} calls: false pages in a fleet of ${FLEET} cells`, paging.length, weeks, 1),
    ...byRule(paging, weeks),
    pages(`  tickets (severity 2, no outage)`, tickets.length, weeks),
    ...byRule(tickets, weeks),
    ...[...notices].map(([rule, n]) => pages(`  hours with a notice of ${rule}`, n, weeks)),
  ];
}

/** By the default responses: outages and severity 1 page, the rest becomes a ticket. */
function isPage({ kind, severity }: Incident): boolean {
  return kind === "outage" || severity <= 1;
}

function byRule(opened: readonly Incident[], weeks: number): readonly Measure[] {
  return [...Map.groupBy(opened, ({ rules }) => rules[0] ?? "")].map(([rule, own]) =>
    pages(`    by ${rule}`, own.length, weeks),
  );
}

/** Judges the calls of all windows; each incident that opens, and each finding that only informs. */
function judgeWeeks(cell: Pick<ProductionCell, "calls" | "isGap">): Weeks {
  const judgement = new Judgement(detection, incidents);
  const opened = new Map<string, Incident>();
  const hours = new Map<string, Set<number>>();
  let calls = 0;
  const take = ({ findings, incidents: changes }: ReturnType<Judgement["apply"]>): void => {
    // With the severity that it rose to.
    for (const { incident } of changes) opened.set(incident.id, incident);
    for (const { effect, rule, at } of findings) {
      if (effect === "notice") hours.set(rule, (hours.get(rule) ?? new Set()).add(Math.floor(at / HOUR)));
    }
  };
  for (let window = 0; window < WINDOWS; window++) {
    if (cell.isGap(window)) judgement.resumed(T0 + (window + 1) * WINDOW);
    for (const call of cell.calls(window)) {
      take(judgement.apply(call));
      calls++;
    }
    take(judgement.advance(T0 + (window + 1) * WINDOW));
  }
  return { opened: [...opened.values()], hours, calls };
}

function pages(name: string, count: number, weeks: number, goal?: number): Measure {
  const { low, high } = poisson95(count);
  const scale = FLEET / weeks;
  return {
    name,
    value: count * scale,
    unit: "a week",
    n: Math.round(weeks),
    low: low * scale,
    high: high * scale,
    goal: goal === undefined ? "" : `at most ${goal}`,
    ok: goal === undefined || count * scale <= goal,
  };
}
