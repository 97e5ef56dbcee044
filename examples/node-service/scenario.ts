import { between, pick, seededRandom, shuffled } from "./random.ts";

type FaultKind = "outage" | "quality_degradation" | "cost_anomaly" | "safety_violation";

/** One thing that goes wrong. Times are milliseconds after the traffic starts. */
export interface Fault {
  readonly kind: FaultKind;
  readonly start: number;
  readonly end: number;
  readonly description: string;
  /** The provider it happens at. */
  readonly provider: ProviderName;
  /** Share of the affected calls: of bad answers, of failing calls. For a leak and a loop it is 1. */
  readonly share: number;
  /** How an outage shows. */
  readonly failure?: "rate_limited" | "server_error" | "overloaded" | undefined;
  /** The user whose agent loops. */
  readonly user?: string | undefined;
}

export type ProviderName = "openai" | "anthropic";

export interface Scenario {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** Milliseconds of healthy traffic before anything goes wrong. */
  readonly learning: number;
  /** Milliseconds until the traffic ends. */
  readonly length: number;
}

export interface Pace {
  readonly learning: number;
  readonly fault: number;
  /** Healthy time after each fault, in which its incident must close. */
  readonly recovery: number;
}

export const FULL_PACE: Pace = { learning: 22_000, fault: 7_000, recovery: 12_000 };

/** Two faults instead of four: for running many seeds. */
export const SHORT_FAULTS = 2;

const QUIET_EVERY = 5;

/** What goes wrong, when and how badly, all from the seed. Every fifth seed is a quiet run. */
export function scenarioOf(seed: number, pace: Pace, maxFaults = 4): Scenario {
  const random = seededRandom(seed);
  const kinds: FaultKind[] =
    seed % QUIET_EVERY === 0
      ? []
      : shuffled<FaultKind>(random, ["outage", "quality_degradation", "cost_anomaly", "safety_violation"]).slice(
          0,
          maxFaults,
        );
  let at = pace.learning;
  const faults = kinds.map((kind): Fault => {
    const start = at + between(random, 0, 2_000);
    const end = start + pace.fault * between(random, 0.9, 1.2);
    at = end + pace.recovery;
    return faultOf(kind, start, end, random);
  });
  return { seed, faults, learning: pace.learning, length: Math.max(at, pace.learning + 20_000) };
}

function faultOf(kind: FaultKind, start: number, end: number, random: () => number): Fault {
  const provider = pick<ProviderName>(random, ["openai", "anthropic"]);
  const user = `user-${Math.floor(between(random, 1, 40))}`;
  const share = between(random, 0.6, 1);
  const percent = `${Math.round(share * 100)} %`;
  switch (kind) {
    case "quality_degradation":
      return {
        kind,
        start,
        end,
        provider,
        share,
        description: `${provider} changes the model behind the same name: ${percent} of its answers hedge, lose their format and shrink`,
      };
    case "outage": {
      const failure = pick(random, ["rate_limited", "server_error", "overloaded"] as const);
      return {
        kind,
        start,
        end,
        provider,
        share,
        failure,
        description: `${provider} fails ${percent} of calls (${failure})`,
      };
    }
    case "cost_anomaly":
      return {
        kind,
        start,
        end,
        provider: "openai",
        share: 1,
        user,
        description: `the agent of ${user} asks for the same tool again and again`,
      };
    case "safety_violation":
      return {
        kind,
        start,
        end,
        provider,
        share: 1,
        description: `an answer of ${provider} holds a customer's card number`,
      };
  }
}
