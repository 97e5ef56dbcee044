import { z } from "zod";

import { duration } from "../../duration.ts";

const name = z.string().min(1);
const PERIODS: readonly number[] = [3_600_000, 86_400_000, 30 * 86_400_000];

const budget = z
  .strictObject({
    /** Told in the rule's name, `budget:NAME`. */
    name: name.regex(/^[\w.-]{1,40}$/, "expected letters, digits, dots, dashes and underscores, 40 at most"),
    /** Whose calls count; several keys: calls that fit all. */
    service: name.optional(),
    /** The model that answered or that was asked for. */
    model: name.optional(),
    /** As it is sent: a hash, or an id in clear, which is hashed here. */
    tenant: name.optional(),
    prompt: name.optional(),
    /** US dollars. */
    amount: z.number().positive(),
    /** The last so long, at any moment: it never starts anew at midnight. */
    period: duration.refine((period) => PERIODS.includes(period), "expected 1h, 24h or 30d"),
  })
  .refine(
    ({ service, model, tenant, prompt }) => [service, model, tenant, prompt].some((key) => key !== undefined),
    "expected at least one of service, model, tenant, prompt: it says whose budget it is",
  );

/** What may be spent at most. There is none by default. */
export const budgetsConfig = z
  .array(budget)
  .refine((budgets) => new Set(budgets.map((each) => each.name)).size === budgets.length, "expected names that differ")
  .default([]);

export type Budget = z.output<typeof budget>;
