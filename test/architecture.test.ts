import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Folders and root files of each package in the order of the flow: each may import only what stands before it. */
const ORDER = {
  conventions: [
    "text",
    "observation",
    "call",
    "names",
    "observation-attributes",
    "checksum",
    "matcher",
    "signals",
    "index",
  ],
  instrumentation: [
    "guard",
    "codecs",
    "config",
    "content",
    "context",
    "scope",
    "metrics",
    "span",
    "fetch",
    "record-feedback",
    "instrumentation",
    "seam",
    "register",
    "index",
  ],
  processor: [
    "duration",
    "errors",
    "version",
    "settings",
    "otlp",
    "dialects",
    "cost",
    "formats",
    "safety",
    "evaluate",
    "facts",
    "held-content",
    "log-intake",
    "baselines",
    "detectors",
    "incidents",
    "emit",
    "store",
    "forward",
    "judgement",
    "config",
    "telemetry",
    "counters",
    "clock-offsets",
    "tell-call",
    "pipeline",
    "app",
    "index",
    "inspect",
    "backtest",
    "main",
  ],
} as const satisfies Record<string, readonly string[]>;

type PackageName = keyof typeof ORDER;
const PACKAGES = Object.keys(ORDER) as PackageName[];

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function importsOf(pkg: PackageName): Import[] {
  const files = readdirSync(join(root, pkg, "src"), { recursive: true, encoding: "utf8" }).filter((f) =>
    f.endsWith(".ts"),
  );
  return files.flatMap((name) => {
    const file = join(root, pkg, "src", name);
    const text = readFileSync(file, "utf8");
    return [...text.matchAll(/(?:from|import)\s*\(?"([^"]+)"/g)].map(([, specifier = ""]) => ({ file, specifier }));
  });
}

/** The stage of the flow a file belongs to: its folder under `src`, or itself. */
function stageOf(pkg: PackageName, file: string): string {
  return relative(join(root, pkg, "src"), file)
    .split(sep, 1)
    .join("")
    .replace(/\.ts$/, "");
}

describe.each(PACKAGES)("%s", (pkg) => {
  const order: readonly string[] = ORDER[pkg];

  it("has no folder or root file that the flow does not name", () => {
    const stages = readdirSync(join(root, pkg, "src")).map((name) => name.replace(/\.ts$/, ""));
    expect(stages.filter((stage) => !order.includes(stage))).toEqual([]);
  });

  it("imports only from the left in the flow", () => {
    const wrong = importsOf(pkg).flatMap(({ file, specifier }) => {
      if (!specifier.startsWith(".")) return [];
      const from = stageOf(pkg, file);
      const to = stageOf(pkg, resolve(dirname(file), specifier));
      return order.indexOf(to) <= order.indexOf(from) ? [] : [`${relative(root, file)} -> ${specifier}`];
    });
    expect(wrong).toEqual([]);
  });

  it("imports no package of this repository but conventions", () => {
    const foreign = importsOf(pkg).filter(
      ({ specifier }) => specifier.startsWith("@spanwarden/") && specifier !== "@spanwarden/conventions",
    );
    expect(foreign).toEqual([]);
  });
});

it("keeps conventions free of runtime dependencies", () => {
  const manifest = JSON.parse(readFileSync(join(root, "conventions/package.json"), "utf8")) as Record<string, unknown>;
  expect(manifest["dependencies"]).toBeUndefined();
  const packages = importsOf("conventions").filter(({ specifier }) => !/^(\.|node:)/.test(specifier));
  expect(packages).toEqual([]);
});
