import type { OutgoingRequest } from "../../src/forward/outgoing-request.ts";
import { encode, message, raw, text, type Field } from "../otlp/wire.ts";

/** A traces request in protobuf whose spans have these names. */
function tracesOf(names: readonly string[], service = "shop"): Buffer {
  const resource = message(1, message(1, text(1, "service.name"), message(2, text(1, service))));
  const spans: Field[] = names.map((name) => message(2, raw(1, Buffer.alloc(16, 1)), text(5, name)));
  return encode([message(1, resource, message(2, message(1, text(1, "scope")), ...spans))]);
}

export function requestOf(names: readonly string[], others: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return { signal: "traces", contentType: "application/x-protobuf", via: "me", body: tracesOf(names), ...others };
}

/** Names of the spans of a request made by `tracesOf`, merged or in parts, in their order. */
export function namesIn(body: Uint8Array): string[] {
  return [
    ...Buffer.from(body)
      .toString("latin1")
      .matchAll(/\*.{1,2}?(n[\w-]+)/gs),
  ].map(([, name = ""]) => name);
}
