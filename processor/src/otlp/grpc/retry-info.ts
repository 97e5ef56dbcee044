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
