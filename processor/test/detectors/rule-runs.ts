import { emptyBaseline, expectationOf, learn, type Expectation } from "../../src/baselines/baseline.ts";
import { hasFailed, qualityOf } from "../../src/detectors/badness.ts";
import type { DetectionConfig } from "../../src/detectors/detection-config.ts";
import type { Verdict } from "../../src/detectors/finding.ts";
import type { Firing, Rule } from "../../src/detectors/rule.ts";
import type { CallFact } from "../../src/facts/call-fact.ts";

/** What a cell expects that has seen these calls. */
export function expectationFrom(facts: readonly CallFact[], config: DetectionConfig): Expectation {
  const baseline = emptyBaseline();
  for (const call of facts) learn(baseline, config.baseline, call, hasFailed(call), qualityOf(call, undefined));
  const expectation = expectationOf(baseline, config.baseline);
  if (expectation === undefined) throw new Error("too few calls to expect anything");
  return expectation;
}

/** One rule by itself, fed call by call. */
export class RuleRun<State extends Firing> {
  readonly state: State;
  readonly #rule: Rule<State>;
  readonly #config: DetectionConfig;
  readonly #expectation: Expectation | undefined;

  constructor(rule: Rule<State>, config: DetectionConfig, expectation?: Expectation) {
    this.state = rule.initial();
    this.#rule = rule;
    this.#config = config;
    this.#expectation = expectation;
  }

  /** The verdicts on the calls, `undefined` where there is none, in their order. */
  feed(facts: readonly CallFact[]): (Verdict | undefined)[] {
    return facts.map((fact) =>
      this.#rule.apply(
        this.state,
        {
          fact,
          failed: fact.pending || hasFailed(fact),
          quality: qualityOf(fact, this.#expectation),
          expectation: this.#expectation,
          looping: false,
          learnable: true,
          tests: 1,
        },
        this.#config,
      ),
    );
  }

  tick(fact: CallFact, now: number): Verdict | undefined {
    return this.#rule.tick?.(this.state, fact.cell, now, this.#config);
  }
}

/** Index of the first finding that opens an incident; -1 where there is none. */
export function firstIncident(verdicts: readonly (Verdict | undefined)[]): number {
  return verdicts.findIndex((verdict) => verdict?.verdict === "finding" && verdict.effect === "incident");
}

/** Index of the first recovery; -1 where there is none. */
export function firstRecovery(verdicts: readonly (Verdict | undefined)[]): number {
  return verdicts.findIndex((verdict) => verdict?.verdict === "quiet" && verdict.recovered);
}
