import { SpanwardenError } from "../../errors.ts";
import type { ContentType } from "../../otlp/answer.ts";
import type { SignalKind } from "../../otlp/outcome.ts";
import { jsonParts, mergedJson } from "./json-parts.ts";
import type { Parts } from "./parts.ts";
import { protobufParts } from "./protobuf-parts.ts";

/** What of a request decides how it is taken apart. */
export interface RequestBody {
  readonly signal: SignalKind;
  readonly contentType: ContentType;
  readonly body: Uint8Array;
}

/** The body in pieces of at most `limit` bytes; an item that is larger by itself stays whole, and so does what cannot be read. */
export function splitByBytes(request: RequestBody, limit: number): readonly Uint8Array[] {
  if (request.body.length <= limit) return [request.body];
  const parts = partsOf(request);
  if (parts === undefined) return [request.body];
  const pieces: Uint8Array[] = [];
  let [from, size] = [0, 0];
  for (let i = 0; i < parts.count; i++) {
    const added = parts.bytes(i, i === from);
    if (i > from && size + added > limit) {
      pieces.push(parts.encode(from, i));
      from = i;
      size = parts.bytes(i, true);
    } else size += added;
  }
  pieces.push(parts.encode(from, parts.count));
  return pieces;
}

/** Two halves of the items; `undefined` where there is one item or none, or the body cannot be read. */
export function halve(request: RequestBody): readonly [Uint8Array, Uint8Array] | undefined {
  const parts = partsOf(request);
  if (parts === undefined || parts.count < 2) return undefined;
  const middle = Math.ceil(parts.count / 2);
  return [parts.encode(0, middle), parts.encode(middle, parts.count)];
}

/** The body without the items that `keep` refuses; `undefined` where none is left. `keep` gets an item's place among the items. */
export function withoutItems(request: RequestBody, keep: (index: number) => boolean): Uint8Array | undefined {
  const parts = partsOf(request);
  if (parts === undefined) return undefined;
  const runs: Uint8Array[] = [];
  let [from, item] = [0, 0];
  for (let i = 0; i <= parts.count; i++) {
    if (i < parts.count && (!parts.isItem(i) || keep(item++))) continue;
    if (i > from) runs.push(parts.encode(from, i));
    from = i + 1;
  }
  return runs.length === 0 ? undefined : merged(request, runs);
}

/** Several bodies of one signal and content type as one: protobuf messages merge where they are concatenated. */
export function merged({ signal, contentType }: Omit<RequestBody, "body">, bodies: readonly Uint8Array[]): Uint8Array {
  const [only] = bodies;
  if (bodies.length === 1 && only !== undefined) return only;
  return contentType === "application/json" ? mergedJson(signal, bodies) : Buffer.concat(bodies);
}

function partsOf({ signal, contentType, body }: RequestBody): Parts | undefined {
  try {
    return contentType === "application/json" ? jsonParts(signal, body) : protobufParts(body);
  } catch (error) {
    if (error instanceof SpanwardenError) return undefined;
    throw error;
  }
}
