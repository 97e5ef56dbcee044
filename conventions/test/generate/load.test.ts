import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, it } from "vitest";

import { loadRegistry } from "../../generate/load.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

function withFile(text: string, use: (copy: string) => void): void {
  const copy = mkdtempSync(join(tmpdir(), "conventions-"));
  try {
    cpSync(join(root, "model"), join(copy, "model"), { recursive: true });
    cpSync(join(root, "generate/upstream"), join(copy, "generate/upstream"), { recursive: true });
    writeFileSync(join(copy, "model/bad.yaml"), text);
    use(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

it.each([
  ["file_format: definition/1", "model/bad.yaml: file_format: expected "],
  ["file_format: definition/2\nmetricks: []", 'model/bad.yaml: file: expected Unrecognized key: "metricks"'],
  [
    "file_format: definition/2\nattributes: [{key: spanwarden.x, type: strung, brief: A., stability: development}]",
    "model/bad.yaml: attributes.0.type: expected ",
  ],
  ["[]", "model/bad.yaml: file: expected "],
])("a file that is not of the format is named, with the place in it: %j", (text, message) => {
  withFile(text, (copy) => {
    expect(() => loadRegistry(copy)).toThrow(message);
  });
});
