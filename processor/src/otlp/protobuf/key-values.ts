import type { Additions } from "../records.ts";
import { WIRE } from "./reader.ts";
import type { ProtobufWriter } from "./writer.ts";

/** Writes additions as `KeyValue` fields of number `field`: strings, booleans, int64 or double, string arrays. */
export function writeKeyValues(writer: ProtobufWriter, field: number, additions: Additions): void {
  for (const [key, value] of Object.entries(additions)) {
    writer.tag(field, WIRE.bytes);
    writer.delimited(() => {
      writer.tag(1, WIRE.bytes);
      writer.text(key);
      writer.tag(2, WIRE.bytes);
      writer.delimited(() => writeAnyValue(writer, value));
    });
  }
}

/** `AnyValue`: 1 string, 2 bool, 3 int64, 4 double, 5 array (1 values). */
function writeAnyValue(writer: ProtobufWriter, value: Additions[string]): void {
  if (typeof value === "string") {
    writer.tag(1, WIRE.bytes);
    writer.text(value);
  } else if (typeof value === "boolean") {
    writer.tag(2, WIRE.varint);
    writer.varint(Number(value));
  } else if (typeof value === "number" && Number.isSafeInteger(value)) {
    writer.tag(3, WIRE.varint);
    if (value < 0) writer.varint64(BigInt(value));
    else writer.varint(value);
  } else if (typeof value === "number") {
    writer.tag(4, WIRE.fixed64);
    writer.double(value);
  } else {
    writer.tag(5, WIRE.bytes);
    writer.delimited(() => value.forEach((item) => writeElement(writer, item)));
  }
}

function writeElement(writer: ProtobufWriter, item: string): void {
  writer.tag(1, WIRE.bytes);
  writer.delimited(() => writeAnyValue(writer, item));
}
