import {
  ATTR_SPANWARDEN_INPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS,
  ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE,
  ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  ATTR_SPANWARDEN_OUTPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT,
  ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL,
  ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE,
  observe,
} from "@spanwarden/conventions";

import { auroc, bootstrap, type Scored } from "./bootstrap.ts";
import { crossValidated } from "./cross-validated.ts";
import type { Datasets } from "./dataset.ts";
import { share } from "./figure.ts";
import type { Measure } from "../measure/report.ts";
import { callOf } from "./recorded-call.ts";

interface Labelled {
  readonly question: string;
  readonly answer: string;
  readonly wrong: boolean;
  /** Rows of one question are not torn apart. */
  readonly group: number;
}

/** Found in one answer, by attribute name; `1` where a word of a vocabulary applies. */
type Values = ReadonlyMap<string, number>;

const LENGTH = ATTR_SPANWARDEN_OUTPUT_LENGTH;
const SIGNALS = {
  hedging: ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  "unsupported numbers": ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT,
} as const;

/** Signals that need no model against labels of people; beside each set, what its length alone tells. */
export function hallucination(data: Datasets): readonly Measure[] {
  // How far all signals together are hoped to be beyond the length, where a first trial of ten features was.
  const sets: readonly (readonly [string, readonly Labelled[], number?])[] = [
    ["HaluEval", halueval(data), 0.13],
    ["RefChecker", refchecker(data)],
    ["RefChecker without context", refchecker(data, "zero_context"), 0.07],
  ];
  return [
    ...sets.filter(([, rows]) => rows.length > 0).flatMap(([name, rows, beyond]) => areas(name, rows, beyond)),
    ...arithmetic(factool(data)),
  ];
}

function areas(name: string, rows: readonly Labelled[], beyond?: number): readonly Measure[] {
  const measured = rows.map((row) => ({ ...row, values: valuesOf(row.question, row.answer) }));
  const of = (signal: string): ReturnType<typeof bootstrap> =>
    bootstrap(
      measured.map(({ values, wrong }) => ({ score: values.get(signal) ?? 0, real: wrong })),
      auroc,
    );
  const length = of(LENGTH).value;
  const reference = `length alone ${Math.max(length, 1 - length).toFixed(3)}`;
  const single = Object.entries(SIGNALS).map(([what, signal]) => ({
    name: `${name}: ${what}, AUROC`,
    ...of(signal),
    unit: "",
    n: rows.length,
    goal: "",
    ok: true,
    reference,
  }));
  return [...single, together(name, measured, beyond)];
}

/** All signals in one regression, beside a regression of the length, both judged on rows that they were not fitted to. */
function together(
  name: string,
  rows: readonly (Labelled & { readonly values: Values })[],
  beyond: number | undefined,
): Measure {
  const scoresBy = (features: (values: Values) => readonly number[]): readonly Scored[] => {
    const scores = crossValidated(
      rows.map(({ values, wrong, group }) => ({ features: features(values), real: wrong, group })),
    );
    return rows.map(({ wrong }, n) => ({ score: scores[n] ?? 0, real: wrong }));
  };
  const length = auroc(scoresBy((values) => [Math.log1p(values.get(LENGTH) ?? 0)]));
  const combined = bootstrap(scoresBy(featuresOf), auroc);
  return {
    name: `${name}: all signals together, 5-fold, AUROC`,
    ...combined,
    unit: "",
    n: rows.length,
    goal: beyond === undefined ? "" : `length alone + ${beyond}`,
    ok: beyond === undefined || combined.value >= length + beyond,
    reference: `length alone, 5-fold, ${length.toFixed(3)}`,
  };
}

/** What the processor could see, too; nothing is computed for this table only. */
function featuresOf(values: Values): readonly number[] {
  const of = (name: string): number => values.get(name) ?? 0;
  const unsupported = of(ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT);
  return [
    of(ATTR_SPANWARDEN_OUTPUT_REFUSAL),
    of(ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE),
    of(ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE),
    Math.min(1, of(ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT)),
    Math.min(1, unsupported),
    Math.log1p(unsupported),
    1 - (values.get(ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE) ?? 1),
    Math.log1p(of(LENGTH)),
    Math.log1p(of(LENGTH)) ** 2,
    Math.log1p(of(ATTR_SPANWARDEN_INPUT_LENGTH)),
    ...FORMATS.map((format) => of(`${ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS} ${format}`)),
  ];
}

const FORMATS = ["terse", "list", "prose-short", "prose-long", "code-bare", "fence-mixed"];

/** Sums and percentages that do not add up, in answers to questions of mathematics. */
function arithmetic(rows: readonly Labelled[]): readonly Measure[] {
  if (rows.length === 0) return [];
  const flagged = rows.filter(
    ({ question, answer }) =>
      (valuesOf(question, answer).get(ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT) ?? 0) > 0,
  );
  const right = flagged.filter(({ wrong }) => wrong).length;
  const goal = { text: "at least 90 %", holds: (percent: number) => percent >= 90 };
  return [share("arithmetic check, precision", right, flagged.length, goal)];
}

function valuesOf(question: string, answer: string): Values {
  const { observations } = observe(callOf({ model: "", question, answer }));
  return new Map(observations.map((o) => ("value" in o ? [o.name, o.value] : [`${o.name} ${o.label}`, 1])));
}

function halueval(data: Datasets): readonly Labelled[] {
  return (
    data.rows("halueval-general/general") as readonly {
      user_query: string;
      chatgpt_response: string;
      hallucination: string;
    }[]
  ).map((row, group) => ({
    question: row.user_query,
    answer: row.chatgpt_response,
    wrong: row.hallucination === "yes",
    group,
  }));
}

function refchecker(data: Datasets, setting?: string): readonly Labelled[] {
  const rows = data.rows("refchecker/responses") as readonly {
    id: string;
    setting: string;
    response: string;
    hallucinated: boolean;
  }[];
  const questions = [...new Set(rows.map(({ id }) => id))];
  return rows
    .filter((row) => setting === undefined || row.setting === setting)
    .map((row) => ({
      question: "",
      answer: row.response,
      wrong: row.hallucinated,
      group: questions.indexOf(row.id),
    }));
}

function factool(data: Datasets): readonly Labelled[] {
  return (data.rows("factool/math") as readonly { prompt: string; response: string; label: boolean }[]).map(
    (row, group) => ({ question: row.prompt, answer: row.response, wrong: !row.label, group }),
  );
}
