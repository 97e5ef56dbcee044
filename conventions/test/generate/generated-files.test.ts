import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import * as conventions from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { generatedFiles } from "../../generate/generated-files.ts";
import { loadRegistry } from "../../generate/load.ts";
import { publishedNames } from "../../generate/published-names.ts";
import { problemsOf } from "../../generate/validate.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const registry = loadRegistry(root);

describe("the model", () => {
  it("breaks no rule", () => {
    expect(problemsOf(registry, publishedNames(root))).toEqual([]);
  });

  it("has published names to compare with", () => {
    expect(publishedNames(root)).toContain("spanwarden.prompt.rendered.checksum");
    expect(publishedNames(root).length).toBeGreaterThan(200);
  });
});

describe("generated files are what `npm run generate` writes", () => {
  it.each([...generatedFiles(registry)])("%s", (path, content) => {
    expect(readFileSync(join(root, path), "utf8")).toBe(content);
  });
});

describe("constants", () => {
  const constants = Object.entries(conventions).filter(([name]) => /^(?:ATTR|EVENT|METRIC)_/.test(name));

  it("are called after what they hold: prefix, upper case, `_` for `.`", () => {
    for (const [name, value] of constants) {
      if (typeof value !== "string" || name.endsWith("_UNIT")) continue;
      expect(name).toBe(`${name.split("_", 1)[0]}_${value.toUpperCase().replaceAll(".", "_")}`);
    }
  });

  it("of templates make a name of their key", () => {
    expect(conventions.ATTR_GEN_AI_PROMPT_VARIABLE("customer")).toBe("gen_ai.prompt.variable.customer");
  });
});
