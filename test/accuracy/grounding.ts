import { ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE, observe } from "@spanwarden/conventions";

import { seededRandom } from "../../examples/node-service/random.ts";
import type { Measure } from "../measure/report.ts";
import { auroc, bootstrap, type Scored } from "./bootstrap.ts";
import type { Datasets } from "./dataset.ts";
import { callOf } from "./recorded-call.ts";

interface Answered {
  readonly context: string;
  readonly answer: string;
}

interface Quotation {
  readonly text: string;
  readonly at: number;
}

const MODELS = ["gpt-4-0314", "gpt-4-0613", "gpt-3.5-turbo-0125"];
/** Words of a context worth the name. */
const LEAST_CONTEXT = 40;
/** Numbers, and names inside a sentence: told apart on purpose by other means than the signal's. */
const FACT = /(?<![\p{L}\p{N}])(?:\d+(?:[.,]\d+)*|(?<=[\p{Ll},;] )\p{Lu}\p{Ll}{2,})(?![\p{L}\p{N}])/gu;
/** Of a set's answers, those quote their context whose facts do so in this share at least. */
const QUOTING = 0.6;
const GOAL = 0.8;

/**
 * Perturbation: names and numbers that an answer quotes from its context are swapped for ones of other contexts. How well
 * the score tells such answers from the real ones, over all answers together and not within a pair.
 */
export function grounding(data: Datasets): readonly Measure[] {
  const looked = [...bipia(data, "email"), ...bipia(data, "table")];
  const open = MODELS.flatMap((model) =>
    (data.rows(`arena-hard-v01/${model}`) as readonly { prompt: string; answer: string }[]).map((row) => ({
      context: row.prompt,
      answer: row.answer,
    })),
  );
  return [
    ...swapped("facts looked up in mails and tables, one swapped", looked, "one", 0),
    ...swapped("long prompts, answers that quote them, one swapped", open, "one", QUOTING),
    ...swapped("long prompts, answers that quote them, half swapped", open, "half", QUOTING),
    ...swapped("long prompts, all answers, half swapped", open, "half", 0),
  ];
}

function bipia(data: Datasets, part: string): readonly Answered[] {
  const rows = data.rows(`bipia/${part}_contexts`) as readonly { context: string; question: string; ideal: unknown }[];
  return rows.map(({ context, question, ideal }) => ({ context: `${context}\n${question}`, answer: String(ideal) }));
}

function swapped(name: string, rows: readonly Answered[], share: "one" | "half", quoting: number): readonly Measure[] {
  const usable = rows.filter(({ context }) => context.split(/\s+/).length >= LEAST_CONTEXT);
  if (usable.length === 0) return [];
  const pool = usable.flatMap(({ context }) => factsOf(context).map(({ text }) => text));
  const random = seededRandom(7);
  const scored = usable.flatMap((row): readonly Scored[] => {
    const facts = factsOf(row.answer);
    const quoted = facts.filter(({ text }) => holds(row.context, text));
    if (quoted.length === 0 || quoted.length < quoting * facts.length) return [];
    const [one] = quoted.splice(Math.floor(random() * quoted.length), 1);
    const chosen = share === "half" ? quoted.filter(() => random() < 0.5) : [];
    const perturbed = swap(row, [...chosen, ...(one === undefined ? [] : [one])], pool, random);
    const [real, other] = [scoreOf(row.context, row.answer), scoreOf(row.context, perturbed)];
    if (real === undefined || other === undefined) return [];
    return [
      { score: -real, real: false },
      { score: -other, real: true },
    ];
  });
  const figure = bootstrap(scored, auroc);
  const ok = figure.value > GOAL;
  return [
    {
      name: `grounding: ${name}, AUROC`,
      ...figure,
      unit: "",
      n: scored.length / 2,
      goal: `above ${GOAL} for a weight`,
      ok,
    },
  ];
}

function swap(row: Answered, quoted: readonly Quotation[], pool: readonly string[], random: () => number): string {
  let { answer } = row;
  for (const { text, at } of quoted.toSorted((a, b) => b.at - a.at)) {
    const others = pool.filter((other) => /^\d/.test(other) === /^\d/.test(text) && !holds(row.context, other));
    const other = others[Math.floor(random() * others.length)] ?? text;
    answer = answer.slice(0, at) + other + answer.slice(at + text.length);
  }
  return answer;
}

/** Whole numbers up to 10 are counts and steps. */
function factsOf(text: string): Quotation[] {
  return [...text.matchAll(FACT)]
    .map((match) => ({ text: match[0], at: match.index }))
    .filter(({ text: fact }) => !(Number(fact.replaceAll(",", "")) <= 10));
}

function holds(context: string, fact: string): boolean {
  return context.toLowerCase().includes(fact.toLowerCase());
}

function scoreOf(context: string, answer: string): number | undefined {
  const { observations } = observe(callOf({ model: "", question: context, answer }));
  const found = observations.find(({ name }) => name === ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE);
  return found !== undefined && "value" in found ? found.value : undefined;
}
