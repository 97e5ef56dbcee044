import { scan } from "../../conventions/src/signals/safety/built-in.ts";
import { bootstrap } from "./bootstrap.ts";
import type { Datasets } from "./dataset.ts";
import type { Measure } from "../measure/report.ts";

/** Presidio's synthetic sets: texts with the spans that were put into their templates. */
interface Row {
  readonly text: string;
  readonly spans: readonly (readonly [type: string, start: number, end: number, value: string])[];
}

/** Hits, misses and false hits of one type in one text. */
interface Tally {
  readonly hits: number;
  readonly missed: number;
  readonly wrong: number;
}

/** Presidio's name of a type, ours, and the F1 that is owed. */
const TYPES: readonly (readonly [string, string, number])[] = [
  ["CREDIT_CARD", "payment_card", 0.99],
  ["IBAN_CODE", "iban", 0.99],
  ["EMAIL_ADDRESS", "email", 0.99],
  ["IP_ADDRESS", "ip_address", 0.99],
  ["US_SSN", "us_ssn", 0.97],
  ["PHONE_NUMBER", "phone", 0.97],
];

const PARTS = ["presidio-synth/synth_dataset_v2", "presidio-synth/generated_large"];

/** The types that have a pattern; a span counts as found where more than half of it is covered. */
export function personalData(data: Datasets): readonly Measure[] {
  const rows = PARTS.flatMap((part) => data.rows(part) as readonly Row[]);
  return TYPES.flatMap(([type, rule, goal]) => {
    const tallies = rows.map((row) => tally(row, type, rule));
    const n = tallies.reduce((sum, { hits, missed }) => sum + hits + missed, 0);
    if (n === 0) return [];
    const { value, low, high } = bootstrap(tallies, f1);
    return [
      {
        name: `${rule}, F1`,
        value,
        unit: "",
        n,
        low,
        high,
        goal: `at least ${goal}`,
        ok: value >= goal,
      },
    ];
  });
}

function tally({ text, spans }: Row, type: string, rule: string): Tally {
  const real = spans.filter(([own]) => own === type);
  const found = scan(text).filter((hit) => hit.rule.rule === rule);
  const hits = real.filter(([, start, end]) =>
    found.some((hit) => Math.min(hit.end, end) - Math.max(hit.start, start) > (end - start) / 2),
  ).length;
  const wrong = found.filter((hit) => !real.some(([, start, end]) => hit.start < end && start < hit.end)).length;
  return { hits, missed: real.length - hits, wrong };
}

function f1(tallies: readonly Tally[]): number {
  const sum = (of: keyof Tally): number => tallies.reduce((total, each) => total + each[of], 0);
  return (2 * sum("hits")) / (2 * sum("hits") + sum("missed") + sum("wrong"));
}
