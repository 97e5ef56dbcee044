import type { AttributeDefinition } from "../definition.ts";
import { repeated, unless, type Rule } from "./rule.ts";
import { looksPlural } from "./plural.ts";

/** Ids and values of an enum's members are each used once. */
export const enumMembersAreUnique: Rule = ({ attributes }) =>
  attributes.flatMap(({ key, file, type }) => {
    if (typeof type === "string") return [];
    return [
      ...repeated(type.members, ({ id }) => id).map(({ item }) => `no second member with id ${item.id}`),
      ...repeated(type.members, ({ value }) => String(value)).map(
        ({ item }) => `no second member of value ${item.value}`,
      ),
    ].map((expected) => ({ id: key, file, expected }));
  });

/** The format wants an example wherever the type says little. */
export const stringsHaveExamples: Rule = ({ attributes }) =>
  unless(
    attributes.map((attribute) => ({ ...attribute, id: attribute.key })),
    ({ type, examples }) => typeof type !== "string" || !type.includes("string") || examples !== undefined,
    "examples, as for every attribute of strings",
  );

const ACCEPTS: Readonly<Record<string, (example: unknown) => boolean>> = {
  string: (example) => typeof example === "string",
  boolean: (example) => typeof example === "boolean",
  int: (example) => Number.isSafeInteger(example),
  double: (example) => typeof example === "number",
};

/** Examples are of the attribute's type. */
export const examplesFitTheirType: Rule = ({ attributes }) =>
  unless(
    attributes.map((attribute) => ({ ...attribute, id: attribute.key })),
    ({ type, examples = [] }) => examples.every((example) => fits(type, example)),
    "examples of the attribute's type",
  );

function fits(type: AttributeDefinition["type"], example: unknown): boolean {
  if (typeof type !== "string") return type.members.some(({ value }) => value === example);
  const scalar = /string|int|double|boolean/.exec(type)?.[0];
  const accepts = scalar === undefined ? () => true : (ACCEPTS[scalar] ?? (() => true));
  return type.endsWith("[]") ? Array.isArray(example) && example.every(accepts) : accepts(example);
}

/** One value, singular name; arrays and counts may be plural. */
export const singleValuesHaveSingularNames: Rule = ({ attributes }) =>
  unless(
    attributes.filter(({ origin }) => origin === "own").map((attribute) => ({ ...attribute, id: attribute.key })),
    ({ key, type }) => type === "int" || (typeof type === "string" && type.endsWith("[]")) || !looksPlural(key),
    "a singular name, for the attribute has one value and does not count",
  );

/** What replaces a renamed name is itself in the model. */
export const renamesLeadSomewhere: Rule = ({ attributes, metrics }) => {
  const names = new Set([...attributes.map(({ key }) => key), ...metrics.map(({ name }) => name)]);
  const items = [
    ...attributes.map(({ key, file, deprecated }) => ({ id: key, file, deprecated })),
    ...metrics.map(({ name, file, deprecated }) => ({ id: name, file, deprecated })),
  ];
  return unless(
    items,
    ({ deprecated }) => deprecated?.reason !== "renamed" || names.has(deprecated.renamed_to),
    "`renamed_to` to be a name of the model",
  );
};
