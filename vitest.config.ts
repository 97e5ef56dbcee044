import { defineConfig } from "vitest/config";
import type { Reporter, TestModule } from "vitest/node";

/** One plain closing line that any CI can read. */
const closingLine: Reporter = {
  onTestRunEnd(modules: ReadonlyArray<TestModule>) {
    const states = modules.flatMap((m) => [...m.children.allTests()]).map((t) => t.result().state);
    const count = (state: string): number => states.filter((s) => s === state).length;
    process.stdout.write(
      `\nTests: ${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped\n`,
    );
  },
};

export default defineConfig({
  // `ssr.resolve`, not `resolve`: only this one makes vitest load the workspaces from src, so no build is needed.
  ssr: { resolve: { conditions: ["spanwarden-source", "module", "node", "development|production"] } },
  test: {
    include: ["{conventions,instrumentation,processor}/test/**/*.test.ts", "test/**/*.test.ts"],
    setupFiles: ["test/property-seed.ts"],
    reporters: ["default", closingLine],
  },
});
