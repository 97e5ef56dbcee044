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
    ["half a header", [0, 0, 0]],
    ["less than announced", [0, 0, 0, 0, 2, 7]],
    ["an announcement beyond everything", [0, 255, 255, 255, 255, 7]],
  ])("that is %s is refused", (_name, bytes) => {
    expect(() => unframed(Buffer.from(bytes))).toThrow(expect.objectContaining({ code: "OTLP_MALFORMED" }) as Error);
  });

  it.each([
    ["none", []],
    ["more", [0, 0, 0, 0, 1, 7, 0, 0, 0, 0, 0]],
  ])("where one is expected and there is %s, is refused as UNIMPLEMENTED", (_name, bytes) => {
    expect(() => unframed(Buffer.from(bytes))).toThrow(expect.objectContaining({ grpc: 12 }) as Error);
  });

  it("of any bytes is read or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const given = Buffer.from(bytes);
        const missing = given.length < 5 ? Number(given.length > 0) : given.readUInt32BE(1) - (given.length - 5);
        const whole = given.length > 0 && missing === 0;
        expect(outcomeOf(given)).toBe(whole ? "read" : missing > 0 ? "OTLP_MALFORMED" : "12");
      }),
    );
  });
});

function outcomeOf(bytes: Buffer): string {
  try {
    unframed(bytes);
    return "read";
  } catch (error) {
    const { code, grpc } = error as { code?: string; grpc?: number };
    return code ?? String(grpc);
  }
}
