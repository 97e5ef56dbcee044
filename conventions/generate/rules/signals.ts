import type { AttributeDefinition, AttributeRef } from "../definition.ts";
import type { Problem } from "../problem.ts";
import { attributesOf, signalsOf, type Registry, type Signal } from "../registry.ts";
import { unless, type Rule } from "./rule.ts";

interface Use {
  readonly signal: Signal;
  readonly ref: AttributeRef;
  readonly attribute: AttributeDefinition;
}

/** Each attribute of each signal. */
function usesOf(registry: Registry): readonly Use[] {
  const attributes = new Map(registry.attributes.map((attribute) => [attribute.key, attribute]));
  return signalsOf(registry).flatMap((signal) =>
    attributesOf(registry, signal.refs).flatMap((ref) => {
      const attribute = attributes.get(ref.ref);
      return attribute === undefined ? [] : [{ signal, ref, attribute }];
    }),
  );
}

function usesThat(registry: Registry, breaks: (use: Use) => boolean, expected: (use: Use) => string): Problem[] {
  return usesOf(registry)
    .filter(breaks)
    .map((use) => ({ id: use.signal.id, file: use.signal.file, expected: expected(use) }));
}

/** Metrics have no structured values to group by. */
export const metricsHaveNoComplexAttributes: Rule = (registry) =>
  usesThat(
    registry,
    ({ signal, attribute }) => signal.kind === "metric" && attribute.type === "any",
    ({ attribute }) => `${attribute.key} on spans and events only, for it is of type any`,
  );

/** Cardinality: no user, session, conversation, checksum or time is a metric dimension. */
export const metricsHaveNoHighCardinality: Rule = (registry) =>
  usesThat(
    registry,
    ({ signal, attribute }) => signal.kind === "metric" && attribute.annotations?.cardinality === "high",
    ({ attribute }) => `${attribute.key} on spans and events only, for it is of high cardinality`,
  );

/** A value of more than 1 KB belongs on an event. */
export const largeValuesAreOnEvents: Rule = (registry) =>
  usesThat(
    registry,
    ({ signal, attribute }) => signal.kind !== "event" && attribute.annotations?.large === true,
    ({ attribute }) => `${attribute.key} on events only, for it may be longer than 1 KB`,
  );

/** Whoever relies on a stable signal must not get unstable attributes without asking. */
export const stableSignalsHoldStableAttributes: Rule = (registry) =>
  usesThat(
    registry,
    ({ signal, ref, attribute }) =>
      signal.stability === "stable" && attribute.stability !== "stable" && ref.requirement_level !== "opt_in",
    ({ attribute }) => `${attribute.key} to be opt_in, for it is not stable and the signal is`,
  );

/** The events of ours and those of upstream's that we refine. */
function ourEvents(registry: Registry): readonly Signal[] {
  return signalsOf(registry).filter(({ kind, origin }) => kind === "event" && origin === "own");
}

/** An event says its default severity, as a number. */
export const eventsHaveASeverity: Rule = (registry) =>
  unless(
    ourEvents(registry),
    ({ annotations }) => annotations.severity_number !== undefined,
    "annotations.severity_number, 1 to 24",
  );

/** An event says whether what it tells of can fail, and if so bears `error.type`. */
export const eventsThatCanFailHaveAnErrorType: Rule = (registry) => [
  ...unless(
    ourEvents(registry),
    ({ annotations }) => annotations.can_fail !== undefined,
    "annotations.can_fail, true or false",
  ),
  ...unless(
    ourEvents(registry).filter(({ annotations }) => annotations.can_fail),
    ({ refs }) => attributesOf(registry, refs).some(({ ref }) => ref === "error.type"),
    "error.type among the attributes, for it can fail",
  ),
];

/** An event with sensitive attributes says so. */
export const eventsNameTheirSensitiveAttributes: Rule = (registry) =>
  usesThat(
    registry,
    ({ signal, attribute }) =>
      signal.kind === "event" &&
      signal.origin === "own" &&
      attribute.annotations?.sensitive === true &&
      !signal.note?.includes("sensitive"),
    ({ attribute }) => `a note that says which attributes are sensitive, for ${attribute.key} is`,
  );
