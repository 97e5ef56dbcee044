import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { parse } from "yaml";
import type { z } from "zod";

import { definitionSchema, manifestSchema } from "./definition.ts";
import { ModelError } from "./problem.ts";
import { createRegistry, type Origin, type Registry, type Source } from "./registry.ts";

/** Where each registry lies in `conventions/`. The excerpts make it possible to generate without a network. */
const FOLDERS: Readonly<Record<Origin, string>> = {
  own: "model",
  "gen-ai": "generate/upstream/gen-ai",
  core: "generate/upstream/core",
  elsewhere: "generate/upstream/elsewhere",
};

/** Reads the model and the excerpts it refers to; throws a `ModelError` where a file is not of the format. */
export function loadRegistry(root: string): Registry {
  const sources = Object.entries(FOLDERS).flatMap(([origin, folder]) => loadFolder(root, folder, origin as Origin));
  const manifest = parseFile(root, join(root, FOLDERS.own, "manifest.yaml"), manifestSchema);
  const excerpts = (["gen-ai", "core"] as const).map((origin) => ({
    origin,
    manifest: parseFile(root, join(root, FOLDERS[origin], "manifest.yaml"), manifestSchema),
  }));
  return createRegistry(manifest, excerpts, sources);
}

function loadFolder(root: string, folder: string, origin: Origin): Source[] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".yaml") && file !== "manifest.yaml")
    .toSorted()
    .map((file) => ({
      origin,
      file: `${folder}/${file}`,
      definition: parseFile(root, join(root, folder, file), definitionSchema),
    }));
}

function parseFile<S extends z.ZodType>(root: string, path: string, schema: S): z.output<S> {
  const result = schema.safeParse(parse(readFileSync(path, "utf8")));
  if (result.success) return result.data;
  const file = relative(root, path).replaceAll("\\", "/");
  throw new ModelError(
    result.error.issues.map((issue) => ({ file, id: issue.path.join(".") || "file", expected: issue.message })),
  );
}
