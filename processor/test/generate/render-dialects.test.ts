import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { renderDialects } from "../../generate/render-dialects.ts";

it("docs/dialects.md is what `npm run generate` writes", () => {
  expect(readFileSync(new URL("../../../docs/dialects.md", import.meta.url), "utf8")).toBe(renderDialects());
});
