import { constantName, valueConstantName } from "./constant-name.ts";
import type { AttributeDefinition, EventDefinition, MetricDefinition } from "./definition.ts";
import type { Origin, Placed, Registry } from "./registry.ts";

/** An exported constant of a generated file. */
export interface Constant {
  readonly name: string;
  /** TypeScript expression. */
  readonly expression: string;
  /** What the doc comment says; the first line is the brief. */
  readonly doc: readonly string[];
  /** What it was made from. */
  readonly source: { readonly id: string; readonly file: string };
}

/** `ATTR_*`, and the `*_VALUE_*` of enum attributes. */
export function attributeConstants(registry: Registry): readonly Constant[] {
  return registry.attributes.flatMap((attribute) => [attributeConstant(attribute), ...valueConstants(attribute)]);
}

/** `EVENT_*`. */
export function eventConstants(registry: Registry): readonly Constant[] {
  return registry.events.map((event) => ({
    name: constantName("EVENT", event.name),
    expression: literal(event.name),
    doc: [event.brief, ...noteOf(event), ...severityOf(event), ...originOf(event.origin)],
    source: { id: event.name, file: event.file },
  }));
}

/** `METRIC_*`, its `_UNIT`, and a histogram's `_BUCKETS`. */
export function metricConstants(registry: Registry): readonly Constant[] {
  return registry.metrics.flatMap((metric) => {
    const name = constantName("METRIC", metric.name);
    const source = { id: metric.name, file: metric.file };
    const buckets = metric.annotations?.buckets;
    return [
      {
        name,
        expression: literal(metric.name),
        doc: [metric.brief, ...noteOf(metric), "", INSTRUMENT_DOC[metric.instrument], ...originOf(metric.origin)],
        source,
      },
      { name: `${name}_UNIT`, expression: literal(metric.unit), doc: [`Unit of \`${metric.name}\`.`], source },
      ...(buckets === undefined
        ? []
        : [
            {
              name: `${name}_BUCKETS`,
              expression: `[${buckets.join(", ")}] as const`,
              doc: [`Explicit bucket boundaries of \`${metric.name}\`.`],
              source,
            },
          ]),
    ];
  });
}

/** `FLAG_*`: keys of the OpenFeature flags by which spanwarden acts. */
export function flagConstants(registry: Registry): readonly Constant[] {
  return registry.refinements.flatMap(({ id, file, annotations }) =>
    (annotations?.flag_keys ?? []).map(({ key, brief }) => ({
      name: constantName("FLAG", key),
      expression: literal(key),
      doc: [brief],
      source: { id: `${id}: ${key}`, file },
    })),
  );
}

/** The schema URL, and which upstream the names were made for. */
export function schemaConstants({ manifest }: Registry): readonly Constant[] {
  const source = { id: "manifest", file: "model/manifest.yaml" };
  const [genAi, core] = manifest.dependencies.map(({ registry_path: path }) => /@([^[]+)/.exec(path)?.[1] ?? path);
  return [
    {
      name: "SCHEMA_URL",
      expression: literal(manifest.schema_url),
      doc: ["Schema URL of the scopes of our spans, metrics and events."],
      source,
    },
    {
      name: "UPSTREAM_GEN_AI_COMMIT",
      expression: literal(genAi ?? ""),
      doc: ["Commit of OpenTelemetry's semantic-conventions-genai whose names these are."],
      source,
    },
    {
      name: "UPSTREAM_CORE_VERSION",
      expression: literal(core ?? ""),
      doc: ["Tag of OpenTelemetry's semantic-conventions whose names these are."],
      source,
    },
  ];
}

function attributeConstant(attribute: Placed<AttributeDefinition>): Constant {
  const { key, type, brief, origin, file } = attribute;
  const template = typeof type === "string" && type.startsWith("template[");
  return {
    name: constantName("ATTR", key),
    expression: template ? `(name: string): \`${key}.\${string}\` => \`${key}.\${name}\`` : literal(key),
    doc: [brief, ...noteOf(attribute), ...originOf(origin), ...examplesOf(attribute)],
    source: { id: key, file },
  };
}

function valueConstants({ key, type, file }: Placed<AttributeDefinition>): readonly Constant[] {
  if (typeof type === "string") return [];
  return type.members.map(({ id, value, brief }) => ({
    name: valueConstantName(key, id),
    expression: literal(value),
    doc: [brief ?? `Value \`${value}\` of \`${key}\`.`],
    source: { id: `${key}: ${id}`, file },
  }));
}

function literal(value: string | number): string {
  return `${JSON.stringify(value)} as const`;
}

function noteOf({ note }: { readonly note?: string | undefined }): readonly string[] {
  return note === undefined ? [] : ["", note];
}

function examplesOf({ type, examples = [] }: AttributeDefinition): readonly string[] {
  const values = typeof type === "string" ? examples : type.members.map(({ value }) => value);
  return values.slice(0, 3).map((value) => `@example ${JSON.stringify(value)}`);
}

function severityOf({ annotations }: EventDefinition): readonly string[] {
  const severity = annotations?.severity_number;
  return severity === undefined ? [] : ["", `Default severity number: ${severity}.`];
}

const INSTRUMENT_DOC: Readonly<Record<MetricDefinition["instrument"], string>> = {
  counter: "Counter.",
  updowncounter: "UpDownCounter.",
  gauge: "Gauge.",
  histogram: "Histogram.",
};

const ORIGIN_DOC: Readonly<Record<Origin, readonly string[]>> = {
  own: [],
  "gen-ai": ["", "Defined by OpenTelemetry's GenAI conventions."],
  core: ["", "Defined by OpenTelemetry's conventions."],
  elsewhere: ["", "Read, never written by default: an earlier version's name, or an open proposal's."],
};

function originOf(origin: Origin): readonly string[] {
  return ORIGIN_DOC[origin];
}
