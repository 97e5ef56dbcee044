/** A field of a protobuf message: number, wire type, and its value as it lies on the wire or as further fields. */
export interface Field {
  readonly number: number;
  readonly wire: 0 | 1 | 2 | 3 | 5;
  readonly value: Uint8Array | readonly Field[];
}

export function encode(fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(({ number, wire, value }) => {
      const contents = value instanceof Uint8Array ? value : encode(value);
      const tag = varint(BigInt(((number << 3) | wire) >>> 0));
      return wire === 2 ? [tag, varint(BigInt(contents.length)), contents] : [tag, contents];
    }),
  );
}

/** Two's complement in 64 bits, as protobuf writes int64. */
export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

export const integer = (number: number, value: bigint | number): Field => ({
  number,
  wire: 0,
  value: varint(BigInt(value)),
});

export function fixed64(number: number, value: bigint): Field {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return { number, wire: 1, value: bytes };
}

export function double(number: number, value: number): Field {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return { number, wire: 1, value: bytes };
}

export const text = (number: number, value: string): Field => ({ number, wire: 2, value: Buffer.from(value) });
export const raw = (number: number, value: Uint8Array): Field => ({ number, wire: 2, value });
export const message = (number: number, ...value: readonly Field[]): Field => ({ number, wire: 2, value });

/** A `KeyValue` with a text. */
export const attribute = (number: number, key: string, value: string): Field =>
  message(number, text(1, key), message(2, text(1, value)));
