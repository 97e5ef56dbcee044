import type { AttributeReader, AttributeValue } from "../otlp/records.ts";

/** Reads one attribute as what it ought to be; anything else is unknown. */
export function textAt(attributes: AttributeReader, key: string): string | undefined {
  const value = attributes.get(key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A finite number; 64-bit integers beyond 2^53 lose their last digits, text that is a number counts. */
export function numberAt(attributes: AttributeReader, key: string): number | undefined {
  const value = attributes.get(key);
  const number =
    typeof value === "bigint" || (typeof value === "string" && value.trim() !== "") ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A count of something: a whole number from 0. */
export function countAt(attributes: AttributeReader, key: string): number | undefined {
  const value = numberAt(attributes, key);
  return value !== undefined && value >= 0 ? Math.trunc(value) : undefined;
}

export function flagAt(attributes: AttributeReader, key: string): boolean | undefined {
  const value = attributes.get(key);
  return typeof value === "boolean" ? value : undefined;
}

/** The texts of a list. */
export function textsAt(attributes: AttributeReader, key: string): readonly string[] | undefined {
  const value = attributes.get(key);
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : undefined;
}

/** Levels of a structured value; OTLP's own values are bounded alike. */
const MAX_DEPTH = 64;

/** A structured value, which many emitters still write as a JSON string; unknown where it is nested too deeply. */
export function structureAt(attributes: AttributeReader, key: string): AttributeValue | undefined {
  const value = attributes.get(key);
  return typeof value === "string" ? parsedJson(value) : value;
}

/** What a JSON text holds; unknown where it is none, or is nested too deeply. */
export function parsedJson(text: string): AttributeValue | undefined {
  try {
    const parsed = JSON.parse(text) as AttributeValue;
    return isShallow(parsed, MAX_DEPTH) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((item) => isShallow(item, levels - 1));
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, unknown>>) : {};
}

export function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
