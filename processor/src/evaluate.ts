import {
  ATTR_SPANWARDEN_COST_AMOUNT,
  ATTR_SPANWARDEN_COST_PRICING_VERSION,
  ATTR_SPANWARDEN_COST_SOURCE,
  ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM,
  ATTR_SPANWARDEN_PROCESSOR_ID,
  ATTR_SPANWARDEN_SAFETY_RULES,
  ATTR_SPANWARDEN_SIGNALS_INCOMPLETE,
  ATTR_SPANWARDEN_SIGNALS_VERSION,
  observationAttributes,
  observe,
  promptChecksums,
  SIGNALS_VERSION,
  toolCallsChecksum,
  type ChecksumOptions,
  type ContentState,
  type LlmCall,
  type Observed,
  type Observation,
  type OwnRules,
  type SafetyMatch,
  type SignalOptions,
} from "@spanwarden/conventions";

import type { CostConfig } from "./cost/cost-config.ts";
import { createPricer, type Price, type Pricer } from "./cost/price-of.ts";
import type { EmittedSignals, Recognised } from "./dialects/recognised.ts";
import { configuredFormats, type ConfiguredFormats } from "./formats/configured-formats.ts";
import type { FormatsConfig } from "./formats/formats-config.ts";
import { SchemaValidator } from "./formats/schema-validator.ts";
import type { Additions } from "./otlp/records.ts";

/** One call as the processor sees it, judged by itself. */
export interface Evaluation {
  /** With every observation, the emitter's and ours. */
  readonly call: LlmCall;
  readonly price: Price;
  /** Version of the signals and where they ran: `1/process` or `1/processor`. */
  readonly signals: string;
  /** What they were computed from. */
  readonly content: ContentState;
  /** Safety matches of our own, with their offsets. */
  readonly matches: readonly SafetyMatch[];
  /** What is appended to the forwarded span: only findings of this very call. */
  readonly additions: Additions;
}

export interface Evaluator {
  readonly price: Pricer;
  readonly processorId: string;
  readonly ownRules?: OwnRules | undefined;
  /** JSON Schema for the signals. */
  readonly validate?: SignalOptions["validate"];
  /** Formats that are configured rather than declared. */
  readonly formatOf?: ConfiguredFormats | undefined;
}

/** Prices, schemas and formats as configured. */
export function createEvaluator(
  { cost, formats }: { readonly cost: CostConfig; readonly formats: FormatsConfig },
  processorId: string,
  ownRules: OwnRules | undefined,
): Evaluator {
  const schemas = new SchemaValidator();
  return {
    price: createPricer(cost),
    processorId,
    ownRules,
    validate: (schema, value) => schemas.validate(schema, value),
    formatOf: configuredFormats(formats),
  };
}

/** Facts stay here, so that a checksum needs no key. */
const CHECKSUMS: ChecksumOptions = { mode: "sha256" };

/** What was read of a call's content before the call itself came. */
export type EarlierContent = Pick<Evaluation, "call" | "content">;

/**
 * Judges one call by itself: pure, so that a call that is sent twice leaves with the same additions twice.
 * A trusted emitter's own observations are taken; the rest is computed from the content that the span carries, if any, or
 * taken over from `earlier`, where its content came in log records of its own.
 */
export function evaluate(
  { call: recognised, emitted, at, service }: Recognised,
  trusted: boolean,
  evaluator: Evaluator,
  earlier?: EarlierContent,
): Evaluation {
  const believed: EmittedSignals | undefined = trusted ? emitted : undefined;
  const given = believed === undefined ? [] : recognised.observations;
  const taken = recognised.content.state === "absent" && believed === undefined ? earlier : undefined;
  const call = taken === undefined ? recognised : withEarlier(recognised, taken.call);
  const known = taken === undefined ? given : [...given, ...taken.call.observations];
  const { observations, incomplete } = observed(
    { ...call, observations: known },
    {
      ownRules: evaluator.ownRules,
      validate: evaluator.validate,
      format: evaluator.formatOf?.(service ?? "", call.prompt.name),
    },
  );
  const judged = {
    ...call,
    prompt: promptOf(call),
    observations: [...observations, ...toolCallsOf(call, observations)],
  };
  const own = observations.filter((observation) => !given.includes(observation));
  const price = evaluator.price(call, at, service);
  return {
    call: judged,
    price,
    signals: believed === undefined ? `${SIGNALS_VERSION}/processor` : `${believed.version}/process`,
    content: believed?.content ?? taken?.content ?? call.content.state,
    matches: own.filter((observation) => "offsets" in observation),
    additions: {
      ...attributesOf(hasSafety(own) ? observations.filter((o) => own.includes(o) || isSafety(o)) : own, incomplete),
      ...costAttributes(price),
      [ATTR_SPANWARDEN_PROCESSOR_ID]: evaluator.processorId,
    },
  };
}

/**
 * What the signals say of the call. Our user's rules are not known to the emitter: where the content is here, its safety is
 * looked at once more, and what the emitter found stays.
 */
function observed(call: LlmCall, options: SignalOptions): Observed {
  const given = call.observations.filter(isSafety);
  if (options.ownRules === undefined || given.length === 0 || call.content.state === "absent")
    return observe(call, options);
  const others = call.observations.filter((observation) => !isSafety(observation));
  const found = observe({ ...call, observations: others }, options);
  const labels = new Set(found.observations.filter(isSafety).map(labelOf));
  const kept = given.filter((observation) => !labels.has(labelOf(observation)));
  return { ...found, observations: [...found.observations, ...kept] };
}

function isSafety({ name }: Observation): boolean {
  return name === ATTR_SPANWARDEN_SAFETY_RULES;
}

function hasSafety(observations: readonly Observation[]): boolean {
  return observations.some(isSafety);
}

function labelOf(observation: Observation): string {
  return "label" in observation ? observation.label : "";
}

/** What the call itself says stands; the content is gone, and what it told is in the observations. */
function withEarlier(call: LlmCall, earlier: LlmCall): LlmCall {
  const finishReasons = call.response.finishReasons ?? earlier.response.finishReasons;
  const prompt = { ...earlier.prompt, ...defined(call.prompt) };
  return { ...call, prompt, response: { ...call.response, finishReasons } };
}

/** Checksums that the emitter left out; without content, that of the parameters alone. */
function promptOf(call: LlmCall): LlmCall["prompt"] {
  if (call.prompt.renderedChecksum !== undefined) return call.prompt;
  return { ...promptChecksums(call, CHECKSUMS), ...defined(call.prompt) };
}

function defined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as Partial<T>;
}

function toolCallsOf(call: LlmCall, observations: readonly Observation[]): readonly Observation[] {
  if (observations.some(({ name }) => name === ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM)) return [];
  const label = toolCallsChecksum(call.content.output, CHECKSUMS);
  return label === undefined ? [] : [{ name: ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM, label }];
}

/** With the version of the signals that made them; nothing where the emitter had them all. */
function attributesOf(own: readonly Observation[], incomplete: readonly string[]): Additions {
  if (own.length === 0) return {};
  const missing = incomplete.length === 0 ? {} : { [ATTR_SPANWARDEN_SIGNALS_INCOMPLETE]: incomplete };
  return { ...observationAttributes(own), ...missing, [ATTR_SPANWARDEN_SIGNALS_VERSION]: SIGNALS_VERSION };
}

/** A price that the emitter already recorded stands on its span. */
function costAttributes(price: Price): Additions {
  if ("unknown" in price || price.source !== "enriched") return {};
  return {
    [ATTR_SPANWARDEN_COST_AMOUNT]: price.amount,
    [ATTR_SPANWARDEN_COST_SOURCE]: price.source,
    [ATTR_SPANWARDEN_COST_PRICING_VERSION]: price.pricingVersion,
  };
}
