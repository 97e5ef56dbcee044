import { z } from "zod";

/** A file of OpenTelemetry's `definition/2` format, as far as we use it; `semconv.schema.v2.json` of weaver is the whole. */

const name = z.string().min(1);
const text = z
  .string()
  .trim()
  .min(1)
  .transform((value) => value.replace(/\s+/g, " "));
const stability = z.enum(["stable", "release_candidate", "beta", "alpha", "development"]);

const deprecated = z.union([
  z.strictObject({ reason: z.literal("renamed"), renamed_to: name, note: text.optional() }),
  z.strictObject({ reason: z.enum(["obsoleted", "uncategorized"]), note: text }),
]);

/** Weaver leaves annotations free; ours are these. Those on signals and those on attributes are told apart by rules. */
const annotations = z.strictObject({
  code_generation: z.strictObject({ metric_value_type: z.enum(["int", "double"]) }).optional(),
  /** Explicit bucket boundaries of a histogram, which the format itself cannot say. */
  buckets: z.array(z.number()).min(1).optional(),
  /** An event's default severity, as OTLP numbers it. */
  severity_number: z.int().min(1).max(24).optional(),
  /** Whether what the event tells of can fail. */
  can_fail: z.boolean().optional(),
  /** `high`: never a metric dimension. */
  cardinality: z.literal("high").optional(),
  /** May hold personal data or content. */
  sensitive: z.boolean().optional(),
  /** May be longer than 1 KB: belongs on events. */
  large: z.boolean().optional(),
  /** OpenFeature flags that the event is about. */
  flag_keys: z.array(z.strictObject({ key: name, brief: text })).optional(),
});

const example = z.union([z.string(), z.number(), z.boolean()]);
const examples = z.array(z.union([example, z.array(example)])).min(1);

const simpleType = z
  .string()
  .regex(/^(any|(string|int|double|boolean)(\[\])?|template\[(string|int|double|boolean)\])$/, {
    error: "expected string, int, double, boolean, an array of one, any, template[...] or members",
  });

const member = z.strictObject({
  id: name,
  value: z.union([z.string(), z.int()]),
  brief: text.optional(),
  note: text.optional(),
  stability,
  deprecated: deprecated.optional(),
});

const attribute = z.strictObject({
  key: name,
  type: z.union([simpleType, z.strictObject({ members: z.array(member).min(1) })]),
  brief: text,
  note: text.optional(),
  examples: examples.optional(),
  stability,
  deprecated: deprecated.optional(),
  annotations: annotations.optional(),
});

const requirementLevel = z.union([
  z.enum(["required", "recommended", "opt_in"]),
  z.strictObject({ conditionally_required: text }),
  z.strictObject({ recommended: text }),
]);

const attributeRef = z.strictObject({
  ref: name,
  requirement_level: requirementLevel.optional(),
  sampling_relevant: z.boolean().optional(),
  brief: text.optional(),
  note: text.optional(),
  examples: examples.optional(),
});
const groupRef = z.strictObject({ ref_group: name });
const refs = z.array(z.union([attributeRef, groupRef])).default([]);

const described = {
  brief: text,
  note: text.optional(),
  stability,
  requirement_level: z.enum(["recommended", "opt_in"]),
  deprecated: deprecated.optional(),
  annotations: annotations.optional(),
  attributes: refs,
};
const refined = {
  id: name,
  ref: name,
  brief: text.optional(),
  note: text.optional(),
  annotations: annotations.optional(),
  attributes: refs,
};

/** The format lets a group refer to groups and advises against it; ours do not. */
const groupRefs = z.array(attributeRef);
const attributeGroup = z.discriminatedUnion("visibility", [
  z.strictObject({ id: name, visibility: z.literal("internal"), attributes: groupRefs }),
  z.strictObject({ id: name, visibility: z.literal("public"), brief: text, stability, attributes: groupRefs }),
]);

export const definitionSchema = z.strictObject({
  file_format: z.literal("definition/2"),
  imports: z
    .strictObject({ metrics: z.array(name).default([]), events: z.array(name).default([]) })
    .default({ metrics: [], events: [] }),
  attributes: z.array(attribute).default([]),
  attribute_groups: z.array(attributeGroup).default([]),
  spans: z
    .array(
      z.strictObject({
        type: name,
        kind: z.enum(["client", "server", "producer", "consumer", "internal"]),
        name: z.strictObject({ note: text }),
        ...described,
      }),
    )
    .default([]),
  span_refinements: z.array(z.strictObject(refined)).default([]),
  events: z.array(z.strictObject({ name, ...described })).default([]),
  event_refinements: z.array(z.strictObject(refined)).default([]),
  metrics: z
    .array(
      z.strictObject({
        name,
        instrument: z.enum(["counter", "updowncounter", "gauge", "histogram"]),
        unit: name,
        ...described,
      }),
    )
    .default([]),
  metric_refinements: z.array(z.strictObject(refined)).default([]),
});

/** `manifest.yaml`: what the registry is called and what it depends on. */
export const manifestSchema = z.strictObject({
  schema_url: z.url(),
  description: name,
  stability,
  dependencies: z.array(z.strictObject({ schema_url: z.url(), registry_path: name })).default([]),
});

export type Definition = z.infer<typeof definitionSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
export type AttributeDefinition = z.infer<typeof attribute>;
export type AttributeRef = z.infer<typeof attributeRef>;
export type GroupRef = z.infer<typeof groupRef>;
export type AttributeGroup = z.infer<typeof attributeGroup>;
export type EventDefinition = Definition["events"][number];
export type MetricDefinition = Definition["metrics"][number];
export type SpanDefinition = Definition["spans"][number];
export type Refinement = Definition["span_refinements"][number];
