import { ATTR_SPANWARDEN_OUTPUT_REFUSAL, observe } from "@spanwarden/conventions";

import { bootstrap, f1 } from "./bootstrap.ts";
import type { Datasets } from "./dataset.ts";
import type { Measure } from "../measure/report.ts";
import { callOf } from "./recorded-call.ts";

/** XSTest: completions of five models to safe and unsafe prompts, labelled by people. */
interface Row {
  readonly model: string;
  readonly prompt: string;
  readonly completion: string;
  readonly human_label: string;
  readonly gpt4_label: string;
  readonly strmatch_label: string;
}

const GOAL = 0.93;

/** Full and partial refusals against the labels of people; beside ours, a string match and GPT-4 as judge on the same rows. */
export function refusal(data: Datasets): readonly Measure[] {
  const rows = data.rows("xstest/completions") as readonly Row[];
  if (rows.length === 0) return [];
  const judged = rows.map((row) => ({ real: isRefusal(row.human_label), row, found: refuses(row) }));
  const rival = (label: (row: Row) => string): string =>
    f1(judged.map(({ real, row }) => ({ real, found: isRefusal(label(row)) }))).toFixed(3);
  const { value, low, high } = bootstrap(judged, f1);
  return [
    {
      name: "refusal, F1",
      value,
      unit: "",
      n: rows.length,
      low,
      high,
      goal: `at least ${GOAL}`,
      ok: value >= GOAL,
      reference: `string match ${rival((row) => row.strmatch_label)}, GPT-4 as judge ${rival((row) => row.gpt4_label)}`,
    },
  ];
}

function isRefusal(label: string): boolean {
  return label.startsWith("2_") || label.startsWith("3_");
}

function refuses({ model, prompt, completion }: Row): boolean {
  const { observations } = observe(callOf({ model, question: prompt, answer: completion }));
  return observations.some((o) => o.name === ATTR_SPANWARDEN_OUTPUT_REFUSAL && "value" in o && o.value === 1);
}
