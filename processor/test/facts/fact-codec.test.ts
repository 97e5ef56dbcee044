import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { LABELS, MEASUREMENTS } from "../../src/dialects/observation-names.ts";
import { isCall, type Amendment } from "../../src/facts/amendment.ts";
import type { CallFact } from "../../src/facts/call-fact.ts";
import { decodeFact as decode, encodeFact, FACT_CAPACITY } from "../../src/facts/fact-codec.ts";
import { FACT_FIELDS, REPEATED, type FieldKind } from "../../src/facts/fact-fields.ts";
import { fact } from "./fact.ts";

/** A call, decoded. */
function decodeFact(bytes: Uint8Array): CallFact | undefined {
  const decoded = decode(bytes);
  return decoded !== undefined && isCall(decoded) ? decoded : undefined;
}

const digits = (length: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: length / 2, maxLength: length / 2 }).map((bytes) => Buffer.from(bytes).toString("hex"));

/** Values as an emitter in good faith sends them; `word` makes the texts. */
function facts(word: fc.Arbitrary<string>): fc.Arbitrary<CallFact> {
  const number = fc.double({ noNaN: true });
  const some = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
  const checksum = fc
    .tuple(fc.constantFrom("sha256", "hmac-sha256"), digits(64))
    .map(([algorithm, hex]) => `${algorithm}:${hex}`);
  const names = (from: readonly string[], value: fc.Arbitrary<number | string>): fc.Arbitrary<Record<string, never>> =>
    fc.dictionary(fc.constantFrom(...from), value, { maxKeys: 3, noNullPrototype: true }) as never;
  return fc.record<CallFact>({
    identity: word.map((text) => `id ${text}`),
    at: number,
    start: number,
    arrival: number,
    late: fc.boolean(),
    traceId: digits(32),
    spanId: digits(16),
    response: some(digits(16)),
    cell: fc.record({ namespace: word, service: word, environment: word, operation: word, prompt: word }),
    facets: fc.record({ provider: some(word), responseModel: some(word), systemInstructions: some(checksum) }),
    caller: fc.record({ user: some(digits(32).map((hex) => `hmac-sha256:${hex}`)), route: some(word) }),
    conversation: some(word),
    failure: some(fc.constantFrom("rate_limited", "other")),
    pending: fc.boolean(),
    failedAttempts: fc.nat(),
    endReason: some(fc.constantFrom("done", "cut")),
    finishReason: some(word),
    duration: some(number),
    timeToFirstChunk: some(number),
    timePerChunk: some(number),
    usage: fc.record({ input: some(number), output: some(number), reasoning: some(number) }),
    cost: some(number),
    costSource: some(fc.constantFrom("provider", "local", "enriched")),
    content: fc.constantFrom("complete", "truncated", "absent"),
    measurements: names(MEASUREMENTS, number),
    labels: names(LABELS, word),
    safety: fc.array(word, { maxLength: 2 }),
    weight: number,
    weightKnown: fc.boolean(),
    signals: word,
  });
}

const short = fc.string({ unit: "grapheme-ascii", maxLength: 8 });
const hostile = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 600 }),
  fc.integer({ min: 0, max: 600 }).map((length) => "ß".repeat(length)),
);

describe("a fact", () => {
  it("comes back as it was", () => {
    fc.assert(
      fc.property(facts(short), (given) => {
        expect(decodeFact(encodeFact(given))).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps every field", () => {
    const read = (from: CallFact, path: string): unknown =>
      path.split(".").reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], from);
    for (const { path, kind } of FACT_FIELDS) {
      const checksum = `sha256:${"0f".repeat(32)}`;
      const values: Record<FieldKind, unknown> = {
        text: "word",
        hex: "0f".repeat(8),
        checksum,
        number: 0.25,
        flag: true,
      };
      const value = values[kind];
      const [first = "", second] = path.split(".");
      const given = fact();
      const changed = second === undefined ? value : { ...(read(given, first) as object), [second]: value };
      const decoded = decodeFact(encodeFact(fact({ [first]: changed })));
      expect([path, decoded && read(decoded, path)]).toEqual([path, value]);
    }
  });

  it("keeps every measurement and every label", () => {
    const measurements = Object.fromEntries(MEASUREMENTS.map((name, index) => [name, index / 3]));
    const labels = Object.fromEntries(LABELS.map((name, index) => [name, `label ${index}`]));
    expect(decodeFact(encodeFact(fact({ measurements, labels })))).toMatchObject({ measurements, labels });
  });

  it("loses nothing though every field is as long as it may be", () => {
    const longest: Record<FieldKind, (cap: number) => unknown> = {
      text: (cap) => "x".repeat(cap),
      hex: (cap) => "0f".repeat(cap),
      checksum: (cap) => `sha256:${"0f".repeat(cap)}`,
      number: () => -Math.PI,
      flag: () => true,
    };
    const full: Record<string, unknown> = {
      safety: Array.from({ length: 8 }, (_, index) => `${index}`.padEnd(56, "x")),
      measurements: Object.fromEntries(MEASUREMENTS.map((name) => [name, -Math.PI])),
      labels: Object.fromEntries(LABELS.map((name) => [name, "x".repeat(72)])),
    };
    for (const { path, kind, cap } of FACT_FIELDS) {
      const [first = "", second] = path.split(".");
      const value = longest[kind](cap);
      full[first] = second === undefined ? value : { ...(full[first] as object | undefined), [second]: value };
    }
    expect(decodeFact(encodeFact(full as unknown as CallFact))).toEqual(full);
  });

  it("tells zero from unknown", () => {
    expect(decodeFact(encodeFact(fact({ cost: 0, usage: { input: 0 } })))).toMatchObject({
      cost: 0,
      usage: { input: 0 },
    });
    const unknown = decodeFact(encodeFact(fact()));
    expect([unknown?.cost, unknown?.usage]).toEqual([undefined, {}]);
  });

  it.each(["md5:00", "sha256:0", "sha256:zz", "sha256:00:11", "SHA256:00", "sha256:", "", "plain"])(
    "keeps %j, which is no checksum that it knows, as text",
    (user) => {
      expect(decodeFact(encodeFact(fact({ caller: { user } })))?.caller.user).toBe(user);
    },
  );

  it("never takes more than its capacity, whatever the texts, and is still a fact", () => {
    fc.assert(
      fc.property(facts(hostile), fc.array(hostile, { minLength: 8, maxLength: 12 }), (given, safety) => {
        const bytes = encodeFact({ ...given, safety });
        expect(bytes.length).toBeLessThanOrEqual(FACT_CAPACITY);
        const decoded = decodeFact(bytes);
        const { at, weight, traceId, failedAttempts, cost, usage, pending } = given;
        expect(decoded).toMatchObject({ at, weight, traceId, failedAttempts, pending });
        expect([decoded?.cost, decoded?.usage.input]).toEqual([cost, usage.input]);
        expect(encodeFact(decoded ?? given)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it("is cut between characters", () => {
    const service = "😀".repeat(40);
    expect(decodeFact(encodeFact(fact({ cell: { ...fact().cell, service } })))?.cell.service).toBe("😀".repeat(12));
  });

  it("is read though it has fields of a later version", () => {
    const bytes = encodeFact(fact({ cost: 1 }));
    const later = Buffer.concat([
      bytes,
      Buffer.from([127, 2, 1, 2, REPEATED.measurement, 9, 200, 0, 0, 0, 0, 0, 0, 0, 0]),
    ]);
    expect(decodeFact(later)).toEqual(decodeFact(bytes));
  });

  it("has numbers for its fields that are given once", () => {
    const numbers = [...FACT_FIELDS.map(({ number }) => number), ...Object.values(REPEATED)];
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe("what is no fact", () => {
  it.each([
    ["nothing", []],
    ["another version", [2, 1, 1, 65]],
    ["a fact without its identity", [1]],
    ["a length beyond the end", [1, 1, 200, 65]],
    ["a varint without end", [1, ...Array(10).fill(0xff)]],
    ["a double that is too short", [1, 2, 1, 0]],
    ["a flag that is empty", [1, 5, 0]],
    ["a label without its index", [1, REPEATED.label, 0]],
  ])("is told by undefined: %s", (_, bytes: number[]) => {
    expect(decodeFact(Uint8Array.from(bytes))).toBeUndefined();
  });

  it("never throws, wherever a fact is cut or changed", () => {
    const whole = encodeFact(fact({ safety: ["a/b/page/generated"], labels: { [LABELS[0] ?? ""]: "x" }, cost: 1 }));
    for (let length = 0; length < whole.length; length++)
      expect(() => decodeFact(whole.subarray(0, length))).not.toThrow();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), (at, to) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] = to;
        expect(() => decodeFact(bytes)).not.toThrow();
      }),
      { numRuns: 2_000, seed: 7 },
    );
  });
});

describe("an amendment", () => {
  const head = {
    identity: "content:1",
    at: 1_767_580_001_623,
    arrival: 1_767_580_002_000,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    response: "00ff00ff00ff00ff",
    source: { namespace: "", service: "support", environment: "prod" },
  };
  const content: Amendment = {
    ...head,
    amends: "content",
    signals: "1/processor",
    content: "complete",
    finishReason: "stop",
    facets: { systemInstructions: `sha256:${"ab".repeat(32)}` },
    measurements: { [MEASUREMENTS[1] ?? ""]: 12 },
    labels: { [LABELS[0] ?? ""]: "json" },
    safety: ["pii/payment_card/page/generated"],
  };
  const score: Amendment = {
    ...head,
    amends: "score",
    evaluation: { name: "helpful", score: 0.25, label: "fail", evaluator: "judge 2", evaluatorType: "llm_judge" },
  };

  it.each([content, score])("comes back as it was written: %#", (amendment) => {
    expect(decode(encodeFact(amendment))).toEqual(amendment);
  });

  it("of whatever texts takes no more than its capacity, and what it cannot do without is there", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const bytes = encodeFact({
          ...score,
          identity: `s${text}`,
          source: { namespace: text, service: `s${text}`, environment: text },
          evaluation: { name: `n${text}`, score: 0, label: text, evaluator: text, evaluatorType: text },
        });
        expect(bytes.length).toBeLessThanOrEqual(FACT_CAPACITY);
        expect(decode(bytes)).toMatchObject({ amends: "score", evaluation: { score: 0 } });
      }),
    );
  });

  it("is nothing to a reader that knows only calls: their version is another", () => {
    expect([encodeFact(content)[0], encodeFact(score)[0], encodeFact(fact())[0]]).toEqual([2, 3, 1]);
  });
});
