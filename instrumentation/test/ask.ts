import type { Seam } from "../src/fetch/instrument-fetch.ts";

type Fetch = typeof globalThis.fetch;

/** A `fetch` that answers from memory. */
export function answering(respond: (body: Record<string, unknown>) => Response | Promise<Response>): Fetch {
  return async (_, init) =>
    await respond(JSON.parse((init?.body as string | undefined) ?? "{}") as Record<string, unknown>);
}

export function jsonAnswer(body: unknown, init: ResponseInit = {}): Response {
  return Response.json(body, init);
}

/** One chat call through the seam, read to its end. */
export async function ask(
  seam: Seam,
  fetch: Fetch,
  body: Record<string, unknown> = {},
  init: RequestInit = {},
): Promise<unknown> {
  const response = await post(seam, fetch, body, init);
  return response.headers.get("content-type")?.includes("json") === true
    ? await response.json()
    : await response.text();
}

export async function post(
  seam: Seam,
  fetch: Fetch,
  body: Record<string, unknown> = {},
  init: RequestInit = {},
): Promise<Response> {
  return await seam.instrument(fetch)("https://api.openai.com/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({ model: "gpt-4o", messages: [{ role: "user", content: "Where from?" }], ...body }),
    ...init,
  });
}

export const COMPLETION = {
  id: "chatcmpl-1",
  model: "gpt-4o-2024-08-06",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "From Köln." } }],
  usage: { prompt_tokens: 21, completion_tokens: 7 },
};
