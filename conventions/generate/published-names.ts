import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FILES = ["attributes", "events", "metrics"];

/**
 * The names that the committed constants hold. Generating may not lose one of them: a name is deprecated, not removed.
 * One that was never released is given up by taking its constant out by hand first.
 */
export function publishedNames(root: string): readonly string[] {
  return FILES.map((file) => join(root, "src/names", `${file}.ts`))
    .filter((path) => existsSync(path))
    .flatMap((path) => [
      ...readFileSync(path, "utf8").matchAll(/^export const (?:ATTR|EVENT|METRIC)_\w+ = "([^"]+\.[^"]+)" as const;$/gm),
    ])
    .map(([, name]) => name ?? "");
}
