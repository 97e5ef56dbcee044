import { seededRandom } from "../../examples/node-service/random.ts";
import type { Measure } from "../measure/report.ts";
import type { Datasets } from "./dataset.ts";
import { atLeast, atMost, share, type Goal } from "./figure.ts";
import { judgedModels, type JudgedModel } from "./judged-answers.ts";
import { callAt, judgeStream, scoreOf } from "./judged-stream.ts";

/** Calls a minute. */
const RATES = [2, 20, 200];
const BEFORE = 500;
const AFTER = 2_000;
const LINE = "prototype, 50 / 100 / 200 calls: ";

interface Row {
  readonly model: string;
  readonly within: number;
  readonly goal: Goal;
  readonly reference: string;
}

const ROWS: readonly Row[] = [
  { model: "gemma-2b-it", within: 80, goal: atLeast(95), reference: `${LINE}median 44` },
  { model: "gemma-7b-it", within: 200, goal: atLeast(95), reference: `${LINE}96.3 %` },
  { model: "reka-edge", within: 500, goal: atMost(5), reference: `${LINE}5.2 %` },
  { model: "reka-edge", within: 2_000, goal: atMost(15), reference: `${LINE}16.8 %` },
  { model: "Phi-3-mini-128k-instruct", within: 2_000, goal: undefined, reference: `${LINE}4.8 %` },
  { model: "gpt-3.5-turbo-0125", within: 2_000, goal: atMost(1), reference: `${LINE}0 %` },
  { model: "Qwen1.5-72B-Chat-greedy", within: 2_000, goal: atMost(0.5), reference: `${LINE}0 %` },
];

/** Another model answers from one call on, and a judge scores every answer: what is found of drops around the line of 15 %. */
export function qualityLine(data: Datasets, streams: number): readonly Measure[] {
  const models = judgedModels(data);
  const [usual] = models;
  if (usual === undefined) return [];
  return RATES.flatMap((rate) => {
    const delays = new Map(models.map((model) => [model.model, delaysOf(usual, model, rate, streams)]));
    return ROWS.map(({ model, within, goal, reference }) => {
      const drop = models.find((one) => one.model === model)?.drop ?? 0;
      const what = drop === 0 ? "same model" : `-${(100 * drop).toFixed(1)} %`;
      const hits = (delays.get(model) ?? []).filter((delay) => delay <= within).length;
      return share(`judged answers, ${what}, ${rate} a minute: fires within ${within}`, hits, streams, goal, reference);
    });
  });
}

/** Calls from the change to the incident; `Infinity` where there is none, 0 where it opened before. */
function delaysOf(usual: JudgedModel, other: JudgedModel, rate: number, streams: number): readonly number[] {
  return Array.from({ length: streams }, (_, seed) => {
    const random = seededRandom(seed + 1);
    const { opened } = judgeStream({
      rate,
      length: BEFORE + AFTER,
      factsAt: (n, at) => {
        const { scores } = n < BEFORE ? usual : other;
        const call = callAt(n, at);
        return [call, scoreOf(call, scores[Math.floor(random() * scores.length)] ?? 0)];
      },
    });
    return opened === undefined ? Infinity : Math.max(0, opened - BEFORE + 1);
  });
}
