import type { Text } from "@spanwarden/conventions";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

/** Makes a `Text` of the implementation under test that holds this string. */
export type MakeText = (text: string, truncated: boolean) => Text;

/** What every implementation of `Text` keeps to, so that signals need not know which they were given. */
export function textConformance(name: string, make: MakeText): void {
  describe(`${name} keeps to the contract of Text`, () => {
    it.each(["", "plain", 'quotes " and \\ and /', "line\nfeed\ttab", "€ 😀 \u0000", "日本語", "\u2028"])(
      "gives back %j",
      (text) => {
        expect(make(text, false).text()).toBe(text);
      },
    );

    it("gives back any well-formed text, each time", () => {
      fc.assert(
        fc.property(fc.string({ unit: "binary" }), (text) => {
          const held = make(text, false);
          expect(held.text()).toBe(text);
          expect(held.text()).toBe(text);
        }),
      );
    });

    it("has bytes that are the text in UTF-8, once escapes are resolved", () => {
      fc.assert(
        fc.property(fc.string({ unit: "binary" }), (text) => {
          const { bytes, escaped } = make(text, false);
          const decoded = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
          expect(escaped ? (JSON.parse(`"${decoded}"`) as string) : decoded).toBe(text);
        }),
      );
    });

    it("says whether it was cut, and what is there can still be read", () => {
      expect(make("begin", true)).toMatchObject({ truncated: true });
      expect(make("begin", true).text()).toBe("begin");
      expect(make("whole", false)).toMatchObject({ truncated: false });
    });
  });
}
