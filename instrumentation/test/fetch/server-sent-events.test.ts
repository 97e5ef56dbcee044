import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { StreamEvent } from "../../src/codecs/codec.ts";
import { ServerSentEvents } from "../../src/fetch/server-sent-events.ts";

const LONGEST = 4 * 1_024 * 1_024;

function read(...chunks: readonly (string | Uint8Array)[]): { events: StreamEvent[]; dropped: number } {
  const events: StreamEvent[] = [];
  const reader = new ServerSentEvents((event) => events.push(event));
  for (const chunk of chunks) reader.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  reader.end();
  return { events, dropped: reader.dropped };
}

/** The same bytes, cut at every one of `places`. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((to, index) => bytes.subarray(sorted[index], to));
}

describe("server-sent events", () => {
  it.each<[string, string, StreamEvent[]]>([
    ["one event", "data: a\n\n", [{ event: "", data: "a" }]],
    ["a named event", "event: ping\ndata: a\n\n", [{ event: "ping", data: "a" }]],
    [
      "a name counts for one event",
      "event: e\ndata: a\n\ndata: b\n\n",
      [
        { event: "e", data: "a" },
        { event: "", data: "b" },
      ],
    ],
    ["no space after the colon", "data:a\n\n", [{ event: "", data: "a" }]],
    ["only the first space is dropped", "data:  a\n\n", [{ event: "", data: " a" }]],
    ["several lines", "data: a\ndata: b\n\n", [{ event: "", data: "a\nb" }]],
    ["carriage returns", "data: a\rdata: b\r\r", [{ event: "", data: "a\nb" }]],
    ["both", "data: a\r\ndata: b\r\n\r\n", [{ event: "", data: "a\nb" }]],
    ["comments and other fields", ": hello\nid: 7\nretry: 3\ndata: a\n\n", [{ event: "", data: "a" }]],
    ["a field without a value", "data\n\n", [{ event: "", data: "" }]],
    ["no data, no event", "event: e\n\n", []],
    ["a byte order mark", "\u{FEFF}data: a\n\n", [{ event: "", data: "a" }]],
    ["no empty line at the end", "data: a", [{ event: "", data: "a" }]],
    ["a carriage return at the end", "data: a\r", [{ event: "", data: "a" }]],
    ["nothing", "", []],
  ])("%s", (_, text, events) => {
    expect(read(text)).toEqual({ events, dropped: 0 });
  });

  it("are the same however the bytes are cut, also inside a character or a line end", () => {
    const piece = fc.constantFrom(
      "data: ",
      "event: x",
      "Grüße 🚲",
      "{}",
      ":",
      "\r\n",
      "\n",
      "\r",
      "\r\n\r\n",
      "\n\n",
      "id: 1",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.array(fc.nat(), { maxLength: 60 }), (pieces, places) => {
        const bytes = Buffer.from(pieces.join(""));
        expect(read(...cut(bytes, places))).toEqual(read(bytes));
        expect(read(...cut(bytes, [...bytes.keys()]))).toEqual(read(bytes));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("that are too long are dropped whole, once each, and the next one is read", () => {
    const long = "x".repeat(LONGEST + 1);
    const next = { events: [{ event: "", data: "b" }], dropped: 1 };
    expect(read(`data: ${long}\n\ndata: b\n\n`)).toEqual(next);
    expect(read(`data: ${long}`, `${long}${long}`, "data: c\n\ndata: b\n\n")).toEqual(next);
    expect(read(`data: a\ndata: ${long}`, "\ndata: c\n\ndata: b\n\n")).toEqual(next);
    expect(read(`data: ${long}`, "\n", "data: c\n\n", "data: b\n\n")).toEqual(next);
  });

  it("that have too many lines are dropped, too", () => {
    const line = `data: ${"x".repeat(1_024 * 1_024)}\n`;
    expect(read(...Array.from({ length: 6 }, () => line), "\ndata: b\n\n")).toEqual({
      events: [{ event: "", data: "b" }],
      dropped: 1,
    });
  });

  it("that are long and come in small pieces cost no more than their length", () => {
    // Were all that came before looked at again for each piece, this would not end within the time of a test.
    const pieces = Array.from({ length: 64 * 1_024 }, () => "0123456789abcdef".repeat(3));
    expect(read("data: ", ...pieces, "\n\n").events).toEqual([{ event: "", data: pieces.join("") }]);
  });
});
