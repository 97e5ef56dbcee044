import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

/** What the local provider reads of a request, whichever format it is in. */
export interface RequestBody {
  readonly model: string;
  readonly stream?: boolean;
  readonly user?: string;
  readonly tools?: readonly unknown[];
  readonly text?: { readonly format?: { readonly type?: string } };
  readonly messages?: readonly { readonly role: string }[];
}

/** One answer, before it takes a provider's shape. */
export interface Reply {
  readonly text: string;
  readonly tool?: { readonly name: string; readonly arguments: string } | undefined;
  /** Which build of the model answered: 0 the usual one, 1 another behind the same name. */
  readonly build: 0 | 1;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const OPENAI_BUILDS = [
  { suffix: "-2025-04-14", fingerprint: "fp_1f3a9c20de" },
  { suffix: "-2026-11-02", fingerprint: "fp_9b77e0142a" },
] as const;
const ANTHROPIC_BUILDS = ["-20250929", "-20261102"] as const;
const CHUNK_DELAY = 8;

/** OpenAI Chat Completions. */
export async function chatCompletion(reply: ServerResponse, body: RequestBody, made: Reply): Promise<void> {
  const { suffix, fingerprint } = OPENAI_BUILDS[made.build];
  const head = {
    id: `chatcmpl-${id()}`,
    created: Math.floor(Date.now() / 1_000),
    model: body.model + suffix,
    system_fingerprint: fingerprint,
  };
  const usage = {
    prompt_tokens: made.inputTokens,
    completion_tokens: made.outputTokens,
    total_tokens: made.inputTokens + made.outputTokens,
  };
  const finish = made.tool === undefined ? "stop" : "tool_calls";
  const calls = made.tool && [{ index: 0, id: `call_${id()}`, type: "function", function: made.tool }];
  if (body.stream !== true) {
    const message = { role: "assistant", content: made.tool ? null : made.text, tool_calls: calls };
    json(reply, { ...head, object: "chat.completion", choices: [{ index: 0, message, finish_reason: finish }], usage });
    return;
  }
  const chunk = (delta: object, finish_reason: string | null = null): object => ({
    ...head,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason }],
  });
  const deltas = calls ? [{ tool_calls: calls }] : pieces(made.text).map((content) => ({ content }));
  const events = [{ role: "assistant", content: "" }, ...deltas].map((delta) => chunk(delta));
  await stream(
    reply,
    [...events, chunk({}, finish), { ...head, object: "chat.completion.chunk", choices: [], usage }],
    "[DONE]",
  );
}

/** OpenAI Responses. */
export async function response(reply: ServerResponse, body: RequestBody, made: Reply): Promise<void> {
  const item = {
    id: `msg_${id()}`,
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text: made.text, annotations: [] }],
  };
  const whole = {
    id: `resp_${id()}`,
    object: "response",
    created_at: Math.floor(Date.now() / 1_000),
    status: "completed",
    model: body.model + OPENAI_BUILDS[made.build].suffix,
    output: [item],
    usage: {
      input_tokens: made.inputTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: made.outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: made.inputTokens + made.outputTokens,
    },
  };
  json(reply, whole);
  await Promise.resolve();
}

/** Anthropic Messages. */
export async function anthropicMessage(reply: ServerResponse, body: RequestBody, made: Reply): Promise<void> {
  const head = {
    id: `msg_${id()}`,
    type: "message",
    role: "assistant",
    model: body.model + ANTHROPIC_BUILDS[made.build],
  };
  const usage = { input_tokens: made.inputTokens, output_tokens: made.outputTokens };
  if (body.stream !== true) {
    json(reply, {
      ...head,
      content: [{ type: "text", text: made.text }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage,
    });
    return;
  }
  const events = [
    {
      type: "message_start",
      message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...pieces(made.text).map((text) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
    })),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: made.outputTokens },
    },
    { type: "message_stop" },
  ];
  await stream(reply, events);
}

function json(reply: ServerResponse, value: object): void {
  reply.writeHead(200, { "content-type": "application/json" });
  reply.end(JSON.stringify(value));
}

/** Server-sent events; `type` names the event where there is one, as Anthropic does. */
async function stream(reply: ServerResponse, events: readonly object[], end?: string): Promise<void> {
  reply.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) {
    if (reply.destroyed) return;
    if ("type" in event) reply.write(`event: ${String(event.type)}\n`);
    reply.write(`data: ${JSON.stringify(event)}\n\n`);
    // eslint-disable-next-line no-await-in-loop -- a stream takes its time
    await delay(CHUNK_DELAY);
  }
  reply.end(end === undefined ? undefined : `data: ${end}\n\n`);
}

function pieces(text: string): string[] {
  return text.match(/.{1,64}/gsu) ?? [];
}

function id(): string {
  return randomBytes(10).toString("hex");
}
