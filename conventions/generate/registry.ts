import type {
  AttributeDefinition,
  AttributeGroup,
  AttributeRef,
  Definition,
  EventDefinition,
  GroupRef,
  Manifest,
  MetricDefinition,
  Refinement,
  SpanDefinition,
} from "./definition.ts";

/** Whose name it is: ours, one of the registries we depend on, or one that nobody defines for dependents. */
export type Origin = "own" | "gen-ai" | "core" | "elsewhere";

/** One file that was read. */
export interface Source {
  readonly origin: Origin;
  /** Path from `conventions/`. */
  readonly file: string;
  readonly definition: Definition;
}

/** A definition and where it was found. */
export type Placed<T> = T & { readonly origin: Origin; readonly file: string };

/** A span, event or metric of ours, or our refinement of one of upstream's, with what it refers to. */
export interface Signal {
  readonly kind: "span" | "event" | "metric";
  /** Name of the signal, or id of the refinement. */
  readonly id: string;
  /** For refinements: the upstream signal. */
  readonly refines?: string | undefined;
  readonly origin: Origin;
  readonly file: string;
  readonly note?: string | undefined;
  readonly stability: string;
  readonly annotations: NonNullable<EventDefinition["annotations"]>;
  readonly refs: readonly (AttributeRef | GroupRef)[];
}

/** Everything that was read, as flat lists. */
export interface Registry {
  readonly manifest: Manifest;
  readonly excerpts: readonly { readonly origin: Origin; readonly manifest: Manifest }[];
  readonly attributes: readonly Placed<AttributeDefinition>[];
  readonly groups: readonly Placed<AttributeGroup>[];
  readonly spans: readonly Placed<SpanDefinition>[];
  readonly events: readonly Placed<EventDefinition>[];
  readonly metrics: readonly Placed<MetricDefinition>[];
  readonly refinements: readonly (Placed<Refinement> & { readonly kind: Signal["kind"] })[];
  readonly imports: readonly { readonly file: string; readonly kind: "event" | "metric"; readonly name: string }[];
}

/** Joins files into one registry; says nothing about whether they agree, which is for `problemsOf`. */
export function createRegistry(
  manifest: Manifest,
  excerpts: Registry["excerpts"],
  sources: readonly Source[],
): Registry {
  const all = <T>(pick: (definition: Definition) => readonly T[]): Placed<T>[] =>
    sources.flatMap(({ origin, file, definition }) => pick(definition).map((item) => ({ ...item, origin, file })));
  const refinements = (kind: Signal["kind"], key: `${Signal["kind"]}_refinements`): Registry["refinements"] =>
    all((definition) => definition[key]).map((refinement) => ({ ...refinement, kind }));
  return {
    manifest,
    excerpts,
    attributes: all((definition) => definition.attributes),
    groups: all((definition) => definition.attribute_groups),
    spans: all((definition) => definition.spans),
    events: all((definition) => definition.events),
    metrics: all((definition) => definition.metrics),
    refinements: [
      ...refinements("span", "span_refinements"),
      ...refinements("event", "event_refinements"),
      ...refinements("metric", "metric_refinements"),
    ],
    imports: sources.flatMap(({ file, definition: { imports } }) => [
      ...imports.events.map((name) => ({ file, kind: "event" as const, name })),
      ...imports.metrics.map((name) => ({ file, kind: "metric" as const, name })),
    ]),
  };
}

/** Every signal and refinement, in one shape, by name. */
export function signalsOf(registry: Registry): readonly Signal[] {
  const { spans, events, metrics, refinements } = registry;
  const signals: readonly Signal[] = [
    ...spans.map((span) => signal("span", span.type, span)),
    ...events.map((event) => signal("event", event.name, event)),
    ...metrics.map((metric) => signal("metric", metric.name, metric)),
    ...refinements.map((refinement) => ({
      ...signal(refinement.kind, refinement.id, { ...refinement, stability: "development" }),
      refines: refinement.ref,
    })),
  ];
  return signals.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ id, refines }: Signal): string {
  return refines ?? id;
}

function signal(
  kind: Signal["kind"],
  id: string,
  item: Pick<Placed<EventDefinition>, "origin" | "file" | "note" | "stability" | "annotations" | "attributes">,
): Signal {
  const { origin, file, note, stability, annotations = {}, attributes } = item;
  return { kind, id, origin, file, note, stability, annotations, refs: attributes };
}

/** The attributes of a signal with those of its groups put in; a ref of the signal itself wins over a group's. */
export function attributesOf(registry: Registry, refs: Signal["refs"]): readonly AttributeRef[] {
  const direct = new Set(refs.flatMap((ref) => ("ref" in ref ? [ref.ref] : [])));
  return refs.flatMap((ref) => {
    if ("ref" in ref) return [ref];
    const group = registry.groups.find(({ id }) => id === ref.ref_group);
    return group?.attributes.filter((attribute) => !direct.has(attribute.ref)) ?? [];
  });
}
