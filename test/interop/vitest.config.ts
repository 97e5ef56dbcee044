import { defineConfig } from "vitest/config";

import base from "../../vitest.config.ts";

/** Tests with programs that npm does not bring: `npm run interop`. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ["test/interop/**/*.interop.ts"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    fileParallelism: false,
  },
});
