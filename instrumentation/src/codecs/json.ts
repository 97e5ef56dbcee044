/** Readers for JSON of unknown shape: what is not as expected is `undefined`, never an exception. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Characters. */
const LONGEST_NAME = 256;

export function asObject(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** Empty strings count as absent. */
export function asString(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** What names something, such as a model: attributes and metrics are made of it, so that it may not be of any length. */
export function asName(value: unknown): string | undefined {
  return asString(value)?.slice(0, LONGEST_NAME);
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** Tokens and sizes: whole, from 0. */
export function asCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

export function asBoolean(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
