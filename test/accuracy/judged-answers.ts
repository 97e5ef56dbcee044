import type { Datasets } from "./dataset.ts";

/** Scores from 0 to 1 that a judge gave to the answers of one model; the same tasks for each. */
export interface JudgedModel {
  readonly model: string;
  readonly scores: readonly number[];
  /** Relative drop of the mean against the first model. */
  readonly drop: number;
}

const MODELS = [
  "Qwen1.5-72B-Chat-greedy",
  "gpt-3.5-turbo-0125",
  "Phi-3-mini-128k-instruct",
  "reka-edge",
  "gemma-7b-it",
  "gemma-2b-it",
];
const BEST = 10;

/** The WildBench answers, the usual model first, the worst one last; none where the set is not there. */
export function judgedModels(data: Datasets): readonly JudgedModel[] {
  const scores = MODELS.map((model) => ({
    model,
    scores: (data.rows(`wildbench-scored/${model}`) as readonly { readonly score: number }[]).map(
      ({ score }) => score / BEST,
    ),
  })).filter((one) => one.scores.length > 0);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const usual = scores[0];
  if (usual === undefined || scores.length < MODELS.length) return [];
  return scores.map((one) => ({ ...one, drop: 1 - mean(one.scores) / mean(usual.scores) }));
}
