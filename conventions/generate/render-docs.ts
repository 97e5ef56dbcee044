import type { AttributeDefinition, AttributeRef } from "./definition.ts";
import { attributesOf, signalsOf, type Origin, type Registry, type Signal } from "./registry.ts";

const ORIGIN_WORDS: Readonly<Record<Origin, string>> = {
  own: "spanwarden",
  "gen-ai": "OpenTelemetry GenAI",
  core: "OpenTelemetry",
  elsewhere: "read only",
};

/** The reference of all names as Markdown, tables per signal. */
export function renderDocs(registry: Registry): string {
  const signals = signalsOf(registry).filter(
    ({ origin, refines, refs }) => origin === "own" && !(refines && refs.length === 0),
  );
  const sections = [
    ["# Names", intro(registry)],
    ["## Spans", ...signals.filter(({ kind }) => kind === "span").map((signal) => signalSection(registry, signal))],
    ["## Events", ...signals.filter(({ kind }) => kind === "event").map((signal) => signalSection(registry, signal))],
    ["## Metrics", metricTable(registry), ...metricSections(registry, signals)],
    ["## Flags", flagTable(registry)],
    ["## Attributes", "Those of spanwarden.", attributeTable(registry, ["own"])],
    ["### Values", ...valueTables(registry)],
    ["## Upstream attributes", upstreamIntro(registry), attributeTable(registry, ["gen-ai", "core"])],
    ["## Names that are only read", READ_ONLY, attributeTable(registry, ["elsewhere"]), readOnlySignals(registry)],
  ];
  return `${sections.flat().join("\n\n")}\n`;
}

function intro({ manifest }: Registry): string {
  return [
    "<!-- Generated from conventions/model; do not edit. -->",
    "",
    `Schema URL: \`${manifest.schema_url}\`. How the model is written, how checksums are computed and how to use the names`,
    "from code: [conventions/README.md](../conventions/README.md).",
    "",
    "Attributes of spanwarden are all `development` and, where no level says otherwise, absent means unknown.",
  ].join("\n");
}

function upstreamIntro({ manifest }: Registry): string {
  const paths = manifest.dependencies.map(({ registry_path: path }) => `\`${path}\``);
  return `Defined by ${paths.join(" and ")}; the descriptions here are in our words.`;
}

const READ_ONLY =
  "Names of earlier versions of OpenTelemetry's conventions and of proposals that are not merged. " +
  "spanwarden reads them from others' telemetry; the metrics it writes where configuration asks for the names of 1.41.";

function signalSection(registry: Registry, { kind, id, refines, note, refs, annotations }: Signal): string {
  const base = [
    ...registry.spans.map((span) => ({ ...span, name: span.type })),
    ...registry.events,
    ...registry.metrics,
  ];
  const brief =
    registry.refinements.find((refinement) => refinement.id === id)?.brief ??
    base.find(({ name }) => name === id)?.brief ??
    "";
  const severity = annotations.severity_number;
  return [
    `### \`${refines ?? id}\``,
    "",
    refines === undefined ? brief : `${brief} Refines OpenTelemetry's ${kind}.`,
    ...(note === undefined ? [] : ["", note]),
    ...(severity === undefined ? [] : ["", `Default severity number: ${severity}.`]),
    "",
    refTable(registry, attributesOf(registry, refs)),
  ].join("\n");
}

function refTable(registry: Registry, refs: readonly AttributeRef[]): string {
  const definitions = new Map(registry.attributes.map((attribute) => [attribute.key, attribute]));
  const rows = refs.map(({ ref, brief, note, requirement_level: level }) => {
    const words = [brief ?? definitions.get(ref)?.brief ?? "", ...(note === undefined ? [] : [note])].join(" ");
    return [`\`${ref}\``, levelWords(level), words];
  });
  return rows.length === 0 ? "No attributes." : table(["attribute", "level", "meaning"], rows);
}

function levelWords(level: AttributeRef["requirement_level"]): string {
  if (level === undefined) return "as upstream";
  if (typeof level === "string") return level.replace("_", "-");
  if ("conditionally_required" in level) return `required: ${lowerFirst(level.conditionally_required)}`;
  return `recommended: ${lowerFirst(level.recommended)}`;
}

function metricTable({ metrics }: Registry): string {
  const rows = metrics
    .filter(({ origin }) => origin !== "elsewhere")
    .map(({ name, instrument, unit, brief, origin, annotations }) => [
      `\`${name}\``,
      instrument,
      `\`${unit}\``,
      brief,
      annotations?.buckets?.join(" ") ?? "",
      ORIGIN_WORDS[origin],
    ]);
  return table(["metric", "instrument", "unit", "meaning", "buckets", "defined by"], rows);
}

function metricSections(registry: Registry, signals: readonly Signal[]): string[] {
  return signals.filter(({ kind }) => kind === "metric").map((signal) => signalSection(registry, signal));
}

function flagTable({ refinements }: Registry): string {
  const flags = refinements.flatMap(({ annotations }) => annotations?.flag_keys ?? []);
  return table(
    ["OpenFeature key", "meaning"],
    flags.map(({ key, brief }) => [`\`${key}\``, brief]),
  );
}

function attributeTable({ attributes }: Registry, origins: readonly Origin[]): string {
  const rows = attributes
    .filter(({ origin }) => origins.includes(origin))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, type, brief, note, examples = [], annotations }) => [
      `\`${key}\``,
      typeWords(type),
      [brief, ...(note === undefined ? [] : [note])].join(" "),
      examples.map((example) => `\`${JSON.stringify(example)}\``).join(", "),
      [
        ...(annotations?.cardinality === "high" ? ["never a dimension"] : []),
        ...(annotations?.sensitive ? ["sensitive"] : []),
      ].join(", "),
    ]);
  return table(["attribute", "type", "meaning", "examples", "care"], rows);
}

function valueTables({ attributes }: Registry): string[] {
  return attributes
    .filter(({ origin }) => origin === "own")
    .flatMap(({ key, type }) => {
      if (typeof type === "string") return [];
      const rows = type.members.map(({ value, brief }) => [`\`${value}\``, brief ?? ""]);
      return [`\`${key}\``, table(["value", "meaning"], rows)];
    });
}

function readOnlySignals({ events, metrics }: Registry): string {
  const rows = [
    ...events.map((event) => ({ ...event, kind: "event" })),
    ...metrics.map((metric) => ({ ...metric, kind: "metric" })),
  ]
    .filter(({ origin }) => origin === "elsewhere")
    .map(({ name, kind, brief, deprecated }) => [`\`${name}\``, kind, brief, deprecated?.note ?? ""]);
  return table(["name", "kind", "meaning", "today"], rows);
}

function typeWords(type: AttributeDefinition["type"]): string {
  if (typeof type === "string") return type;
  return type.members.every(({ value }) => typeof value === "number") ? "int, one of values" : "string, one of values";
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeCell).join(" | ")} |`;
  return [line(header), `|${" --- |".repeat(header.length)}`, ...rows.map(line)].join("\n");
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1).replace(/\.$/, "");
}
