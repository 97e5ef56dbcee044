import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { SchemaValidator } from "../../src/formats/schema-validator.ts";

const verdict = (schema: unknown, value: unknown): boolean | undefined => new SchemaValidator().validate(schema, value);

describe("a value against a JSON Schema", () => {
  const person = {
    $defs: { name: { type: "string", minLength: 2 } },
    type: "object",
    properties: {
      name: { $ref: "#/$defs/name" },
      tags: { type: "array", prefixItems: [{ const: "a" }], items: false },
    },
    required: ["name"],
    additionalProperties: false,
  };

  it.each([
    [person, { name: "Ada" }, true],
    [person, { name: "A" }, false],
    [person, { name: "Ada", tags: ["a"] }, true],
    [person, { name: "Ada", tags: ["a", "b"] }, false],
    [person, { name: "Ada", more: 1 }, false],
    [{ anyOf: [{ type: "null" }, { type: "integer", minimum: 3 }] }, 2, false],
    [{ dependentRequired: { a: ["b"] } }, { a: 1 }, false],
    [{ unevaluatedProperties: false, allOf: [{ properties: { a: {} } }] }, { b: 1 }, false],
    [{ type: "string", pattern: "^\\d{4}-\\d\\d$" }, "2026-01", true],
    [{ type: "string", pattern: "^(a|b)+$" }, "abba", true],
    [{ type: "string", pattern: "^(a|b)+$" }, "abc", false],
    [{ $ref: "#/$defs/tree", $defs: { tree: { items: { $ref: "#/$defs/tree" }, maxItems: 1 } } }, [[[]]], true],
    [{ $ref: "#/$defs/tree", $defs: { tree: { items: { $ref: "#/$defs/tree" }, maxItems: 1 } } }, [[[], []]], false],
    [true, 1, true],
    [false, 1, false],
    [{ properties: { type: { const: "STRING" }, format: { type: "string" } } }, { type: "STRING", format: "x" }, true],
    [
      { $schema: "http://json-schema.org/draft-07/schema#", items: [{ type: "string" }], additionalItems: false },
      ["a", 1],
      false,
    ],
  ])("%j of %j is %j", (schema, value, expected) => {
    expect(verdict(schema, value)).toBe(expected);
  });

  it("treats format as an annotation, as 2020-12 has it", () => {
    expect(verdict({ type: "string", format: "date-time" }, "tomorrow")).toBe(true);
  });

  it.each([
    ["refers to another document", { $ref: "https://schemas.example/person.json" }],
    ["refers to nowhere", { $ref: "#/$defs/gone" }],
    ["refers to an anchor", { $ref: "#there" }],
    ["is Gemini's own language", { type: "OBJECT", properties: { a: { type: "STRING" } } }],
    ["is OpenAPI's", { type: "string", nullable: true }],
    ["is no schema", "object"],
    ["is a list", [{ type: "string" }]],
    ["is absent", undefined],
    ["has a pattern that is none", { pattern: "(" }],
    ["is longer than is read", { description: "x".repeat(200_000) }],
    ["has an identifier that is no URI", { $id: "http://[", type: "string" }],
  ])("cannot be told where the schema %s", (_, schema) => {
    expect(verdict(schema, "value")).toBeUndefined();
  });

  it("cannot be told by a schema that is too deep", () => {
    let schema: unknown = { type: "string" };
    for (let n = 0; n < 20_000; n++) schema = { items: schema };
    expect(verdict(schema, [])).toBeUndefined();
  });

  it("judges a deep value by a schema that refers to itself, or says that it cannot", () => {
    let value: unknown = [];
    for (let n = 0; n < 50_000; n++) value = [value];
    expect([true, undefined]).toContain(verdict({ items: { $ref: "#" } }, value));
  });

  it("follows references that lead in circles without a step between", () => {
    const schema = { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } };
    expect(verdict(schema, 1)).toBeUndefined();
  });

  it.each([
    ["a pattern that backtracks", { pattern: "^(a+)+$" }, `${"a".repeat(60)}!`],
    ["a pattern for names", { patternProperties: { "^(a+)+$": {} } }, { [`${"a".repeat(60)}!`]: 1 }],
    [
      "references that double",
      {
        $ref: "#/$defs/d0",
        $defs: Object.fromEntries(
          Array.from({ length: 40 }, (_, n) => {
            const next = n === 39 ? { const: 0 } : { $ref: `#/$defs/d${n + 1}` };
            return [`d${n}`, { anyOf: [next, next] }];
          }),
        ),
      },
      1,
    ],
    ["unique items, many", { uniqueItems: true }, Array.from({ length: 60_000 }, (_, n) => ({ n }))],
  ])("gives up on %s, and on that schema after a few", (_, schema, value) => {
    const validator = new SchemaValidator();
    for (let n = 0; n < 20; n++) expect(validator.validate(schema, value)).toBeUndefined();
    expect(validator.validate({ type: "integer" }, 1)).toBe(true);
  });

  it("leaves the schema and the value as they were", () => {
    const schema = Object.freeze({
      type: "object",
      properties: Object.freeze({ a: Object.freeze({ format: "date" }) }),
    });
    expect(verdict(schema, Object.freeze({ a: "x" }))).toBe(true);
  });

  it("keeps no more schemas than it may, and judges by a forgotten one again", () => {
    const validator = new SchemaValidator();
    const schema = (n: number) => ({ const: n, description: "x".repeat(20_000) });
    for (let n = 0; n < 400; n++) expect(validator.validate(schema(n), n)).toBe(true);
    expect(validator.validate(schema(0), 1)).toBe(false);
  });

  it("never throws, whatever the schema", () => {
    const keyword = fc.constantFrom(
      "type",
      "properties",
      "items",
      "$ref",
      "$defs",
      "allOf",
      "not",
      "enum",
      "pattern",
      "required",
      "$id",
      "$anchor",
      "minimum",
      "contains",
      "if",
    );
    const { schema } = fc.letrec((tie) => ({
      schema: fc.dictionary(
        keyword,
        fc.oneof(
          { maxDepth: 3 },
          fc.constantFrom("string", "#", "#/items", "(", 3, null, true),
          fc.array(tie("schema"), { maxLength: 3 }),
          tie("schema"),
        ),
        { maxKeys: 4 },
      ),
    }));
    const validator = new SchemaValidator();
    fc.assert(
      fc.property(schema, fc.jsonValue(), (given, value) => {
        expect([true, false, undefined]).toContain(validator.validate(given, value));
      }),
      { numRuns: 300 },
    );
  });
});
