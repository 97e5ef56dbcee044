import { globSync, readFileSync } from "node:fs";

import { expect, it } from "vitest";

const root = new URL("../", import.meta.url);
const readme = readFileSync(new URL("README.md", root), "utf8");
const sources = globSync("src/**/*.ts", { cwd: root }).map((path) => readFileSync(new URL(path, root), "utf8"));

it("names every variable that the sources name, and no other of ours", () => {
  const pattern = /\b(?:SPANWARDEN|OTEL)_[A-Z][A-Z_]+\b/g;
  const named = new Set(sources.flatMap((source) => source.match(pattern) ?? []));
  expect(named.size).toBeGreaterThan(3);
  for (const variable of named) expect(readme).toContain(`\`${variable}\``);
  for (const variable of readme.match(/\bSPANWARDEN_[A-Z_]+\b/g) ?? []) expect(named).toContain(variable);
});

it("reads no variable but by a name in capitals", () => {
  for (const source of sources) expect(source).not.toMatch(/process\.env[.[]/);
});

it("names every option, every way in and everything that is exported", async () => {
  const config = readFileSync(new URL("src/config.ts", root), "utf8");
  const options = [...(config.split("export interface Resolved")[0] ?? "").matchAll(/readonly (\w+)\?:/g)];
  expect(options).toHaveLength(4);
  for (const [, option] of options) expect(readme).toMatch(new RegExp(`\`${option}\\b`));
  const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { exports: object };
  for (const path of Object.keys(exports).filter((one) => !one.endsWith(".json"))) {
    expect(readme).toContain(`@spanwarden/instrumentation${path.slice(1)}`);
  }
  for (const name of Object.keys(await import("../src/index.ts"))) expect(readme).toContain(name);
});
