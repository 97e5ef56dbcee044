import { SpanwardenError } from "../../errors.ts";
import type { Additions, AttributeReader, AttributeValue } from "../records.ts";
import { doubleOf, integerText } from "./exact-json.ts";

type JsonObject = Readonly<Record<string, unknown>>;

const MAX_VALUE_DEPTH = 64;

/** Attributes of an OTLP/JSON message: a list of `{key, value}`. */
export class JsonAttributes implements AttributeReader {
  readonly #list: readonly unknown[];
  #index: Map<string, unknown> | undefined;

  constructor(list: unknown) {
    this.#list = asArray(list);
  }

  get(key: string): AttributeValue | undefined {
    this.#index ??= keysOf(this.#list);
    const value = this.#index.get(key);
    return value === undefined ? undefined : anyValue(value);
  }

  keys(): Iterable<string> {
    this.#index ??= keysOf(this.#list);
    return this.#index.keys();
  }
}

/** First one wins. */
function keysOf(list: readonly unknown[]): Map<string, unknown> {
  const index = new Map<string, unknown>();
  for (const entry of list) {
    const { key, value } = asObject(entry);
    if (typeof key === "string" && !index.has(key)) index.set(key, value);
  }
  return index;
}

/** `AnyValue` in JSON: one of stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue (base64). */
export function anyValue(value: unknown, depth = 0): AttributeValue | undefined {
  if (depth > MAX_VALUE_DEPTH) throw new SpanwardenError("OTLP_MALFORMED", "JSON: values nested too deeply");
  const given = asObject(value);
  if (typeof given["stringValue"] === "string") return given["stringValue"];
  if (typeof given["boolValue"] === "boolean") return given["boolValue"];
  if (given["intValue"] !== undefined) return integer(given["intValue"]);
  if (given["doubleValue"] !== undefined) return double(given["doubleValue"]);
  if (typeof given["bytesValue"] === "string") return Buffer.from(given["bytesValue"], "base64");
  if (given["arrayValue"] !== undefined) {
    const items = asArray(asObject(given["arrayValue"])["values"]).map((item) => anyValue(item, depth + 1));
    return items.filter((item) => item !== undefined);
  }
  if (given["kvlistValue"] === undefined) return undefined;
  const entries = [...keysOf(asArray(asObject(given["kvlistValue"])["values"]))].flatMap(([key, item]) => {
    const decoded = anyValue(item, depth + 1);
    return decoded === undefined ? [] : [[key, decoded] as const];
  });
  return Object.fromEntries(entries);
}

function integer(value: unknown): number | bigint | undefined {
  const text = integerText(value);
  if (text === undefined) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** A JSON number, or one of the strings `NaN`, `Infinity`, `-Infinity`. */
function double(value: unknown): number | undefined {
  return typeof value === "string" && value !== "" ? Number(value) : doubleOf(value);
}

/** Additions as a list of `{key, value}`. */
export function keyValues(additions: Additions): JsonObject[] {
  return Object.entries(additions).map(([key, value]) => ({ key, value: jsonValue(value) }));
}

function jsonValue(value: Additions[string]): JsonObject {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number" && Number.isSafeInteger(value)) return { intValue: String(value) };
  if (typeof value === "number") return { doubleValue: Number.isFinite(value) ? value : String(value) };
  return { arrayValue: { values: value.map((item) => ({ stringValue: item })) } };
}

export function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
