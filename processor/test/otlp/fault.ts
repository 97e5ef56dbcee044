import { ENUMS, MESSAGES, type FieldType, type MessageName, type ScalarName } from "../../src/otlp/schema.ts";

/** What is wrong with the bytes of a message, or is read differently by different readers. */
export interface Fault {
  readonly reason: (typeof REASONS)[number];
  /** The message in whose own fields it is. */
  readonly within: MessageName;
}

const REASONS = ["length", "tag", "varint", "wire type", "group", "not UTF-8", "of another type"] as const;

const WIRES: Readonly<Record<ScalarName, number>> = {
  bool: 0,
  string: 2,
  bytes: 2,
  id: 2,
  double: 1,
  uint32: 0,
  sint32: 0,
  fixed32: 5,
  int64: 0,
  uint64: 0,
  fixed64: 1,
  sfixed64: 1,
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The first fault of a message, by protobuf's specification and the schema; slow, and shares nothing with our reader. */
export function faultOf(within: MessageName, bytes: Uint8Array): Fault | undefined {
  const fields = new Map(MESSAGES[within].map(([number, , type]) => [number, type]));
  let at = 0;
  while (at < bytes.length) {
    const field = fieldAt(bytes, at);
    if (typeof field === "string") return { reason: field, within };
    const type = fields.get(field.number);
    if (type !== undefined) {
      if (wireOf(type) !== field.wire) return { reason: "of another type", within };
      const inner = isMessage(type) ? faultOf(type, field.contents) : undefined;
      if (inner !== undefined) return inner;
      if (type === "string" && !isUtf8(field.contents)) return { reason: "not UTF-8", within };
    }
    at = field.end;
  }
  return undefined;
}

interface WireField {
  readonly number: number;
  readonly wire: number;
  readonly contents: Uint8Array;
  readonly end: number;
}

function fieldAt(bytes: Uint8Array, at: number): WireField | Fault["reason"] {
  const tag = varintAt(bytes, at);
  if (tag === undefined) return "varint";
  if (tag.value < 8n || tag.value > 0xffff_ffffn) return "tag";
  const [number, wire] = [Number(tag.value >> 3n), Number(tag.value & 7n)];
  const end = endOf(bytes, tag.end, number, wire);
  if (typeof end === "string") return end;
  const start = wire === 2 ? (varintAt(bytes, tag.end)?.end ?? 0) : tag.end;
  return { number, wire, contents: bytes.subarray(start, end), end };
}

function endOf(bytes: Uint8Array, start: number, number: number, wire: number): number | Fault["reason"] {
  if (wire === 3) return endOfGroup(bytes, start, number);
  if (wire !== 0 && wire !== 1 && wire !== 2 && wire !== 5) return "wire type";
  if (wire === 0) return varintAt(bytes, start)?.end ?? "varint";
  let end = BigInt(start) + (wire === 1 ? 8n : 4n);
  if (wire === 2) {
    const length = varintAt(bytes, start);
    if (length === undefined) return "varint";
    end = BigInt(length.end) + length.value;
  }
  return end > BigInt(bytes.length) ? "length" : Number(end);
}

function endOfGroup(bytes: Uint8Array, start: number, number: number): number | Fault["reason"] {
  let at = start;
  for (;;) {
    const tag = varintAt(bytes, at);
    if (tag === undefined) return "group";
    if ((tag.value & 7n) === 4n) return tag.value >> 3n === BigInt(number) ? tag.end : "group";
    const field = fieldAt(bytes, at);
    if (typeof field === "string") return "group";
    at = field.end;
  }
}

function varintAt(bytes: Uint8Array, start: number): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[start + i];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: start + i + 1 };
  }
  return undefined;
}

function isMessage(type: FieldType): type is MessageName {
  return Object.hasOwn(MESSAGES, type);
}

function wireOf(type: FieldType): number {
  if (isMessage(type)) return 2;
  return Object.hasOwn(ENUMS, type) ? 0 : WIRES[type as ScalarName];
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    utf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
