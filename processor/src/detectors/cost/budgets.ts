import type { CallFact } from "../../facts/call-fact.ts";
import type { DetectionConfig } from "../detection-config.ts";
import type { Verdict } from "../finding.ts";
import { serviceCell } from "../service-watch.ts";
import { dropBudget, judgeBudget, nothingSpent, spend, tickBudget, type Spent } from "./budget.ts";
import type { Budget } from "./budget-config.ts";

/** What was spent of each budget, by what the budget is. Plain data, for `v8.serialize`. */
export type Budgets = Map<string, Spent>;

/** Counts a call in every budget it concerns. A late one is counted and opens nothing. */
export function applyBudgets(state: Budgets, fact: CallFact, now: number, config: DetectionConfig): readonly Verdict[] {
  return config.budgets.flatMap((budget) => {
    const spent = spentOn(state, budget);
    spend(spent, budget, fact, now);
    if (fact.late) return [];
    return judgeBudget(spent, budget, fact, serviceCell(fact.cell), Math.max(now, fact.at), config) ?? [];
  });
}

export function tickBudgets(state: Budgets, now: number, config: DetectionConfig): readonly Verdict[] {
  const verdicts = config.budgets.flatMap((budget) => tickBudget(spentOn(state, budget), budget, now, config) ?? []);
  return state.size > config.budgets.length ? [...verdicts, ...dropOthers(state, now, config)] : verdicts;
}

/** Forgets budgets that a restart with another configuration has left. */
function dropOthers(state: Budgets, now: number, config: DetectionConfig): readonly Verdict[] {
  const kept = new Set(config.budgets.map(keyOf));
  return [...state].flatMap(([key, spent]) => {
    if (kept.has(key)) return [];
    state.delete(key);
    const [name] = JSON.parse(key) as [string];
    return dropBudget(spent, name, now) ?? [];
  });
}

/** Another amount is the same budget; another subject or period is not. */
function keyOf({ name, service, model, tenant, prompt, period }: Budget): string {
  return JSON.stringify([name, service, model, tenant, prompt, period]);
}

function spentOn(state: Budgets, budget: Budget): Spent {
  const key = keyOf(budget);
  const spent = state.get(key) ?? nothingSpent();
  state.set(key, spent);
  return spent;
}
