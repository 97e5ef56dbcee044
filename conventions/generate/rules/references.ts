import type { Problem } from "../problem.ts";
import { attributesOf, signalsOf, type Registry } from "../registry.ts";
import { repeated, unless, type Rule } from "./rule.ts";

/** Every name that is referred to is defined by us or by a registry that we depend on. */
export const referencesResolve: Rule = (registry) => {
  const ids = resolvable(registry);
  const refs = [
    ...refsOf(registry).map((ref) => ({ ...ref, key: `attribute ${ref.target}` })),
    ...signalsOf(registry).flatMap(({ id, file, refs: all }) =>
      all.flatMap((ref) => ("ref_group" in ref ? [{ id, file, key: `group ${ref.ref_group}` }] : [])),
    ),
    ...registry.refinements.map(({ id, file, kind, ref }) => ({ id, file, key: `${kind} ${ref}` })),
    ...registry.imports.map(({ file, kind, name }) => ({ id: "imports", file, key: `${kind} ${name}` })),
  ];
  return refs
    .filter(({ key }) => !ids.has(key))
    .map(({ id, file, key }) => ({ id, file, expected: `${key} to be defined here or in a dependency's excerpt` }));
};

function resolvable({ attributes, groups, spans, events, metrics }: Registry): ReadonlySet<string> {
  return new Set(
    [
      ...attributes.map((item) => ({ ...item, id: `attribute ${item.key}` })),
      ...groups.map((item) => ({ ...item, id: `group ${item.id}` })),
      ...spans.map((item) => ({ ...item, id: `span ${item.type}` })),
      ...events.map((item) => ({ ...item, id: `event ${item.name}` })),
      ...metrics.map((item) => ({ ...item, id: `metric ${item.name}` })),
    ]
      .filter(({ origin }) => origin !== "elsewhere")
      .map(({ id }) => id),
  );
}

/** Each attribute reference of our own files. */
function refsOf(
  registry: Registry,
): readonly { readonly id: string; readonly file: string; readonly target: string }[] {
  const holders = [
    ...signalsOf(registry).map(({ id, file, origin, refs }) => ({ id, file, origin, refs })),
    ...registry.groups.map(({ id, file, origin, attributes }) => ({ id, file, origin, refs: attributes })),
  ];
  return holders
    .filter(({ origin }) => origin === "own")
    .flatMap(({ id, file, refs }) => refs.flatMap((ref) => ("ref" in ref ? [{ id, file, target: ref.ref }] : [])));
}

/** A signal gets no attribute from two groups, and names none twice: which of them holds would be left open. */
export const attributesComeFromOnePlace: Rule = (registry) => {
  const groups = new Map(registry.groups.map((group) => [group.id, group.attributes.map(({ ref }) => ref)]));
  const holders = [
    ...signalsOf(registry),
    ...registry.groups.map(({ id, file, attributes }) => ({ id, file, refs: attributes })),
  ];
  return holders.flatMap(({ id, file, refs }): Problem[] => {
    const direct = refs.flatMap((ref) => ("ref" in ref ? [ref.ref] : []));
    const grouped = refs.flatMap((ref) => ("ref_group" in ref ? (groups.get(ref.ref_group) ?? []) : []));
    return [direct, grouped]
      .flatMap((names) => repeated(names, (name) => name))
      .map(({ item }) => ({ id, file, expected: `${item} to be referred to once` }));
  });
};

/** Every attribute of ours is on a signal. */
export const noAttributeIsAnOrphan: Rule = (registry) => {
  const used = new Set(signalsOf(registry).flatMap(({ refs }) => attributesOf(registry, refs).map(({ ref }) => ref)));
  return unless(
    registry.attributes.filter(({ origin }) => origin === "own").map(({ key, file }) => ({ id: key, file })),
    ({ id }) => used.has(id),
    "a signal that refers to the attribute",
  );
};

/** The excerpts hold what we refer to and nothing else. */
export const excerptsHoldOnlyWhatIsUsed: Rule = (registry) => {
  const used = new Set([
    ...refsOf(registry).map(({ target }) => target),
    ...registry.refinements.map(({ ref }) => ref),
    ...registry.imports.map(({ name }) => name),
  ]);
  const excerpt = [
    ...registry.attributes.map((item) => ({ ...item, id: item.key })),
    ...registry.spans.map((item) => ({ ...item, id: item.type })),
    ...registry.events.map((item) => ({ ...item, id: item.name })),
    ...registry.metrics.map((item) => ({ ...item, id: item.name })),
  ].filter(({ origin }) => origin === "gen-ai" || origin === "core");
  return unless(excerpt, ({ id }) => used.has(id), "something in model/ that refers to it");
};

const PINNED = /@([0-9a-f]{40}|v\d+\.\d+\.\d+)\[model\]$/;

/** Dependencies are pinned, and each excerpt says which of them it is taken from. */
export const excerptsMatchTheManifest: Rule = ({ manifest, excerpts }) => {
  const file = "model/manifest.yaml";
  const urls = manifest.dependencies.map(({ schema_url: url }) => url);
  return [
    ...unless(
      manifest.dependencies.map(({ schema_url: id, registry_path: path }) => ({ id, file, path })),
      ({ path }) => PINNED.test(path),
      "registry_path to end in @commit[model] or @tag[model]",
    ),
    ...unless(
      excerpts.map(({ origin, manifest: { schema_url: url } }) => ({ id: origin, file, url })),
      ({ url }) => urls.includes(url),
      "a dependency with the schema_url of the excerpt",
    ),
  ];
};
