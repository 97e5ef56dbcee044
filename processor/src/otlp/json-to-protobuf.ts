import { SpanwardenError } from "../errors.ts";
import { doubleOf, integerText } from "./json/exact-json.ts";
import { isObject, parseRequest, type JsonObject } from "./json/request.ts";
import type { SignalKind } from "./outcome.ts";
import { WIRE } from "./protobuf/reader.ts";
import { ProtobufWriter } from "./protobuf/writer.ts";
import {
  ENUMS,
  MESSAGES,
  type EnumName,
  type FieldType,
  type MessageName,
  type ScalarName,
  type SchemaField,
} from "./schema.ts";

/** Levels of messages; protobuf's readers refuse what nests deeper than 100. */
const MOST_DEPTH = 100;

const REQUESTS: Readonly<Record<SignalKind, MessageName>> = {
  traces: "ExportTraceServiceRequest",
  logs: "ExportLogsServiceRequest",
  metrics: "ExportMetricsServiceRequest",
};

/**
 * An OTLP/JSON request as protobuf: the slow path, for a next hop that takes no JSON.
 *
 * OTLP's JSON differs from protobuf's: trace and span ids are hexadecimal. Otherwise as protobuf prescribes: enums by number
 * or name, 64-bit integers as string or number (exact), keys in lowerCamelCase or as in the schema. `null` is an absent field.
 * What the schema does not know (keys, names of enums) is left out: JSON has no field numbers to keep it under.
 * Throws OTLP_MALFORMED with the path of the first bad value; the value itself is not told, for it may be content.
 */
export function jsonToProtobuf(signal: SignalKind, bytes: Uint8Array): Uint8Array {
  const converter = new Converter();
  converter.message(REQUESTS[signal], parseRequest(bytes));
  return converter.writer.finish();
}

type Fields = ReadonlyMap<string, SchemaField>;

const fieldsOf = new Map<FieldType, Fields>(
  Object.entries(MESSAGES).map(([name, fields]) => [
    name as MessageName,
    new Map(fields.flatMap((field) => [field[1], camelCase(field[1])].map((key) => [key, field]))),
  ]),
);

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Where it is in the request is all it remembers. */
class Converter {
  readonly writer = new ProtobufWriter();
  readonly #path: (string | number)[] = [];
  #depth = 0;

  message(name: MessageName, given: JsonObject): void {
    if (++this.#depth > MOST_DEPTH) throw this.#malformed(`at most ${MOST_DEPTH} levels of messages`);
    const fields = fieldsOf.get(name);
    for (const [key, value] of Object.entries(given)) {
      const field = fields?.get(key);
      if (field === undefined || value === null) continue;
      this.#path.push(key);
      if (field[3] === "repeated") this.#list(field, value);
      else this.#field(field[0], field[2], value);
      this.#path.pop();
    }
    this.#depth--;
  }

  #list([number, , type]: SchemaField, given: unknown): void {
    if (!Array.isArray(given)) throw this.#malformed("an array");
    const isPacked = !isMessage(type) && wireOf(type) !== WIRE.bytes;
    const each = (write: (value: unknown) => void): void => {
      for (const [index, value] of given.entries()) {
        this.#path.push(index);
        write(value);
        this.#path.pop();
      }
    };
    if (!isPacked) return each((value) => this.#field(number, type, value));
    this.writer.tag(number, WIRE.bytes);
    this.writer.delimited(() => each((value) => this.#value(type, value)));
  }

  #field(number: number, type: FieldType, value: unknown): void {
    if (isEnum(type) && isUnknownName(type, value)) return;
    this.writer.tag(number, wireOf(type));
    this.#value(type, value);
  }

  #value(type: FieldType, value: unknown): void {
    if (isMessage(type)) {
      // In a list of values, null is one in which nothing is set.
      const given = value === null && type === "AnyValue" ? {} : value;
      if (!isObject(given)) throw this.#malformed("an object");
      this.writer.delimited(() => this.message(type, given));
      return;
    }
    const { expected, write } = isEnum(type) ? enumeration(type) : SCALARS[type];
    if (!write(this.writer, value)) throw this.#malformed(expected);
  }

  #malformed(expected: string): SpanwardenError {
    const path = this.#path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
    return new SpanwardenError("OTLP_MALFORMED", `JSON: ${path.slice(1)}: expected ${expected}`);
  }
}

function isMessage(type: FieldType): type is MessageName {
  return Object.hasOwn(MESSAGES, type);
}

function isEnum(type: FieldType): type is EnumName {
  return Object.hasOwn(ENUMS, type);
}

function wireOf(type: FieldType): number {
  if (isMessage(type)) return WIRE.bytes;
  return isEnum(type) ? WIRE.varint : SCALARS[type].wire;
}

/** How the values of one type are written. */
interface Scalar {
  readonly expected: string;
  readonly wire: number;
  /** False where the value is none of this type. */
  readonly write: (writer: ProtobufWriter, value: unknown) => boolean;
}

const SCALARS: Readonly<Record<ScalarName, Scalar>> = {
  bool: scalar("true or false", WIRE.varint, boolean, (writer, value) => writer.varint(Number(value))),
  double: scalar("a number", WIRE.fixed64, double, (writer, value) => writer.double(value)),
  uint32: scalar("an unsigned 32-bit integer", WIRE.varint, unsigned(32), (writer, value) => writer.varint64(value)),
  fixed32: scalar("an unsigned 32-bit integer", WIRE.fixed32, unsigned(32), (writer, value) =>
    writer.fixed32(Number(value)),
  ),
  sint32: scalar("a 32-bit integer", WIRE.varint, signed(32), (writer, value) =>
    writer.varint64((value << 1n) ^ (value >> 31n)),
  ),
  int64: scalar("a 64-bit integer", WIRE.varint, signed(64), (writer, value) => writer.varint64(value)),
  uint64: scalar("an unsigned 64-bit integer", WIRE.varint, unsigned(64), (writer, value) => writer.varint64(value)),
  fixed64: scalar("an unsigned 64-bit integer", WIRE.fixed64, unsigned(64), (writer, value) => writer.fixed64(value)),
  sfixed64: scalar("a 64-bit integer", WIRE.fixed64, signed(64), (writer, value) => writer.fixed64(value)),
  string: scalar("a string", WIRE.bytes, text(/(?:)/), (writer, value) => writer.text(value)),
  bytes: scalar("base64", WIRE.bytes, text(/^[A-Za-z0-9+/_-]*={0,2}$/), (writer, value) =>
    writer.bytes(Buffer.from(value, "base64")),
  ),
  id: scalar("hexadecimal digits, two a byte", WIRE.bytes, text(/^(?:[0-9a-fA-F]{2})*$/), (writer, value) =>
    writer.bytes(Buffer.from(value, "hex")),
  ),
};

function enumeration(type: EnumName): Scalar {
  const code = (value: unknown): bigint | undefined =>
    typeof value === "string" ? BigInt(ENUMS[type].indexOf(value)) : signed(32)(value);
  return scalar(`a number or a name of ${type}`, WIRE.varint, code, (writer, value) => writer.varint64(value));
}

function isUnknownName(type: EnumName, value: unknown): boolean {
  return typeof value === "string" && !ENUMS[type].includes(value);
}

function scalar<T>(
  expected: string,
  wire: number,
  read: (value: unknown) => T | undefined,
  write: (writer: ProtobufWriter, value: T) => void,
): Scalar {
  return {
    expected,
    wire,
    write: (writer, given) => {
      const value = read(given);
      if (value === undefined) return false;
      write(writer, value);
      return true;
    },
  };
}

function text(pattern: RegExp): (value: unknown) => string | undefined {
  return (value) => (typeof value === "string" && pattern.test(value) ? value : undefined);
}

function boolean(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

const DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A number within a double's range, such a number as string, or the words for what JSON has no number for. */
function double(value: unknown): number | undefined {
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity" || value === "-Infinity") return Number(value);
  const number = typeof value === "string" && DECIMAL.test(value) ? Number(value) : doubleOf(value);
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}

function signed(bits: number): (value: unknown) => bigint | undefined {
  const limit = 2n ** BigInt(bits - 1);
  return (value) => integer(value, -limit, limit - 1n);
}

function unsigned(bits: number): (value: unknown) => bigint | undefined {
  const limit = 2n ** BigInt(bits);
  return (value) => integer(value, 0n, limit - 1n);
}

function integer(value: unknown, least: bigint, most: bigint): bigint | undefined {
  const digits = integerText(value);
  if (digits === undefined) return undefined;
  const number = BigInt(digits);
  return number >= least && number <= most ? number : undefined;
}
