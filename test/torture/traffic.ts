import { attribute, encode, fixed64, integer, message, raw, text, type Field } from "../../processor/test/otlp/wire.ts";

/** What a span tells of: a model call that went well or failed, or something that is no model call. */
export type SpanKind = "call" | "failed" | "request";

const SPAN_KIND_CLIENT = 3;
const CALL = [
  attribute(9, "gen_ai.operation.name", "chat"),
  attribute(9, "gen_ai.provider.name", "openai"),
  attribute(9, "gen_ai.request.model", "gpt-4.1-mini"),
  attribute(9, "gen_ai.prompt.name", "support"),
];
/** Few tokens: a flood of calls is not meant to be a cost anomaly. */
const WENT_WELL = [
  ...CALL,
  attribute(9, "gen_ai.response.model", "gpt-4.1-mini-2025-04-14"),
  message(9, text(1, "gen_ai.usage.input_tokens"), message(2, integer(3, 2))),
  message(9, text(1, "gen_ai.usage.output_tokens"), message(2, integer(3, 1))),
];
const FAILED = [...CALL, attribute(9, "error.type", "server_error")];
const REQUEST = [attribute(9, "http.route", "/orders/:id")];
const ATTRIBUTES = { call: WENT_WELL, failed: FAILED, request: REQUEST } as const;

const MARK = /torture-(\d+)\./g;

/** A trace request in protobuf of one service, with a span for each id, ended now, and the mark by which the backend knows it. */
export function requestOf(ids: readonly number[], kind: SpanKind): Buffer {
  const resource = message(1, attribute(1, "service.name", "shop"));
  const scope = message(1, text(1, "torture"));
  const spans = ids.map((id) => spanOf(id, kind));
  return encode([message(1, resource, message(2, scope, ...spans))]);
}

/** The ids of the spans in a request, whatever its encoding. */
export function idsIn(body: Buffer): readonly number[] {
  return [...body.toString("latin1").matchAll(MARK)].map(([, id]) => Number(id));
}

function spanOf(id: number, kind: SpanKind): Field {
  const end = BigInt(Date.now()) * 1_000_000n;
  return message(
    2,
    raw(1, identifier(id, 16)),
    raw(2, identifier(id, 8)),
    text(5, kind === "request" ? "GET /orders/:id" : "chat gpt-4.1-mini"),
    integer(6, SPAN_KIND_CLIENT),
    fixed64(7, end - 500_000_000n),
    fixed64(8, end),
    attribute(9, "torture.id", `torture-${id}.`),
    ...ATTRIBUTES[kind],
    ...(kind === "failed" ? [message(15, integer(3, 2))] : []),
  );
}

function identifier(id: number, bytes: number): Buffer {
  const value = Buffer.alloc(bytes, 0xaa);
  value.writeUInt32BE(id, bytes - 4);
  return value;
}
