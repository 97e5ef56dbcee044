import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { frame, unframed } from "../../../src/otlp/grpc/frame.ts";

describe("a gRPC frame", () => {
  it("holds any message", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
        expect(unframed(frame(message))).toEqual({ message: Buffer.from(message), compressed: false });
      }),
    );
  });

  it("says whether its message is compressed", () => {
    expect(unframed(Buffer.from([1, 0, 0, 0, 1, 7]))).toEqual({ message: Buffer.from([7]), compressed: true });
  });

  it.each([
    ["nothing", []],
    ["half a header", [0, 0, 0]],
    ["less than announced", [0, 0, 0, 0, 2, 7]],
    ["a second message", [0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0]],
    ["an announcement beyond everything", [0, 255, 255, 255, 255, 7]],
  ])("that is %s is refused", (_name, bytes) => {
    expect(() => unframed(Buffer.from(bytes))).toThrow(expect.objectContaining({ code: "OTLP_MALFORMED" }) as Error);
  });

  it("of any bytes is read or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const whole = bytes.length >= 5 && Buffer.from(bytes).readUInt32BE(1) === bytes.length - 5;
        expect(outcomeOf(Buffer.from(bytes))).toBe(whole ? "read" : "OTLP_MALFORMED");
      }),
    );
  });
});

function outcomeOf(bytes: Buffer): string {
  try {
    unframed(bytes);
    return "read";
  } catch (error) {
    return (error as { code: string }).code;
  }
}
