import {
  ATTR_SPANWARDEN_INPUT_FINGERPRINT,
  ATTR_SPANWARDEN_INPUT_LANGUAGE,
  ATTR_SPANWARDEN_INPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_ENDING,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS,
  ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  ATTR_SPANWARDEN_OUTPUT_LENGTH,
  ATTR_SPANWARDEN_OUTPUT_OPENING,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL,
  ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE,
  ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM,
  EDGES,
} from "@spanwarden/conventions";

import type { CallFact } from "../../facts/call-fact.ts";

/** A yes or no about one call whose rate is usual for a cell, such as "shorter than a tenth of the answers". */
export interface View {
  readonly name: string;
  /** The attribute it looks at. */
  readonly signal: string;
  /** The side it belongs to: a change of inputs explains a change of outputs. */
  readonly side: "input" | "output";
  /** Hits and calls of the sample it was learned on. */
  readonly hits: number;
  readonly calls: number;
  readonly test: ViewTest;
}

export type ViewTest =
  | { readonly kind: "below" | "above"; readonly value: number }
  | { readonly kind: "label"; readonly label: string }
  | { readonly kind: "none"; readonly labels: readonly string[] };

/** Facts a view sample keeps of each call. */
export type Seen = Readonly<Record<string, number | string>>;

/** Lines lie so far outside the quantiles: where nearly all lengths are equal, one character more is no change of shape. */
const MARGIN = 1.05;
const QUANTILES = [0.1, 0.3, 0.7, 0.9] as const;
const NUMBERS = [ATTR_SPANWARDEN_OUTPUT_LENGTH, ATTR_SPANWARDEN_INPUT_LENGTH] as const;
/** Scores of which only "more than nothing" counts. */
const FLAGS = [
  ATTR_SPANWARDEN_OUTPUT_REFUSAL,
  ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE,
  ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE,
] as const;
const FLAG_LINES: Readonly<Record<string, number>> = { [ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE]: 0.05 };
/** Classes the sample never saw still get a view: a new class is the strongest sign. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  [ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS]: [
    "empty",
    "fence-only",
    "fence-mixed",
    "json",
    "option",
    "code-bare",
    "terse",
    "list",
    "prose-short",
    "prose-long",
  ],
  [ATTR_SPANWARDEN_OUTPUT_OPENING]: EDGES,
  [ATTR_SPANWARDEN_OUTPUT_ENDING]: EDGES,
};

const INPUT_LABELS = [ATTR_SPANWARDEN_INPUT_FINGERPRINT, ATTR_SPANWARDEN_INPUT_LANGUAGE] as const;
/** The sort of question, as `stratumOf` tells it: no attribute of a call, but of how it compares. */
export const INPUT_STRATUM = "input stratum";

/** What the views look at. */
export function seenOf(fact: CallFact): Seen {
  const numbers = [...NUMBERS, ...FLAGS].flatMap((name) => {
    const value = name === ATTR_SPANWARDEN_OUTPUT_LENGTH ? answerLength(fact) : fact.measurements[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const labels = [...Object.keys(CLASSES), ...INPUT_LABELS].flatMap((name) => {
    const label = fact.labels[name];
    return label === undefined ? [] : [[name, label] as const];
  });
  return Object.fromEntries([...numbers, ...labels]);
}

/** Characters of the answer; `undefined` where it holds no text but tool calls: those have no length to compare. */
function answerLength({ measurements, labels }: CallFact): number | undefined {
  const length = measurements[ATTR_SPANWARDEN_OUTPUT_LENGTH];
  return length === 0 && labels[ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM] !== undefined ? undefined : length;
}

/** Learns the views of a cell from a sample of its calls, whose strata are among what is seen where they are known. */
export function viewsOf(sample: readonly Seen[]): readonly View[] {
  return [
    ...strataViews(sample),
    ...NUMBERS.flatMap((name) => lengthViews(name, sample)),
    ...FLAGS.map((name) => view(name, `${name} above usual`, { kind: "above", value: FLAG_LINES[name] ?? 0 }, sample)),
    ...Object.entries(CLASSES).flatMap(([name, labels]) =>
      labels.map((label) => view(name, `${name} ${label}`, { kind: "label", label }, sample)),
    ),
  ].filter(({ calls }) => calls > 0);
}

/** One for each stratum, and one for those never seen. */
function strataViews(sample: readonly Seen[]): readonly View[] {
  const labels = [...new Set(sample.map((seen) => seen[INPUT_STRATUM]))].filter((label) => typeof label === "string");
  return [
    ...labels.map((label) => view(INPUT_STRATUM, `questions ${label}`, { kind: "label", label }, sample)),
    view(INPUT_STRATUM, "questions of a new sort", { kind: "none", labels }, sample),
  ];
}

function lengthViews(name: string, sample: readonly Seen[]): View[] {
  const values = sample
    .map((seen) => seen[name])
    .filter((value) => typeof value === "number")
    .toSorted((a, b) => a - b);
  const at = (q: number): number => values[Math.min(values.length - 1, Math.floor(q * values.length))] ?? 0;
  const median = at(0.5);
  const lines: readonly (readonly [ViewTest["kind"] & ("below" | "above"), number])[] = [
    ...QUANTILES.map((q) => (q < 0.5 ? (["below", at(q) / MARGIN] as const) : (["above", at(q) * MARGIN] as const))),
    ["below", median / 2],
    ["above", median * 2],
  ];
  return lines.map(([kind, value]) => view(name, `${name} ${kind} ${Math.round(value)}`, { kind, value }, sample));
}

function view(signal: string, name: string, test: ViewTest, sample: readonly Seen[]): View {
  const answers = sample.flatMap((seen) => {
    const hit = hits(test, seen[signal]);
    return hit === undefined ? [] : [hit];
  });
  const side = signal === ATTR_SPANWARDEN_INPUT_LENGTH || signal === INPUT_STRATUM ? "input" : "output";
  return { name, signal, side, hits: answers.filter(Boolean).length, calls: answers.length, test };
}

/** `undefined` where the call says nothing about it. */
export function hits(test: ViewTest, value: number | string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (test.kind === "label") return value === test.label;
  if (test.kind === "none") return typeof value === "string" && !test.labels.includes(value);
  if (typeof value !== "number") return undefined;
  return test.kind === "below" ? value < test.value : value > test.value;
}
