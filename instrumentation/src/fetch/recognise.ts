import type { Codec, RequestReading } from "../codecs/codec.ts";
import { parseJson } from "../codecs/json.ts";
import { requestBody } from "./request-body.ts";

/** What `fetch` is called with. */
export type FetchArguments = Parameters<typeof globalThis.fetch>;

/** Where a request goes, and the format that is spoken there. */
export interface Endpoint {
  readonly codec: Codec;
  readonly url: URL;
}

/** A request that is a model call. */
export interface Recognised extends Endpoint {
  readonly reading: RequestReading;
  readonly headers: Headers;
  readonly signal: AbortSignal | undefined;
  /** The body as it was sent. */
  readonly body: string;
}

/** By method and path alone, which costs next to nothing: most requests of an app are no model calls. */
export function endpointOf(codecs: readonly Codec[], [input, init]: FetchArguments): Endpoint | undefined {
  const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
  if (method !== "POST") return undefined;
  const url = URL.parse(input instanceof Request ? input.url : input.toString());
  const codec = url === null ? undefined : codecs.find((one) => one.matches(method, url));
  return codec === undefined || url === null ? undefined : { codec, url };
}

/** By the body, too; a promise only for a `Request`, whose body is not to be had at once. */
export function recognise(
  { codec, url }: Endpoint,
  [input, init]: FetchArguments,
): Recognised | Promise<Recognised | undefined> | undefined {
  const request = input instanceof Request ? input : undefined;
  const read = (body: string): Recognised | undefined => {
    const reading = codec.readRequest(parseJson(body), url);
    if (reading === undefined) return undefined;
    const headers = new Headers(init?.headers ?? request?.headers);
    return { codec, url, reading, headers, signal: init?.signal ?? request?.signal, body };
  };
  const body = requestBody(input, init);
  if (body === undefined) return undefined;
  return typeof body === "string" ? read(body) : body.then((text) => (text === undefined ? undefined : read(text)));
}
