import { SpanwardenError } from "../../errors.ts";
import { isRawNumber, parseExact } from "./exact-json.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** Levels of objects and lists; protobuf's bound of 100 messages takes 150. Deeper ones would exhaust the stack at some point. */
const MOST_LEVELS = 512;

/** An OTLP/JSON request: an object, its numbers kept as written; of a key that stands twice the last one. Throws OTLP_MALFORMED. */
export function parseRequest(bytes: Uint8Array): JsonObject {
  if (isDeeperThan(bytes, MOST_LEVELS))
    throw new SpanwardenError("OTLP_MALFORMED", `JSON: more than ${MOST_LEVELS} levels`);
  let request: unknown;
  try {
    request = parseExact(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new SpanwardenError("OTLP_MALFORMED", `JSON: ${whatIsWrong(error)}`);
  }
  if (!isObject(request)) throw new SpanwardenError("OTLP_MALFORMED", "JSON: expected an object");
  return request;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** Not the parser's own words, nor the error as a cause: they quote what is there, which may be content. */
function whatIsWrong(error: unknown): string {
  if (!(error instanceof SyntaxError)) return "not UTF-8";
  const position = /at position (\d+)/.exec(error.message)?.[1];
  return position === undefined ? "not valid JSON" : `not valid JSON at position ${position}`;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\[]{}');

/** By its brackets outside of strings, whatever else is wrong with it. */
function isDeeperThan(bytes: Uint8Array, most: number): boolean {
  let levels = 0;
  let isString = false;
  for (let at = 0; at < bytes.length && levels <= most; at++) {
    const byte = bytes[at];
    if (isString && byte === BACKSLASH) at++;
    else if (byte === QUOTE) isString = !isString;
    else if (isString) continue;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) levels++;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) levels--;
  }
  return levels > most;
}
