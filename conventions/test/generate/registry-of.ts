import { parse } from "yaml";

import { definitionSchema, type Manifest } from "../../generate/definition.ts";
import { createRegistry, type Origin, type Registry } from "../../generate/registry.ts";

const MANIFEST: Manifest = {
  schema_url: "https://example.com/schemas/1",
  description: "A registry of a test.",
  stability: "development",
  dependencies: [
    {
      schema_url: "https://example.com/gen-ai",
      registry_path: "https://example.com/gen-ai.git@0123456789012345678901234567890123456789[model]",
    },
    { schema_url: "https://example.com/core", registry_path: "https://example.com/core.git@v1.2.3[model]" },
  ],
};

/** A registry of YAML texts: `own` stands in `model/own.yaml`, and so on; the manifest may deviate from a sound one. */
export function registryOf(
  texts: Partial<Record<Origin, string>>,
  { manifest = {}, excerpt }: { readonly manifest?: Partial<Manifest>; readonly excerpt?: string } = {},
): Registry {
  const sources = Object.entries(texts).map(([origin, text]) => ({
    origin: origin as Origin,
    file: `${origin === "own" ? "model" : "upstream"}/${origin}.yaml`,
    definition: definitionSchema.parse({ file_format: "definition/2", ...(parse(text) as object) }),
  }));
  const excerpts =
    excerpt === undefined ? [] : [{ origin: "core" as const, manifest: { ...MANIFEST, schema_url: excerpt } }];
  return createRegistry({ ...MANIFEST, ...manifest }, excerpts, sources);
}
