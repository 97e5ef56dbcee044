import { LABELS, MEASUREMENTS } from "../dialects/observation-names.ts";
import { isCall, type Fact } from "./amendment.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import type { CallFact } from "./call-fact.ts";
import { CONTENT_FIELDS, FACT_FIELDS, REPEATED, SCORE_FIELDS, type FactField } from "./fact-fields.ts";

const SAFETY_KEPT = 8;
const SAFETY_CAP = 56;
const LABEL_CAP = 72;

/** What hexadecimal digits follow, by its number on disk: 0 is anything else, as text; 3 is digits alone. */
const PREFIXES = ["", "sha256:", "hmac-sha256:", ""];
const BARE_HEX = 3;

/** How one kind of fact is written. */
interface Layout {
  /** The first varint of an encoded fact. */
  readonly version: number;
  readonly fields: readonly FactField[];
  readonly required: readonly string[];
  readonly empty: () => MutableFact;
}

const CALL: Layout = {
  version: 1,
  fields: FACT_FIELDS,
  required: [
    "identity",
    "at",
    "start",
    "arrival",
    "traceId",
    "spanId",
    "cell.namespace",
    "cell.service",
    "cell.environment",
    "cell.operation",
    "cell.prompt",
    "failedAttempts",
    "weight",
    "signals",
    "content",
  ],
  empty: () => ({
    late: false,
    pending: false,
    weightKnown: false,
    cell: {},
    facets: {},
    caller: {},
    usage: {},
    safety: [],
    measurements: {},
    labels: {},
  }),
};

const AMENDMENT_HEAD = ["identity", "at", "arrival", "traceId", "spanId", "source.service"];

const CONTENT: Layout = {
  version: 2,
  fields: CONTENT_FIELDS,
  required: [...AMENDMENT_HEAD, "signals", "content"],
  empty: () => ({ amends: "content", source: {}, facets: {}, safety: [], measurements: {}, labels: {} }),
};

const SCORE: Layout = {
  version: 3,
  fields: SCORE_FIELDS,
  required: [...AMENDMENT_HEAD, "evaluation.name", "evaluation.score", "evaluation.evaluator"],
  empty: () => ({ amends: "score", source: {}, evaluation: {} }),
};

const LAYOUTS = new Map([CALL, CONTENT, SCORE].map((layout) => [layout.version, layout]));
const FIELDS = new Map([...LAYOUTS.values()].map(({ version, fields }) => [version, byNumber(fields)]));

/** Of a value of one kind beyond its cap: number and length as varints, the number of a prefix or an index. */
const AROUND = 6;
const NUMBER_CAP = 8;

/**
 * Most bytes of an encoded fact: every field at its cap. A fact that is cut to fit loses what seems least important until
 * a rule needs it, so nothing is ever left out.
 */
export const FACT_CAPACITY =
  Math.max(...[...LAYOUTS.values()].map(({ fields }) => total(fields.map(({ cap }) => Math.max(cap, NUMBER_CAP))))) +
  total(Array<number>(SAFETY_KEPT).fill(SAFETY_CAP)) +
  total(MEASUREMENTS.map(() => NUMBER_CAP)) +
  total(LABELS.map(() => LABEL_CAP));

function total(caps: readonly number[]): number {
  return caps.reduce((sum, cap) => sum + cap + AROUND, 0);
}

function byNumber(fields: readonly FactField[]): ReadonlyMap<number, FactField> {
  return new Map(fields.map((field) => [field.number, field]));
}

/**
 * | part | as |
 * |---|---|
 * | version | varint: 1 a call, 2 an amendment of content, 3 a score |
 * | each field | number (varint), then its value, length-delimited |
 *
 * Values: text in UTF-8; hex as raw bytes; checksum as the number of its prefix and raw bytes; number as a varint or a
 * double; flag as one byte. Every value has a length, so that a reader passes over numbers it does not know. A text longer than its
 * cap is cut; nothing is left out.
 */
export function encodeFact(fact: Fact): Uint8Array {
  const layout = layoutOf(fact);
  const writer = new ByteWriter(FACT_CAPACITY);
  writer.varint(layout.version);
  const put: Put = (field, value) => {
    writer.varint(field);
    writer.delimited(value);
  };
  for (const field of layout.fields) {
    const value = valueAt(fact, field.path);
    if (value !== undefined) put(field.number, encodeValue(field, value));
  }
  if ("labels" in fact) putObserved(fact, put);
  return writer.written();
}

function layoutOf(fact: Fact): Layout {
  if (isCall(fact)) return CALL;
  return fact.amends === "content" ? CONTENT : SCORE;
}

type Put = (number: number, value: Uint8Array) => void;

function putObserved(fact: Pick<CallFact, "safety" | "measurements" | "labels">, put: Put): void {
  for (const label of fact.safety.slice(0, SAFETY_KEPT)) put(REPEATED.safety, cut(label, SAFETY_CAP));
  MEASUREMENTS.forEach((name, index) => {
    const value = fact.measurements[name];
    if (value !== undefined) put(REPEATED.measurement, Buffer.concat([Uint8Array.of(index), numberBytes(value)]));
  });
  LABELS.forEach((name, index) => {
    const value = fact.labels[name];
    if (value !== undefined) put(REPEATED.label, Buffer.concat([Uint8Array.of(index), compact(value, LABEL_CAP)]));
  });
}

/** `undefined` where the bytes are damaged or of another version. */
export function decodeFact(bytes: Uint8Array): Fact | undefined {
  try {
    const reader = new ByteReader(bytes);
    const layout = LAYOUTS.get(reader.varint());
    if (layout === undefined) return undefined;
    const read = layout.empty();
    while (!reader.done) readField(read, layout, reader.varint(), reader.delimited());
    const fact = read as unknown as Fact;
    return layout.required.every((path) => valueAt(fact, path) !== undefined) ? fact : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

type MutableFact = Record<string, unknown> & Partial<MutableObserved>;

interface MutableObserved {
  readonly safety: string[];
  readonly measurements: Record<string, number>;
  readonly labels: Record<string, string>;
}

function readField(fact: MutableFact, layout: Layout, number: number, value: Buffer): void {
  const field = FIELDS.get(layout.version)?.get(number);
  if (field !== undefined) setAt(fact, field.path, decodeValue(field, value));
  else if (number === REPEATED.safety) fact.safety?.push(value.toString());
  else if (number === REPEATED.measurement) {
    const name = MEASUREMENTS[value.readUInt8(0)];
    if (name !== undefined && fact.measurements) fact.measurements[name] = readNumber(value.subarray(1));
  } else if (number === REPEATED.label) {
    const name = LABELS[value.readUInt8(0)];
    if (name !== undefined && fact.labels) fact.labels[name] = readCompact(value.subarray(1));
  }
}

function encodeValue({ kind, cap }: FactField, value: string | number | boolean): Uint8Array {
  switch (kind) {
    case "number":
      return numberBytes(Number(value));
    case "flag":
      return Uint8Array.of(Number(value));
    case "hex":
      return Buffer.from(String(value), "hex").subarray(0, cap);
    case "checksum":
      return compact(String(value), cap);
    case "text":
      return cut(String(value), cap);
  }
}

function decodeValue({ kind }: FactField, value: Buffer): string | number | boolean {
  switch (kind) {
    case "number":
      return readNumber(value);
    case "flag":
      return value.readUInt8(0) !== 0;
    case "hex":
      return value.toString("hex");
    case "checksum":
      return readCompact(value);
    case "text":
      return value.toString();
  }
}

/** Hexadecimal digits take half their length. */
function compact(value: string, cap: number): Uint8Array {
  const [, algorithm = "", hex = ""] = /^(?:(hmac-sha256|sha256):)?((?:[0-9a-f]{2})+)$/.exec(value) ?? [];
  if (hex === "") return Buffer.concat([Uint8Array.of(0), cut(value, cap)]);
  const prefix = algorithm === "" ? BARE_HEX : PREFIXES.indexOf(`${algorithm}:`);
  return Buffer.concat([Uint8Array.of(prefix), Buffer.from(hex, "hex").subarray(0, cap)]);
}

function readCompact(value: Buffer): string {
  const kind = value.readUInt8(0);
  const rest = value.subarray(1);
  return kind === 0 ? rest.toString() : `${PREFIXES[kind] ?? ""}${rest.toString("hex")}`;
}

/** Whole numbers below 2^49, which most are, as a varint of at most seven bytes; all others as a double of eight. */
function numberBytes(value: number): Uint8Array {
  const isSmall = Number.isInteger(value) && value >= 0 && value < 2 ** 49 && !Object.is(value, -0);
  if (isSmall) {
    const writer = new ByteWriter(7);
    writer.varint(value);
    return writer.written();
  }
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function readNumber(value: Buffer): number {
  return value.length === 8 ? value.readDoubleLE(0) : new ByteReader(value).varint();
}

/** UTF-8 of at most `cap` bytes, cut between characters. */
function cut(text: string, cap: number): Uint8Array {
  const bytes = Buffer.from(text);
  if (bytes.length <= cap) return bytes;
  let end = cap;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

function valueAt(fact: Fact, path: string): string | number | boolean | undefined {
  const [first = "", second] = path.split(".");
  const value = (fact as unknown as Record<string, unknown>)[first];
  const found = second === undefined ? value : (value as Record<string, unknown>)[second];
  return found as string | number | boolean | undefined;
}

function setAt(fact: MutableFact, path: string, value: string | number | boolean): void {
  const [first = "", second] = path.split(".");
  if (second === undefined) fact[first] = value;
  else (fact[first] as Record<string, unknown>)[second] = value;
}
