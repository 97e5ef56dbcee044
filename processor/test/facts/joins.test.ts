import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { Amendment, ContentAmendment, ScoreAmendment } from "../../src/facts/amendment.ts";
import type { CallFact } from "../../src/facts/call-fact.ts";
import { Joins } from "../../src/facts/joins.ts";
import { fact } from "./fact.ts";

const MINUTE = 60_000;
const CALL = fact({ arrival: 1_000_000, at: 999_000, response: "00000000000000aa" });
const { traceId, spanId } = CALL;
const source = { namespace: "", service: "judge", environment: "" };

function content(overrides: Partial<ContentAmendment> = {}): ContentAmendment {
  return {
    amends: "content",
    identity: "content",
    at: 999_500,
    arrival: 1_000_000,
    traceId,
    spanId,
    source,
    signals: "1/processor",
    content: "complete",
    facets: { systemInstructions: "sha256:aa" },
    measurements: { length: 5 },
    labels: {},
    safety: ["pii/iban/page/generated"],
    ...overrides,
  };
}

function score(overrides: Partial<ScoreAmendment> = {}): ScoreAmendment {
  return {
    amends: "score",
    identity: "score",
    at: 999_500,
    arrival: 1_000_000,
    traceId,
    spanId,
    source,
    evaluation: { name: "helpful", score: 1, evaluator: "judge", evaluatorType: "" },
    ...overrides,
  };
}

const place = { cell: CALL.cell, at: CALL.at };

describe("content and its call", () => {
  it("that come in this order are judged as one", () => {
    const joins = new Joins();
    expect(joins.amend(content())).toEqual([]);
    expect(joins.call(CALL)).toMatchObject([
      {
        joined: "call",
        call: { content: "complete", measurements: { length: 5 }, safety: ["pii/iban/page/generated"] },
      },
    ]);
    expect(joins.waiting).toBe(0);
  });

  it("that come in the other order are joined by the call's place", () => {
    const joins = new Joins();
    expect(joins.call(CALL)).toEqual([{ joined: "call", call: CALL }]);
    expect(joins.amend(content())).toEqual([{ joined: "content", amendment: content(), place }]);
  });

  it.each(["before", "after"] as const)(
    "add nothing where the span bears its own; it comes %s the content",
    (order) => {
      const joins = new Joins();
      const whole: CallFact = { ...CALL, content: "complete" };
      const joined =
        order === "before"
          ? [...joins.call(whole), ...joins.amend(content())]
          : [...joins.amend(content()), ...joins.call(whole)];
      expect(joined).toEqual([{ joined: "call", call: whole }]);
      expect(joins.unjoined.redundant).toBe(1);
    },
  );
});

describe("a score", () => {
  const byResponse = { traceId: "", spanId: "", response: "00000000000000aa" };

  it.each([{}, byResponse])("finds its call, by span or by response: %j", (ids) => {
    const after = new Joins();
    after.call(CALL);
    expect(after.amend(score(ids))).toMatchObject([{ joined: "score", place }]);
    const before = new Joins();
    expect(before.amend(score(ids))).toEqual([]);
    expect(before.call(CALL).at(-1)).toMatchObject({ joined: "score", place });
  });

  it("whose call does not come belongs to the evaluation as a whole after a quarter of an hour", () => {
    const joins = new Joins();
    joins.amend(score());
    expect(joins.advance(1_000_000 + 15 * MINUTE - 1)).toEqual([]);
    expect(joins.advance(1_000_000 + 15 * MINUTE)).toMatchObject([
      { joined: "score", place: { cell: { service: "judge", operation: "helpful", prompt: "-" }, at: 999_500 } },
    ]);
    expect(joins.unjoined.unmatched).toBe(1);
    expect(joins.call(CALL)).toHaveLength(1);
  });

  it("that names no call belongs there at once", () => {
    expect(new Joins().amend(score({ traceId: "", spanId: "" }))).toMatchObject([{ place: { cell: { prompt: "-" } } }]);
  });

  it("of a response id that two calls bear belongs to neither", () => {
    const joins = new Joins();
    joins.call(CALL);
    joins.call({ ...CALL, spanId: "1111111111111111", at: 5 });
    expect(joins.amend(score(byResponse))).toEqual([]);
  });
});

it("content whose call does not come is dropped and counted", () => {
  const joins = new Joins();
  joins.amend(content());
  expect([joins.advance(1_000_000 + 15 * MINUTE), joins.waiting, joins.unjoined.unmatched]).toEqual([[], 0, 1]);
});

it("as many wait as there is room for; the longest waiting give way", () => {
  const joins = new Joins({ most: 2, patience: MINUTE });
  const ids = ["1111111111111111", "2222222222222222", "3333333333333333"];
  for (const id of ids) joins.amend(content({ spanId: id, identity: id }));
  expect([joins.waiting, joins.unjoined.overflow]).toEqual([2, 1]);
  expect(joins.call({ ...CALL, spanId: "1111111111111111" })).toMatchObject([{ call: { content: "absent" } }]);
  expect(joins.call({ ...CALL, spanId: "3333333333333333" })).toMatchObject([{ call: { content: "complete" } }]);
});

it("a pending call says nothing more once its end is known", () => {
  const joins = new Joins();
  const pending: CallFact = { ...CALL, pending: true, identity: "pending", response: undefined };
  expect(joins.call(pending)).toHaveLength(1);
  joins.call(CALL);
  expect(joins.call(pending)).toEqual([]);
});

it("amendments of calls outside any trace wait for nothing", () => {
  const amendment: Amendment = content({ spanId: "0000000000000000" });
  expect([new Joins().amend(amendment), new Joins().waiting]).toEqual([[], 0]);
});

it("in whatever order they come, each amendment is joined to its own call, once", () => {
  const ids = Array.from({ length: 6 }, (_, n) => (n + 1).toString(16).padStart(16, "0"));
  const facts = ids.flatMap((id, n) => [
    { ...CALL, identity: id, spanId: id, response: undefined, at: n },
    content({ spanId: id, identity: `content ${id}`, response: undefined }),
    score({ spanId: id, identity: `score ${id}`, response: undefined }),
  ]);
  fc.assert(
    fc.property(fc.shuffledSubarray(facts, { minLength: facts.length }), (order) => {
      const joins = new Joins();
      const joined = order.flatMap((each) => ("amends" in each ? joins.amend(each) : joins.call(each)));
      const places = joined.flatMap((each) =>
        each.joined === "score" ? [`${each.amendment.spanId} ${each.place.at}`] : [],
      );
      expect(places.toSorted()).toEqual(ids.map((id, n) => `${id} ${n}`));
      const whole = joined.flatMap((each) => {
        if (each.joined === "content") return [each.amendment.spanId];
        return each.joined === "call" && each.call.content === "complete" ? [each.call.spanId] : [];
      });
      expect(whole.toSorted()).toEqual(ids);
      expect([joins.waiting, joined.filter((each) => each.joined === "call").length]).toEqual([0, 6]);
    }),
  );
});
