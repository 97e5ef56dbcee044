import type { SignalKind } from "./outcome.ts";
import { varint } from "./protobuf/writer.ts";
import { ProtobufReader } from "./protobuf/reader.ts";
import { text } from "./protobuf/attributes.ts";

export type ContentType = "application/x-protobuf" | "application/json";

/** Items that the next hop refused, and why. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

/** `google.rpc.Status {1 code, 2 message}`: the body of every OTLP/HTTP error. `code` is a gRPC status code. */
export function errorBody(type: ContentType, code: number, message: string): Uint8Array {
  if (type === "application/json") return Buffer.from(JSON.stringify({ code, message }));
  return Buffer.concat([Uint8Array.of((1 << 3) | 0, code), delimited(2, Buffer.from(message))]);
}

const REJECTED = { traces: "rejectedSpans", logs: "rejectedLogRecords", metrics: "rejectedDataPoints" } as const;

/** `Export…ServiceResponse {1 partial_success {1 rejected, 2 error_message}}`; empty where everything was taken. */
export function successBody(type: ContentType, signal: SignalKind, partial?: PartialSuccess): Uint8Array {
  if (type === "application/json") {
    const body = partial && {
      partialSuccess: { [REJECTED[signal]]: String(partial.rejected), errorMessage: partial.message },
    };
    return Buffer.from(JSON.stringify(body ?? {}));
  }
  if (partial === undefined) return new Uint8Array();
  const rejected = Buffer.concat([Uint8Array.of((1 << 3) | 0), varint(partial.rejected)]);
  return delimited(1, Buffer.concat([rejected, delimited(2, Buffer.from(partial.message))]));
}

/** Reads the partial success out of an export response; `undefined` where all was taken, or the body is not one. */
export function readPartialSuccess(type: ContentType, body: Uint8Array): PartialSuccess | undefined {
  try {
    const partial = type === "application/json" ? fromJson(body) : fromProtobuf(body);
    return partial !== undefined && partial.rejected > 0 ? partial : undefined;
  } catch {
    // The next hop accepted the request; what it says of it is not ours to fail on.
    return undefined;
  }
}

function fromJson(body: Uint8Array): PartialSuccess | undefined {
  const { partialSuccess } = JSON.parse(Buffer.from(body).toString() || "{}") as {
    partialSuccess?: Record<string, unknown>;
  };
  if (partialSuccess === undefined) return undefined;
  const message = partialSuccess["errorMessage"];
  const rejected = Number(
    Object.values(REJECTED)
      .map((key) => partialSuccess[key])
      .find((count) => count !== undefined) ?? 0,
  );
  return { rejected, message: typeof message === "string" ? message : "" };
}

function fromProtobuf(body: Uint8Array): PartialSuccess | undefined {
  const reader = new ProtobufReader(body);
  while (!reader.done) {
    const tag = reader.tag();
    if (tag !== ((1 << 3) | 2)) {
      reader.skip(tag);
      continue;
    }
    const inner = new ProtobufReader(body, reader.range());
    let [rejected, message] = [0, ""];
    while (!inner.done) {
      const field = inner.tag();
      if (field === ((1 << 3) | 0)) rejected = Number(inner.int64());
      else if (field === ((2 << 3) | 2)) message = text(body, inner.range());
      else inner.skip(field);
    }
    return { rejected, message };
  }
  return undefined;
}

function delimited(field: number, contents: Uint8Array): Uint8Array {
  return Buffer.concat([varint((field << 3) | 2), varint(contents.length), contents]);
}
