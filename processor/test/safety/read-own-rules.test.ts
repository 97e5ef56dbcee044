import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { parseConfig, readConfig } from "../../src/config.ts";
import { readOwnRules } from "../../src/safety/read-own-rules.ts";

const directory = mkdtempSync(join(tmpdir(), "spanwarden-policy-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function read(yaml: string): ReturnType<typeof readOwnRules> {
  const file = join(directory, "policy.yaml");
  writeFileSync(file, yaml);
  return readOwnRules(parseConfig({ safety: { policy_file: file } }).safety);
}

const RULE = "id: a, severity: 1, class: page";

it("nothing configured is no rules at all", () => {
  expect(readOwnRules(parseConfig({}).safety)).toBeUndefined();
  expect(read("")).toBeUndefined();
});

it("reads rules and canaries of the file, and canaries of the configuration", () => {
  const rules = read(`rules: [{ ${RULE}, terms: [x] }]\ncanaries: { b: [abcdefgh1] }`);
  expect(rules?.canaries.size).toBe(1);
  const config = readConfig("safety: { canaries: { c: ['${env:TOKEN}'] } }", { TOKEN: "12345678" }, "c.yaml");
  expect(readOwnRules(config.safety)?.canaries.size).toBe(1);
});

describe("what is wrong is told by rule and field", () => {
  it.each([
    ["rules: {", "cannot read"],
    ["rule: []", 'file: unknown key "rule"'],
    [`rules: [{ ${RULE}, term: [x] }]`, 'rule "a": unknown key "term"'],
    ["rules: [{ severity: 1, class: page, terms: [x] }]", "rule number 1: id: expected string"],
    ["rules: [{ id: a, severity: 4, class: page, terms: [x] }]", 'rule "a": severity: expected 0, 1, 2 or 3'],
    ["rules: [{ id: a, severity: 1, class: wake, terms: [x] }]", 'rule "a": class: expected one of'],
    [`rules: [{ ${RULE}, pattern: '(?=x)y' }]`, 'rule "a": pattern: (?= is not supported'],
    [`rules: [{ ${RULE}, pattern: '[' }]`, 'rule "a": pattern: '],
    [`rules: [{ ${RULE}, terms: [1] }]`, 'rule "a": terms: 0: expected string'],
    ["rules: [null]", "rule number 1: expected object"],
    ["canaries: { b: [short] }", 'canary "b": tokens.0: expected at least 8'],
  ])("%s", (yaml, reason) => {
    expect(() => read(yaml)).toThrow(reason);
    expect(() => read(yaml)).toThrow("policy.yaml");
  });

  it("a file that is not there", () =>
    expect(() => readOwnRules(parseConfig({ safety: { policy_file: "/no/such/file" } }).safety)).toThrow(
      'safety.policy_file: cannot read "/no/such/file"',
    ));

  it("without a token in the message", () => {
    expect(() => parseConfig({ safety: { canaries: { a: "secret-token-1" } } })).toThrow(
      /safety\.canaries\.a: got a value/,
    );
  });
});
