import { ProtobufReader } from "../protobuf/reader.ts";
import { varint } from "../protobuf/writer.ts";

const TYPE = "type.googleapis.com/google.rpc.RetryInfo";

/**
 * `google.rpc.Status { 1 code, 2 message, 3 details: [Any { 1 type_url, 2 RetryInfo { 1 retry_delay: Duration { 1 seconds } } }] }`
 * in base64, as `grpc-status-details-bin` carries it: how long an OTLP exporter shall wait.
 */
export function retryInfo(code: number, message: string, seconds: number): string {
  const delay = field(1, number(1, Math.max(0, Math.ceil(seconds))));
  const detail = Buffer.concat([field(1, Buffer.from(TYPE)), field(2, delay)]);
  return Buffer.concat([number(1, code), field(2, Buffer.from(message)), field(3, detail)]).toString("base64");
}

function number(id: number, value: number): Buffer {
  return Buffer.concat([varint((id << 3) | 0), varint(value)]);
}

function field(id: number, contents: Uint8Array): Buffer {
  return Buffer.concat([varint((id << 3) | 2), varint(contents.length), contents]);
}

/** Seconds that the details of a status ask to wait; `undefined` where they do not say, or cannot be read. */
export function readRetryDelay(details: Uint8Array): number | undefined {
  try {
    for (const any of fieldsOf(details, 3)) {
      const [type] = fieldsOf(any, 1);
      const [info] = fieldsOf(any, 2);
      if (type === undefined || info === undefined || Buffer.from(type).toString() !== TYPE) continue;
      const [delay] = fieldsOf(info, 1);
      return delay === undefined ? 0 : durationSeconds(delay);
    }
    return undefined;
  } catch {
    return undefined;
  }
}

/** `Duration { 1 seconds, 2 nanos }`. */
function durationSeconds(bytes: Uint8Array): number {
  const reader = new ProtobufReader(bytes);
  let [seconds, nanos] = [0, 0];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | 0)) seconds = Number(reader.int64());
    else if (tag === ((2 << 3) | 0)) nanos = Number(reader.int64());
    else reader.skip(tag);
  }
  return Math.max(0, seconds + nanos / 1e9);
}

/** The values of a length-delimited field. */
function fieldsOf(bytes: Uint8Array, id: number): Uint8Array[] {
  const reader = new ProtobufReader(bytes);
  const values: Uint8Array[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag !== ((id << 3) | 2)) reader.skip(tag);
    else {
      const { start, end } = reader.range();
      values.push(bytes.subarray(start, end));
    }
  }
  return values;
}
