import { ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT } from "@spanwarden/conventions";

import { seededRandom } from "../../examples/node-service/random.ts";
import type { Measure } from "../measure/report.ts";
import { atLeast, atMost, quantile, share, type Goal } from "./figure.ts";
import { callAt, judgeStream } from "./judged-stream.ts";

const RULE = "format_compliance";
const RATE = 4;
const HORIZON = 3_000;

interface Compliance {
  readonly percent: number;
  readonly anomaly?: Goal;
  readonly incident?: readonly [Goal, Goal];
}

const SHARES: readonly Compliance[] = [
  { percent: 90 },
  { percent: 93, anomaly: atLeast(99) },
  { percent: 94 },
  { percent: 95 },
  { percent: 96 },
  { percent: 97, incident: [atMost(0.1), atMost(1)] },
];

/** Answers of which a known share holds to the declared format, from the first call on. */
export function formatStreams(streams: number): readonly Measure[] {
  return SHARES.flatMap(({ percent, anomaly, incident }) => {
    // A goal of one in a thousand needs more of them.
    const count = streams * (incident === undefined ? 1 : 10);
    const runs = Array.from({ length: count }, (_, seed) => run(percent / 100, seed + 1));
    const name = `format, ${percent} % compliant`;
    const within = (what: "anomaly" | "incident", limit: number): number =>
      runs.filter((one) => one[what] <= limit).length;
    const found = runs.map((one) => one.anomaly).filter((delay) => delay < Infinity);
    return [
      share(
        `${name}: anomaly within 1,000`,
        within("anomaly", 1_000),
        count,
        anomaly,
        `median ${quantile(found, 0.5)} calls`,
      ),
      share(`${name}: incident within 1,000`, within("incident", 1_000), count, incident?.[0]),
      share(
        `${name}: incident within ${HORIZON}`,
        within("incident", HORIZON),
        count,
        incident?.[1],
        "prototype 0.85 % at 97 %",
      ),
    ];
  });
}

function run(compliance: number, seed: number): { readonly anomaly: number; readonly incident: number } {
  const random = seededRandom(seed);
  const { opened, found } = judgeStream({
    rate: RATE,
    length: HORIZON,
    factsAt: (n, at) => [
      callAt(n, at, { measurements: { [ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT]: random() < compliance ? 1 : 0 } }),
    ],
  });
  return { anomaly: (found.get(RULE) ?? Infinity) + 1, incident: (opened ?? Infinity) + 1 };
}
