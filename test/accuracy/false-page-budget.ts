import { parseConfig } from "../../processor/src/config.ts";
import type { DetectionConfig } from "../../processor/src/detectors/detection-config.ts";
import { seededRandom } from "../../examples/node-service/random.ts";
import type { Measure } from "../measure/report.ts";
import type { Datasets } from "./dataset.ts";
import { driftCells } from "./drift-cells.ts";
import { judgeStream } from "./judged-stream.ts";

const SHIPPED = parseConfig({}).detection;
const LENGTH = 20_000;
const MINUTES_A_WEEK = 7 * 24 * 60;

const NEVER = 1e9;

/** So large budgets that their thresholds are passed now and then, and the rules' own least ones are out of the way. */
const CASES = [
  { budget: 1_000, rate: 200 },
  { budget: 250, rate: 200 },
  { budget: 250, rate: 50 },
] as const;

/** The same build all along, in one cell: false pages a week against what was promised. */
export function falsePageBudget(data: Datasets, streams: number): readonly Measure[] {
  const pools = driftCells(data).flatMap(({ before, after }) => [before, after]);
  if (pools.length === 0) return [];
  const count = Math.max(1, Math.ceil(streams / 6));
  return CASES.map(({ budget, rate }) => {
    let [pages, minutes] = [0, 0];
    for (let seed = 1; seed <= count; seed++) {
      const pool = pools[seed % pools.length] ?? [];
      const random = seededRandom(seed);
      const { opened } = judgeStream({
        rate,
        length: LENGTH,
        config: asked(budget),
        factsAt: (n, at) => {
          const drawn = pool[Math.floor(random() * pool.length)];
          if (drawn === undefined) throw new RangeError("an empty pool");
          const ids = { identity: String(n), traceId: n.toString(16).padStart(32, "0") };
          return [{ ...drawn, ...ids, at, start: at - 1_000, arrival: at }];
        },
      });
      pages += opened === undefined ? 0 : 1;
      minutes += Math.max(0, (opened ?? LENGTH) - SHIPPED.baseline.min_calls) / rate;
    }
    const aWeek = MINUTES_A_WEEK / minutes;
    return {
      name: `budget of ${budget} false pages a week, ${rate} calls a minute`,
      value: pages * aWeek,
      unit: "a week",
      n: count,
      low: Math.max(0, pages + 1.92 - 1.96 * Math.sqrt(pages + 0.96)) * aWeek,
      high: (pages + 1.92 + 1.96 * Math.sqrt(pages + 0.96)) * aWeek,
      goal: `at most ${budget} a week`,
      ok: pages * aWeek <= budget,
      reference: `${pages} in ${Math.round((minutes * rate) / 1_000)} thousand calls`,
    };
  });
}

function asked(budget: number): DetectionConfig {
  const { rules } = SHIPPED;
  return {
    ...SHIPPED,
    false_pages_per_week: budget,
    rules: {
      ...rules,
      shape_change: { ...rules.shape_change, threshold: 0 },
      // Rules of cost and latency have no part in the budget.
      token_spike: { ...rules.token_spike, factor: NEVER, extreme: NEVER },
      spend_rate: { excess: NEVER },
      slow_answers: { ...rules.slow_answers, factor: NEVER },
      cost_per_request: { ...rules.cost_per_request, factor: NEVER },
    },
  };
}
