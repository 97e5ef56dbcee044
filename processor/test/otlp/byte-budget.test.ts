import { describe, expect, it } from "vitest";

import { ByteBudget } from "../../src/otlp/byte-budget.ts";

describe("the bytes under way", () => {
  it("are those of all requests together, until each gives its own back", () => {
    const budget = new ByteBudget(100);
    const [one, other] = [budget.open(), budget.open()];
    one.take(60);
    other.take(40);
    expect(() => one.take(1)).toThrow("too many bytes under way");
    other.release();
    other.release();
    expect(budget.held).toBe(60);
    one.take(40);
    one.release();
    expect(budget.held).toBe(0);
  });

  it("that are too many are refused for now", () => {
    expect(() => new ByteBudget(10).open().take(11)).toThrow(
      expect.objectContaining({ status: 503, grpc: 14, retryAfter: 1 }),
    );
  });
});
