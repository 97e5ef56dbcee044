/** Deeper values than this are taken for hostile or cyclic; recursion stays far from the end of the stack. */
const MAX_DEPTH = 256;

/**
 * Canonical JSON of RFC 8785: no white space, keys sorted by UTF-16 code units, numbers and strings as ECMAScript
 * writes them. The same value gives the same text whoever wrote it, in whatever order.
 *
 * `undefined` for what is no JSON value: NaN, infinities, bigints, functions, instances of classes, more than 256 levels.
 * A property that is `undefined` is left out. One deviation: where the RFC fails on a lone surrogate, it becomes U+FFFD.
 */
export function canonicalJson(value: unknown): string | undefined {
  let json = "";
  const complete = writeCanonicalJson(value, (fragment) => {
    json += fragment;
  });
  return complete ? json : undefined;
}

/** As `canonicalJson`, piece by piece; false where the value is no JSON value, and what was written is then void. */
export function writeCanonicalJson(value: unknown, write: (fragment: string) => void, depth = 0): boolean {
  if (Array.isArray(value)) return writeArray(value, write, depth + 1);
  if (typeof value === "object" && value !== null) return writeObject(value, write, depth + 1);
  const scalar = scalarJson(value);
  if (scalar === undefined) return false;
  write(scalar);
  return true;
}

function scalarJson(value: unknown): string | undefined {
  if (typeof value === "string") return quoted(value);
  // `String(-0)` is "0", as the RFC has it.
  if (typeof value === "boolean" || value === null || Number.isFinite(value)) return String(value);
  return undefined;
}

function writeArray(items: readonly unknown[], write: (fragment: string) => void, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  write("[");
  for (const [index, item] of items.entries()) {
    if (index > 0) write(",");
    if (!writeCanonicalJson(item, write, depth)) return false;
  }
  write("]");
  return true;
}

function writeObject(value: object, write: (fragment: string) => void, depth: number): boolean {
  if (depth > MAX_DEPTH || !isPlain(value)) return false;
  let separator = "{";
  // Without an argument, sorting compares UTF-16 code units.
  for (const key of Object.keys(value).toSorted()) {
    const item = value[key];
    if (item === undefined) continue;
    write(`${separator}${quoted(key)}:`);
    separator = ",";
    if (!writeCanonicalJson(item, write, depth)) return false;
  }
  write(separator === "{" ? "{}" : "}");
  return true;
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The escaping of `JSON.stringify` is the RFC's, but for lone surrogates. */
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
