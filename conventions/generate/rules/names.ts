import { attributeConstants, eventConstants, flagConstants, metricConstants } from "../constants.ts";
import type { Problem } from "../problem.ts";
import { namesOf, repeated, unless, type Named, type Rule } from "./rule.ts";

const WELL_FORMED = /^[a-z][a-z0-9]*([._][a-z0-9]+)*$/;
const OWN_ROOT = "spanwarden.";

/** Lower case in words joined by `.` and `_`, with at least one `.`. */
export const namesAreWellFormed: Rule = (registry) =>
  unless(
    namesOf(registry),
    ({ id }) => WELL_FORMED.test(id) && id.includes("."),
    `a name of the form ${WELL_FORMED.source} with at least one dot`,
  );

/** OpenTelemetry asks not to use its namespaces: nothing of ours on `gen_ai.*`, `otel.*`, `alert.*`, `incident.*`. */
export const ownNamesHaveOwnRoot: Rule = (registry) =>
  unless(
    namesOf(registry).filter(({ own }) => own),
    ({ id }) => id.startsWith(OWN_ROOT),
    `a name under ${OWN_ROOT}*, for other namespaces belong to others`,
  );

/** An attribute that is another's namespace could not be written as a nested object. */
export const noAttributeIsANamespace: Rule = ({ attributes }) =>
  noneIsANamespace(attributes.map(({ key, file }) => ({ id: key, file })));

/** As for attributes: backends that split names at dots could not hold both. */
export const noMetricIsANamespace: Rule = ({ metrics }) =>
  noneIsANamespace(metrics.map(({ name, file }) => ({ id: name, file })));

function noneIsANamespace(names: readonly Named[]): Problem[] {
  return names.flatMap(({ id, file }) => {
    const inside = names.find((other) => other.id.startsWith(`${id}.`));
    return inside === undefined ? [] : [{ id, file, expected: `no name that is a namespace of ${inside.id}` }];
  });
}

/** `a.b_c` and `a.b.c` would be one constant; so would a name that is defined twice. */
export const constantsDoNotCollide: Rule = (registry) => {
  const constants = [attributeConstants, eventConstants, metricConstants, flagConstants].flatMap((of) => of(registry));
  return repeated(constants, ({ name }) => name).map(({ item, first }) => ({
    ...item.source,
    expected: `a constant other than ${item.name}, which ${first.source.id} in ${first.source.file} already has`,
  }));
};

/** Nothing that was published is taken away: it is marked `deprecated`. */
export function nothingIsRemoved(published: Iterable<string>): Rule {
  return (registry) => {
    const names = new Set(namesOf(registry).map(({ id }) => id));
    return [...published]
      .filter((name) => !names.has(name))
      .map((id) => ({ id, file: "src/names", expected: "a published name to stay in the model, marked `deprecated`" }));
  };
}
