import { parseConfig } from "../../processor/src/config.ts";
import type { DetectionConfig } from "../../processor/src/detectors/detection-config.ts";
import type { Fact, ScoreAmendment } from "../../processor/src/facts/amendment.ts";
import { bareCall, type CallFact, type Cell } from "../../processor/src/facts/call-fact.ts";
import { Judgement } from "../../processor/src/judgement.ts";
import { T0 } from "./recorded-call.ts";

const { detection, incidents } = parseConfig({});

const CELL: Cell = { namespace: "", service: "svc", environment: "", operation: "chat", prompt: "-" };

export interface JudgedStream {
  /** Calls a minute. */
  readonly rate: number;
  readonly length: number;
  /** As shipped where it is left out. */
  readonly config?: DetectionConfig | undefined;
  readonly factsAt: (n: number, at: number) => readonly Fact[];
  /** Judging ends once this has happened. */
  readonly until?: "opened" | "found" | undefined;
}

/** Indexes of the calls that first ... */
export interface Judged {
  /** ... opened an incident, whatever its kind; */
  readonly opened?: number | undefined;
  /** ... were told of as an anomaly of quality, by rule. */
  readonly found: ReadonlyMap<string, number>;
}

/** Judges calls that come at a steady rate. */
export function judgeStream({ rate, length, config = detection, factsAt, until = "opened" }: JudgedStream): Judged {
  const judgement = new Judgement(config, incidents);
  const found = new Map<string, number>();
  for (let n = 0; n < length; n++) {
    const at = T0 + Math.round((n * 60_000) / rate);
    for (const fact of factsAt(n, at)) {
      const judged = judgement.apply(fact);
      for (const { rule, kind } of judged.findings) {
        // These calls have neither model nor price, which is told, too.
        if (kind === "quality_degradation" && !found.has(rule)) found.set(rule, n);
      }
      const opened = judged.incidents.some(({ transition }) => transition === "opened");
      if (opened || (until === "found" && found.size > 0)) return { ...(opened ? { opened: n } : {}), found };
    }
  }
  return { found };
}

/** The n-th call, of which nothing is known but what is given. */
export function callAt(n: number, at: number, known: Partial<CallFact> = {}): CallFact {
  const ids = {
    identity: String(n),
    traceId: n.toString(16).padStart(32, "0"),
    spanId: n.toString(16).padStart(16, "0"),
  };
  return { ...bareCall({ ...ids, at, arrival: at, cell: CELL, signals: "1" }), weightKnown: true, ...known };
}

/** Somebody's score, from 0 to 1, of a call. */
export function scoreOf(call: CallFact, score: number): ScoreAmendment {
  const { identity, at, arrival, traceId, spanId } = call;
  return {
    amends: "score",
    identity: `score ${identity}`,
    at,
    arrival,
    traceId,
    spanId,
    source: CELL,
    evaluation: { name: "judge", score, evaluator: "", evaluatorType: "llm_judge" },
  };
}
