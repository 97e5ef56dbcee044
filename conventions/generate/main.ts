import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { generatedFiles } from "./generated-files.ts";
import { loadRegistry } from "./load.ts";
import { ModelError } from "./problem.ts";
import { publishedNames } from "./published-names.ts";
import { problemsOf } from "./validate.ts";

/** `npm run generate`: checks the model and writes the constants and the reference, or says what is wrong and writes nothing. */
function main(root: string): void {
  const registry = loadRegistry(root);
  const problems = problemsOf(registry, publishedNames(root));
  if (problems.length > 0) throw new ModelError(problems);
  for (const [path, content] of generatedFiles(registry)) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    console.log(path);
  }
}

try {
  main(fileURLToPath(new URL("..", import.meta.url)));
} catch (error) {
  if (!(error instanceof ModelError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
