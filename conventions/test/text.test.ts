import { decodedText } from "@spanwarden/conventions";
import { expect, it } from "vitest";

import { textConformance } from "./text.conformance.ts";

textConformance("decodedText", decodedText);

it("holds no escapes and makes its bytes once", () => {
  const text = decodedText("a\nb");
  expect(text.escaped).toBe(false);
  expect(text.bytes).toBe(text.bytes);
});
