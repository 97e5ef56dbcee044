import { ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT, ATTR_SPANWARDEN_OUTPUT_LENGTH } from "@spanwarden/conventions";

import { seededRandom } from "../../examples/node-service/random.ts";
import type { Fact } from "../../processor/src/facts/amendment.ts";
import type { Measure } from "../measure/report.ts";
import type { Datasets } from "./dataset.ts";
import { quantile, share } from "./figure.ts";
import { judgedModels } from "./judged-answers.ts";
import { callAt, judgeStream, scoreOf } from "./judged-stream.ts";

const RATE = 4;
const BEFORE = 1_000;
const AFTER = 2_000;

type FactsOf = (n: number, at: number, changed: boolean, random: () => number) => readonly Fact[];

/** Calls from a change to the first incident, by the size of the change. */
export function powerCurves(data: Datasets, streams: number): readonly Measure[] {
  const count = Math.max(1, Math.ceil(streams / 3));
  return [
    ...[2, 5, 10, 20].map((points) => power(`compliance 99 % less ${points} points`, count, formatLess(points / 100))),
    ...[10, 15, 20, 30].flatMap((percent) =>
      scoresLess(data, percent / 100).map((factsOf) => power(`judged answers -${percent} %`, count, factsOf)),
    ),
    ...[1.1, 1.25, 1.5, 2].map((factor) => power(`length x${factor}`, count, longer(factor))),
  ];
}

function power(name: string, count: number, factsOf: FactsOf): Measure {
  const delays = Array.from({ length: count }, (_, seed) => {
    const random = seededRandom(seed + 1);
    const factsAt = (n: number, at: number): readonly Fact[] => factsOf(n, at, n >= BEFORE, random);
    const { opened } = judgeStream({ rate: RATE, length: BEFORE + AFTER, factsAt });
    return opened === undefined ? Infinity : opened - BEFORE + 1;
  });
  const found = delays.filter((delay) => delay < Infinity && delay > 0);
  const text = found.length === 0 ? "" : `calls p50 ${quantile(found, 0.5)}, p95 ${quantile(found, 0.95)}`;
  return share(`${name}: incident within ${AFTER}`, found.length, count, undefined, text);
}

function formatLess(points: number): FactsOf {
  return (n, at, changed, random) => {
    const compliant = random() < (changed ? 0.99 - points : 0.99) ? 1 : 0;
    return [callAt(n, at, { measurements: { [ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT]: compliant } })];
  };
}

function scoresLess(data: Datasets, drop: number): readonly FactsOf[] {
  const models = judgedModels(data);
  const [usual, worst] = [models[0], models.at(-1)];
  if (usual === undefined || worst === undefined) return [];
  return [
    (n, at, changed, random) => {
      const { scores } = changed && random() < drop / worst.drop ? worst : usual;
      const call = callAt(n, at);
      return [call, scoreOf(call, scores[Math.floor(random() * scores.length)] ?? 0)];
    },
  ];
}

/** Log-normal lengths with a spread of 0.7, as of ordinary answers. */
function longer(factor: number): FactsOf {
  return (n, at, changed, random) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const length = Math.round(500 * Math.exp(0.7 * normal) * (changed ? factor : 1));
    return [callAt(n, at, { measurements: { [ATTR_SPANWARDEN_OUTPUT_LENGTH]: length } })];
  };
}
