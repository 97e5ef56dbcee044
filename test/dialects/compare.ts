import type { LlmCall } from "@spanwarden/conventions";

import { finishReason } from "../../processor/src/dialects/finish-reasons.ts";
import type { Answer } from "./provider.ts";
import { FIELDS, type Field } from "./runs.ts";

/** How calls were read, field by field: of how many answers that have it, right, or wrong; the rest is unknown. */
export interface Comparison {
  /** Answers for which exactly one call was found. */
  readonly matched: number;
  readonly fields: Readonly<Record<Field, { readonly of: number; readonly right: number; readonly wrong: number }>>;
}

/** Holds the calls against what the provider answered. */
export function compare(calls: readonly LlmCall[], answers: readonly Answer[]): Comparison {
  const left = new Set(calls);
  const pairs: Pair[] = [];
  for (const same of [byId, byTokens, byModel]) {
    const found = new Set(pairs.map(([, answer]) => answer));
    for (const answer of answers.filter((each) => !found.has(each))) {
      const call = [...left].find((each) => same(each, answer));
      if (call === undefined) continue;
      left.delete(call);
      pairs.push([call, answer]);
    }
  }
  const fields = Object.fromEntries(FIELDS.map((field) => [field, verdicts(field, pairs)]));
  return { matched: pairs.length, fields: fields as Comparison["fields"] };
}

type Pair = readonly [LlmCall, Answer];

function byId({ response }: LlmCall, { id }: Answer): boolean {
  return id !== undefined && response.id === id;
}

function byTokens({ usage }: LlmCall, { input }: Answer): boolean {
  return usage?.input === input;
}

/** A call that tells neither, as good as any other of its model. */
function byModel({ request, response, usage }: LlmCall, { model }: Answer): boolean {
  return response.id === undefined && usage === undefined && model.startsWith(request.model ?? "?");
}

function verdicts(field: Field, pairs: readonly Pair[]): Comparison["fields"][Field] {
  const told = pairs
    .map(([call, answer]) => VALUES[field](call, answer))
    .filter(([, expected]) => expected !== undefined);
  const right = told.filter(([read, expected]) => read === expected).length;
  const unknown = told.filter(([read]) => read === undefined).length;
  return { of: told.length, right, wrong: told.length - right - unknown };
}

/** What was read, and what was answered. */
const VALUES: Readonly<Record<Field, (call: LlmCall, answer: Answer) => readonly [unknown, unknown]>> = {
  model: ({ response }, { model }) => [response.model, model],
  tokens: ({ usage }, { input, output }) => [usage && `${usage.input}/${usage.output}`, `${input}/${output}`],
  cached: ({ usage }, { cached }) => [usage?.cacheRead, cached === 0 ? undefined : cached],
  finish: ({ response }, { finishReason: reason }) => [response.finishReasons?.[0], reason && finishReason(reason)],
  id: ({ response }, { id }) => [response.id, id],
};
