import type { LlmCall } from "@spanwarden/conventions";
import { expect, it } from "vitest";

import type { MessageEvent } from "../src/dialects/message-events.ts";
import { recogniseSpan } from "../src/dialects/recognise.ts";
import { HeldContent } from "../src/held-content.ts";
import { span } from "./attributes.ts";
import { must } from "./must.ts";

function callOf(): LlmCall {
  const recognised = recogniseSpan(span({ "gen_ai.operation.name": "chat" }));
  return must(recognised).call;
}

const said = (text: string): MessageEvent => ({
  side: "input",
  message: { role: "user", parts: [{ type: "text", content: text }] },
});

it("holds the messages of a span in their order, and one that is sent again once", () => {
  const held = new HeldContent();
  held.hold("a", "1", said("one"), 0);
  held.hold("a", "2", said("two"), 1);
  held.hold("a", "1", said("one"), 2);
  expect(held.messages("a")).toEqual([said("one"), said("two")]);
  expect(held.messages("b")).toEqual([]);
});

it("drops what is too old, and counts a call whose answer had not come", () => {
  const held = new HeldContent({ spans: 10, characters: 10_000, age: 1_000 });
  held.hold("a", "1", said("one"), 0);
  held.hold("b", "1", said("one"), 500);
  held.advance(1_000);
  expect([held.messages("a"), held.size, held.dropped]).toEqual([[], 1, 1]);
});

it.each([
  { spans: 2, characters: 10_000 },
  { spans: 10, characters: 2 * (JSON.stringify(said("one")).length + 200) },
])("drops the oldest beyond its bounds: %j", (bounds) => {
  const held = new HeldContent({ ...bounds, age: 1_000 });
  for (const one of ["a", "b", "c"]) held.hold(one, "1", said("one"), 0);
  expect([held.messages("a"), held.size, held.dropped]).toEqual([[], 2, 1]);
});

it("what was read of a call is as old as the reading, and hides nothing older", () => {
  const held = new HeldContent({ spans: 10, characters: 10_000, age: 1_000 });
  held.hold("a", "1", said("one"), 0);
  held.hold("b", "1", said("one"), 10);
  held.keep("a", { call: callOf(), content: "complete" }, 500);
  held.advance(1_010);
  expect([held.read("a")?.content, held.messages("b"), held.dropped]).toEqual(["complete", [], 1]);
  held.advance(1_500);
  expect([held.read("a"), held.size, held.dropped]).toEqual([undefined, 0, 1]);
});

it("a single call larger than the bound is not held", () => {
  const held = new HeldContent({ spans: 10, characters: 400, age: 1_000 });
  held.hold("a", "1", said("x".repeat(400)), 0);
  expect([held.size, held.dropped]).toEqual([0, 1]);
  held.hold("b", "1", said("x"), 0);
  expect(held.size).toBe(1);
});
