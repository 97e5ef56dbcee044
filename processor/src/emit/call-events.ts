import {
  ATTR_GEN_AI_EVALUATION_NAME,
  ATTR_GEN_AI_EVALUATION_SCORE_LABEL,
  ATTR_GEN_AI_EVALUATION_SCORE_VALUE,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_SECURITY_RULE_CATEGORY,
  ATTR_SECURITY_RULE_NAME,
  ATTR_SECURITY_RULE_RULESET_NAME,
  ATTR_SPANWARDEN_EVALUATOR_ID,
  ATTR_SPANWARDEN_EVALUATOR_TYPE,
  ATTR_SPANWARDEN_EVALUATOR_VERSION,
  ATTR_SPANWARDEN_SAFETY_ACTION,
  ATTR_SPANWARDEN_SAFETY_CATEGORY,
  ATTR_SPANWARDEN_SAFETY_CLASS,
  ATTR_SPANWARDEN_SAFETY_MATCH_COUNT,
  ATTR_SPANWARDEN_SAFETY_MATCH_OFFSETS,
  ATTR_SPANWARDEN_SAFETY_ORIGIN,
  ATTR_SPANWARDEN_SAFETY_SCORE,
  ATTR_SPANWARDEN_SAFETY_SEVERITY,
  ATTR_SPANWARDEN_SAFETY_SOURCE,
  EVENT_GEN_AI_EVALUATION_RESULT,
  EVENT_SPANWARDEN_SAFETY_FINDING,
  injectionScore,
  parseSafetyLabel,
  type SafetyLabel,
  type SafetyMatch,
} from "@spanwarden/conventions";

import type { CallFact } from "../facts/call-fact.ts";
import type { EmitConfig } from "./emit-config.ts";
import type { Evaluation } from "./evaluations.ts";
import {
  knownAttributes,
  SEVERITY,
  subjectAttributes,
  type EventAttributes,
  type EventRecord,
} from "./event-record.ts";

/** Our own rules, told apart from those of a provider's guardrail. */
export const RULESET = "spanwarden";

/** `gen_ai.evaluation.result` for the evaluations of a call that the configuration lets out. */
export function evaluationEvents(
  fact: CallFact,
  evaluations: readonly Evaluation[],
  which: EmitConfig["evaluations"],
): readonly EventRecord[] {
  const wanted = evaluations.filter(({ label }) => which === "all" || (which === "failed" && label === "fail"));
  return wanted.map(({ name, score, label }) => ({
    id: `${fact.identity}:${name}`,
    eventName: EVENT_GEN_AI_EVALUATION_RESULT,
    severityNumber: label === "fail" ? SEVERITY.warn : SEVERITY.info,
    ...placeOf(fact),
    attributes: knownAttributes({
      ...callAttributes(fact),
      [ATTR_GEN_AI_EVALUATION_NAME]: name,
      [ATTR_GEN_AI_EVALUATION_SCORE_VALUE]: score,
      [ATTR_GEN_AI_EVALUATION_SCORE_LABEL]: label,
      [ATTR_SPANWARDEN_EVALUATOR_ID]: "spanwarden",
      [ATTR_SPANWARDEN_EVALUATOR_TYPE]: "deterministic",
      [ATTR_SPANWARDEN_EVALUATOR_VERSION]: fact.signals,
    }),
  }));
}

/**
 * `spanwarden.safety.finding` for each rule that matched a call; documentation values (origin `example`) tell nobody
 * anything. The score of a mark of injection is that of all such marks of the call. Source, offsets, severity and count come from the signals' matches and are left out where the caller has only the fact.
 */
export function safetyEvents(fact: CallFact, matches: readonly SafetyMatch[] = []): readonly EventRecord[] {
  const marks = fact.safety.flatMap((text) => parseSafetyLabel(text) ?? []).filter(isInjection);
  const injection = injectionScore(marks.map(({ rule }) => rule));
  return [...new Set(fact.safety)].flatMap((text) => {
    const label = parseSafetyLabel(text);
    if (label === undefined || label.origin === "example") return [];
    const own = matches.filter((match) => match.label === text);
    return {
      id: `${fact.identity}:${text}`,
      eventName: EVENT_SPANWARDEN_SAFETY_FINDING,
      severityNumber: label.class === "page" && label.origin !== "echo" ? SEVERITY.error : SEVERITY.warn,
      ...placeOf(fact),
      attributes: knownAttributes({
        ...callAttributes(fact),
        [ATTR_SPANWARDEN_SAFETY_CATEGORY]: label.category,
        [ATTR_SPANWARDEN_SAFETY_CLASS]: label.class,
        [ATTR_SPANWARDEN_SAFETY_ORIGIN]: label.origin,
        [ATTR_SPANWARDEN_SAFETY_ACTION]: "observed",
        [ATTR_SPANWARDEN_SAFETY_SEVERITY]: own.find(({ severity }) => severity !== undefined)?.severity,
        [ATTR_SPANWARDEN_SAFETY_SCORE]: label.category === "injection" ? injection : undefined,
        [ATTR_SPANWARDEN_SAFETY_SOURCE]: own[0]?.source,
        [ATTR_SPANWARDEN_SAFETY_MATCH_COUNT]: own.length > 0 ? matchCount(own) : undefined,
        [ATTR_SPANWARDEN_SAFETY_MATCH_OFFSETS]: own.length > 0 ? own.flatMap((m) => m.offsets) : undefined,
        [ATTR_SECURITY_RULE_NAME]: label.rule,
        [ATTR_SECURITY_RULE_CATEGORY]: label.category,
        [ATTR_SECURITY_RULE_RULESET_NAME]: RULESET,
      }),
    };
  });
}

function isInjection({ category }: SafetyLabel): boolean {
  return category === "injection";
}

/** Offsets are pairs of start and end. */
function matchCount(matches: readonly SafetyMatch[]): number {
  return matches.reduce((count, match) => count + Math.max(1, match.offsets.length / 2), 0);
}

function placeOf(fact: CallFact): Pick<EventRecord, "time" | "traceId" | "spanId"> {
  return { time: fact.at, traceId: fact.traceId, spanId: fact.spanId };
}

function callAttributes({ cell, facets }: CallFact): EventAttributes {
  return knownAttributes({
    ...subjectAttributes(cell),
    [ATTR_GEN_AI_PROVIDER_NAME]: facets.provider,
    [ATTR_GEN_AI_REQUEST_MODEL]: facets.requestModel,
    [ATTR_GEN_AI_RESPONSE_MODEL]: facets.responseModel,
  });
}
