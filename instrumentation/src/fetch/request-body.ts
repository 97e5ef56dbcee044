import { setImmediate as turn } from "node:timers/promises";

/**
 * The text of a request's body, where reading it takes nothing from the one who sends it: text, bytes, or a `Request`,
 * which is cloned. `undefined` for streams, forms and the like.
 */
export function requestBody(
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
): string | Promise<string | undefined> | undefined {
  const body: unknown = init?.body;
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array || body instanceof ArrayBuffer) return new TextDecoder().decode(body);
  const isLeft = body === undefined || body === null;
  return isLeft && input instanceof Request && !input.bodyUsed ? clonedBody(input) : undefined;
}

/** A body that is in memory is there at once; one that streams must not be waited for. */
async function clonedBody(request: Request): Promise<string | undefined> {
  const text = request.clone().text();
  text.catch(() => undefined);
  return await Promise.race([text, turn(undefined)]);
}
