import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { JsonLines } from "../../src/fetch/json-lines.ts";

const LONGEST = 4 * 1_024 * 1_024;

function read(chunks: readonly Uint8Array[]): { lines: string[]; dropped: number } {
  const lines: string[] = [];
  const reader = new JsonLines(({ data }) => lines.push(data));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { lines, dropped: reader.dropped };
}

describe("lines of JSON", () => {
  it("are the same however the bytes are cut, also inside a character", () => {
    const line = fc.constantFrom('{"a":"Grüße 🚲"}', "{}", '{"b":1}', "");
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), fc.boolean(), (given, places, ended) => {
        const bytes = Buffer.from(given.join("\n") + (ended ? "\n" : ""));
        const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
        const chunks = cuts.slice(1).map((to, index) => bytes.subarray(cuts[index], to));
        expect(read(chunks)).toEqual({ lines: given.filter((one) => one !== ""), dropped: 0 });
      }),
    );
  });

  it("that are too long are dropped and counted, and the next one is read", () => {
    const long = Buffer.alloc(LONGEST + 1, "x");
    expect(read([long, Buffer.from("x\n{}\n")])).toEqual({ lines: ["{}"], dropped: 1 });
    expect(read([long, long, long, Buffer.from("\n{}")])).toEqual({ lines: ["{}"], dropped: 1 });
    expect(read([Buffer.concat([long, Buffer.from("\n{}\n")])])).toEqual({ lines: ["{}"], dropped: 1 });
  });

  it("may end with a carriage return", () => {
    expect(read([Buffer.from("{}\r\n[]\r\n")]).lines.map((line) => line.trim())).toEqual(["{}", "[]"]);
  });
});
