import type { Problem } from "../problem.ts";
import type { Registry } from "../registry.ts";

/** One law of the model: everything that breaks it. Rules are independent; each sees the whole registry. */
export type Rule = (registry: Registry) => readonly Problem[];

/** A name or id and the file it stands in. */
export interface Named {
  readonly id: string;
  readonly file: string;
}

/** The names of a registry's attributes, events and metrics. */
export function namesOf(registry: Registry): readonly (Named & { readonly own: boolean })[] {
  return [
    ...registry.attributes.map(({ key, file, origin }) => ({ id: key, file, own: origin === "own" })),
    ...registry.events.map(({ name, file, origin }) => ({ id: name, file, own: origin === "own" })),
    ...registry.metrics.map(({ name, file, origin }) => ({ id: name, file, own: origin === "own" })),
  ];
}

/** A problem for each item that fails the test. */
export function unless<T extends Named>(items: readonly T[], holds: (item: T) => boolean, expected: string): Problem[] {
  return items.filter((item) => !holds(item)).map(({ id, file }) => ({ id, file, expected }));
}

/** Things that share a key, beside the first of them. */
export function repeated<T>(items: readonly T[], key: (item: T) => string): { readonly item: T; readonly first: T }[] {
  const seen = new Map<string, T>();
  return items.flatMap((item) => {
    const first = seen.get(key(item));
    if (first !== undefined) return [{ item, first }];
    seen.set(key(item), item);
    return [];
  });
}
