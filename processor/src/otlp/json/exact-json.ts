/** JSON numbers kept as they were written: what a double cannot hold exactly survives a round trip. */

interface RawJson {
  readonly rawJSON: string;
}

interface ReviverContext {
  readonly source?: string;
}

type Reviver = (this: unknown, key: string, value: unknown, context: ReviverContext) => unknown;

/** Node has had both since version 22; TypeScript's library does not know them yet. */
const json = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};

/** Parses JSON; a number that a double would change becomes an opaque value that `stringifyExact` writes as it was. */
export function parseExact(text: string): unknown {
  return json.parse(text, (_key, value, { source }) => {
    if (typeof value !== "number" || source === undefined || String(value) === source) return value;
    const isKept = Number.isSafeInteger(value) || (Number.isFinite(value) && !/^-?\d+$/.test(source));
    return isKept ? value : json.rawJSON(source);
  });
}

export function stringifyExact(value: unknown): string {
  return JSON.stringify(value);
}

/** The digits of an integer that stood as number or string; `undefined` for anything else. */
export function integerText(value: unknown): string | undefined {
  const text = typeof value === "number" || json.isRawJSON(value) ? numberText(value) : value;
  return typeof text === "string" && /^-?\d{1,20}$/.test(text) ? text : undefined;
}

/** A number, parsed by `parseExact`, as a double. */
export function doubleOf(value: unknown): number | undefined {
  return typeof value === "number" || json.isRawJSON(value) ? Number(numberText(value)) : undefined;
}

/** A number that `parseExact` kept as it was written. */
export function isRawNumber(value: unknown): boolean {
  return json.isRawJSON(value);
}

function numberText(value: number | RawJson): string {
  return typeof value === "number" ? String(value) : value.rawJSON;
}
