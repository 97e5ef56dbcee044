import { attributeConstants, eventConstants, flagConstants, metricConstants, schemaConstants } from "./constants.ts";
import type { Registry } from "./registry.ts";
import { renderConstants } from "./render-constants.ts";
import { renderDocs } from "./render-docs.ts";

/** Every generated file, by its path from `conventions/`. */
export function generatedFiles(registry: Registry): ReadonlyMap<string, string> {
  return new Map([
    ["src/names/attributes.ts", renderConstants(attributeConstants(registry))],
    ["src/names/events.ts", renderConstants(eventConstants(registry))],
    ["src/names/metrics.ts", renderConstants(metricConstants(registry))],
    ["src/names/flags.ts", renderConstants(flagConstants(registry))],
    ["src/names/schema.ts", renderConstants(schemaConstants(registry))],
    ["../docs/conventions.md", renderDocs(registry)],
  ]);
}
