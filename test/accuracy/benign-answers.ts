import type { Datasets } from "./dataset.ts";
import type { RecordedCall } from "./recorded-call.ts";

/** Data set, field of the question, field of the answer. */
const SOURCES: readonly (readonly [string, string | undefined, string])[] = [
  ["wildbench-scored/Phi-3-mini-128k-instruct", undefined, "output"],
  ["wildbench-scored/Qwen1.5-72B-Chat-greedy", undefined, "output"],
  ["wildbench-scored/gemma-2b-it", undefined, "output"],
  ["wildbench-scored/gemma-7b-it", undefined, "output"],
  ["wildbench-scored/gpt-3.5-turbo-0125", undefined, "output"],
  ["wildbench-scored/reka-core-20240501", undefined, "output"],
  ["wildbench-scored/reka-edge", undefined, "output"],
  ["arena-hard-v01/gpt-3.5-turbo-0125", "prompt", "answer"],
  ["arena-hard-v01/gpt-4-0314", "prompt", "answer"],
  ["arena-hard-v01/gpt-4-0613", "prompt", "answer"],
  ["halueval-general/general", "user_query", "chatgpt_response"],
  ["refchecker/responses", undefined, "response"],
  ["ifbench-outputs/strict", undefined, "response"],
  ["llmdrift/prime_full", "query", "answer"],
  ["llmdrift/counthappynumber", "query", "answer"],
  ["llmdrift/leetcode_easy", "query", "answer"],
  ["llmdrift/opinionqa", "query", "answer"],
  ["llmdrift/sensitiveq", "query", "answer"],
];

/** Real answers of models to ordinary questions, in which nothing was planted. */
export function benignAnswers(data: Datasets): readonly RecordedCall[] {
  return SOURCES.flatMap(([name, question, answer]) =>
    (data.rows(name) as readonly Readonly<Record<string, unknown>>[]).map((row) => ({
      model: textOf(row["model"]),
      question: question === undefined ? "" : textOf(row[question]),
      answer: textOf(row[answer]),
    })),
  );
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
