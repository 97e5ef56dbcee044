import type { IncidentKind } from "../detectors/finding.ts";
import type { Cell } from "../facts/call-fact.ts";
import type { Incident } from "../incidents/incident.ts";
import type { Totals } from "../judgement.ts";
import { isPage, weekly, type Rate } from "./pages.ts";
import type { Recommendation } from "./recommend.ts";
import type { SweepPoint } from "./sweep.ts";

/** All that a backtest says; what `--json` prints. Times in milliseconds since the epoch. */
export interface Outcome {
  readonly from: number | undefined;
  readonly until: number | undefined;
  readonly files: number;
  readonly spans: number;
  readonly records: number;
  readonly totals: Totals;
  /** What was not read, by file. */
  readonly problems: readonly { readonly file: string; readonly problem: string; readonly times: number }[];
  readonly incidents: readonly Incident[];
  readonly pages: Readonly<Record<IncidentKind, Rate>>;
  readonly tickets: Rate;
  /** Cells whose baseline is not yet used, with the calls that are missing. */
  readonly learning: readonly { readonly cell: Cell; readonly calls: number; readonly missing: number }[];
  readonly cells: number;
  readonly sweep: readonly SweepPoint[];
  readonly recommended: readonly Recommendation[];
  /** It was broken off. */
  readonly interrupted: boolean;
}

const KINDS: readonly IncidentKind[] = ["outage", "quality_degradation", "cost_anomaly", "safety_violation"];

/** Pages a week by kind, and tickets. */
export function ratesOf(incidents: readonly Incident[], exposure: number): Pick<Outcome, "pages" | "tickets"> {
  const paging = incidents.filter(isPage);
  const rates = KINDS.map((kind) => [kind, weekly(paging.filter((one) => one.kind === kind).length, exposure)]);
  return {
    pages: Object.fromEntries(rates) as Outcome["pages"],
    tickets: weekly(incidents.length - paging.length, exposure),
  };
}
