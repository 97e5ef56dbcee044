/** A span as it lies in a protobuf request: whatever is not an attribute, in order, and each attribute's value, in hex. */
export interface WireSpan {
  readonly id: string;
  readonly rest: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

interface Field {
  readonly number: number;
  /** With its tag. */
  readonly whole: Buffer;
  readonly value: Buffer;
}

/** Bytes of a value by wire type, where it is the same for all. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
const RESOURCE_SPANS = 1;
const SCOPE_SPANS = 2;
const SPANS = 2;
const SPAN_ID = 2;
const ATTRIBUTES = 9;

/** The spans of a trace request, with nothing of the processor's own code. */
export function spansOf(request: Buffer): readonly WireSpan[] {
  return inside(request, RESOURCE_SPANS).flatMap((resource) =>
    inside(resource, SCOPE_SPANS).flatMap((scope) => inside(scope, SPANS).map(spanOf)),
  );
}

function spanOf(bytes: Buffer): WireSpan {
  const all = fieldsOf(bytes);
  const attributes = all
    .filter(({ number }) => number === ATTRIBUTES)
    .map(({ value }) => {
      const [key, found] = fieldsOf(value);
      return [key?.value.toString() ?? "", found?.value.toString("hex") ?? ""] as const;
    });
  return {
    id: all.find(({ number }) => number === SPAN_ID)?.value.toString("hex") ?? "",
    rest: all.filter(({ number }) => number !== ATTRIBUTES).map(({ whole }) => whole.toString("hex")),
    attributes: Object.fromEntries(attributes),
  };
}

function inside(bytes: Buffer, wanted: number): readonly Buffer[] {
  return fieldsOf(bytes)
    .filter(({ number }) => number === wanted)
    .map(({ value }) => value);
}

function fieldsOf(bytes: Buffer): readonly Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error("the message ends in the middle of a number");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(value);
    }
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const wire = tag & 7;
    if (![0, 1, 2, 5].includes(wire)) throw new Error(`wire type ${wire} at ${start}`);
    const length = wire === 2 ? varint() : FIXED[wire];
    const valueAt = at;
    if (length === undefined) varint();
    else at += length;
    fields.push({ number: tag >>> 3, whole: bytes.subarray(start, at), value: bytes.subarray(valueAt, at) });
  }
  return fields;
}
