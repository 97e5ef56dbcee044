import {
  ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS as CLASS,
  ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT as COMPLIANT,
  ATTR_SPANWARDEN_OUTPUT_LENGTH as LENGTH,
  ATTR_SPANWARDEN_OUTPUT_REFUSAL as REFUSAL,
} from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

import { badness, hasFailed } from "../../src/detectors/badness.ts";
import type { Series } from "../../src/detectors/finding.ts";
import type { CallFact } from "../../src/facts/call-fact.ts";
import { expectationFrom } from "./rule-runs.ts";
import { fact, QUICK, take, Traffic } from "./traffic.ts";

const USUAL = expectationFrom(take(new Traffic(1), 200), QUICK);

const SHORT: Series = { view: { signal: LENGTH, test: { kind: "below", value: 20 } }, falls: false };
const NO_LIST: Series = { view: { signal: CLASS, test: { kind: "label", label: "list" } }, falls: true };

describe("badness", () => {
  it.each<[Series, Partial<CallFact>, number | undefined]>([
    ["failed", { failure: "auth" }, 1],
    ["failed", { labels: { [CLASS]: "empty" } }, 1],
    ["failed", { pending: true }, 1],
    ["failed", {}, 0],
    ["failed", { failure: "cancelled" }, undefined],
    ["quality", { measurements: { [REFUSAL]: 1 } }, 1],
    ["quality", { labels: { [CLASS]: "json" } }, 0],
    ["quality", { labels: { [CLASS]: "list" } }, 1],
    ["quality", { failure: "timeout" }, undefined],
    ["quality", {}, undefined],
    ["format", { measurements: { [COMPLIANT]: 0 } }, 1],
    ["format", {}, undefined],
    ["tokens", { usage: { input: 3, output: 4 } }, 7],
    ["tokens", {}, undefined],
    ["cost", { cost: 0.5 }, 0.5],
    ["cost", {}, undefined],
    ["latency", { duration: 2 }, 2],
    ["latency", { duration: 2, failure: "timeout" }, undefined],
    [SHORT, {}, undefined],
    [SHORT, { measurements: { [LENGTH]: 5 } }, 1],
    [SHORT, { measurements: { [LENGTH]: 50 } }, 0],
    [SHORT, { measurements: { [LENGTH]: 0 }, labels: { "spanwarden.output.tool_calls.checksum": "a" } }, undefined],
    [NO_LIST, { labels: { [CLASS]: "list" } }, 0],
    [NO_LIST, { labels: { [CLASS]: "json" } }, 1],
  ])("%j of %j is %s", (series, overrides, expected) => {
    expect(badness(series, fact(1, overrides), USUAL)).toBe(expected);
  });
});

describe("a call has failed", () => {
  it.each<[Partial<CallFact>, boolean]>([
    [{}, false],
    [{ failure: "rate_limited" }, true],
    [{ failure: "cancelled" }, false],
    [{ labels: { [CLASS]: "empty" } }, true],
    [{ labels: { [CLASS]: "json" } }, false],
  ])("%j: %s", (overrides, expected) => {
    expect(hasFailed(fact(1, overrides))).toBe(expected);
  });
});
