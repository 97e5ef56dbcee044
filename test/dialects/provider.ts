import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the provider answered to one request: the truth that spans are held against. */
export interface Answer {
  readonly id: string | undefined;
  readonly model: string;
  /** With the cached ones. */
  readonly input: number;
  readonly output: number | undefined;
  readonly cached: number;
  readonly finishReason: string | undefined;
}

interface Request {
  readonly model: string;
  readonly stream?: boolean;
  readonly tools?: readonly unknown[];
  readonly messages?: readonly { readonly role: string; readonly content?: unknown }[];
  readonly input?: unknown;
  readonly encoding_format?: string;
}

/** Every answer has token counts of its own, so that it is known from them. */
const FIRST = { input: 1_000, output: 50 };
const TEXT = ["The order ", "is on ", "its way."];
const ARGUMENTS = '{"order":"A-1"}';

/** A local stand-in for OpenAI and Anthropic, with streams, tools, embeddings and cached tokens; it remembers its answers. */
export class Provider {
  readonly answers: Answer[] = [];
  readonly #server: Server = createServer((request, reply) => {
    this.#handle(request, reply).catch(() => reply.destroy());
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Request;
    const n = this.answers.length;
    const wantsTool = (body.tools?.length ?? 0) > 0 && !JSON.stringify(body).includes("tool_result_of");
    const base = { model: `${body.model}-2026-01-01`, input: FIRST.input + n, cached: 10 + n };
    switch (request.url ?? "") {
      case "/v1/chat/completions": {
        const finishReason = wantsTool ? "tool_calls" : "stop";
        this.#answer(reply, chatCompletion, body, {
          ...base,
          id: `chatcmpl-${n}`,
          output: FIRST.output + n,
          finishReason,
        });
        return;
      }
      case "/v1/responses":
        this.#answer(reply, response, body, {
          ...base,
          id: `resp_${n}`,
          output: FIRST.output + n,
          finishReason: "stop",
        });
        return;
      case "/v1/messages": {
        const finishReason = wantsTool ? "tool_use" : "end_turn";
        this.#answer(reply, message, body, { ...base, id: `msg_${n}`, output: FIRST.output + n, finishReason });
        return;
      }
      case "/v1/embeddings":
        this.#answer(reply, embeddings, body, {
          ...base,
          id: undefined,
          cached: 0,
          output: undefined,
          finishReason: undefined,
        });
        return;
      default:
        reply.writeHead(404).end();
    }
  }

  #answer(reply: ServerResponse, write: Writer, body: Request, answer: Answer): void {
    this.answers.push(answer);
    const made = write(body, answer);
    if (Array.isArray(made)) {
      reply.writeHead(200, { "content-type": "text/event-stream" });
      reply.end(made.join(""));
    } else {
      reply.writeHead(200, { "content-type": "application/json" });
      reply.end(JSON.stringify(made));
    }
  }
}

/** One document, or the events of a stream. */
type Writer = (body: Request, answer: Answer) => object | readonly string[];

function chatCompletion({ stream, model }: Request, answer: Answer): object | readonly string[] {
  const head = { id: answer.id, created: 1_767_580_000, model: answer.model, system_fingerprint: "fp_1" };
  const call = { id: "call_1", type: "function", function: { name: "find_order", arguments: ARGUMENTS } };
  const calls = answer.finishReason === "tool_calls";
  const usage = {
    prompt_tokens: answer.input,
    completion_tokens: answer.output,
    total_tokens: answer.input + (answer.output ?? 0),
    prompt_tokens_details: { cached_tokens: answer.cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
  if (stream !== true) {
    const said = { role: "assistant", content: calls ? null : TEXT.join(""), ...(calls ? { tool_calls: [call] } : {}) };
    const choices = [{ index: 0, message: said, finish_reason: answer.finishReason, logprobs: null }];
    return { ...head, object: "chat.completion", choices, usage };
  }
  const chunk = (delta: object, finish: string | null = null): string =>
    data({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] });
  const deltas = calls ? [{ tool_calls: [{ index: 0, ...call }] }] : TEXT.map((content) => ({ content }));
  return [
    chunk({ role: "assistant", content: model === "" ? "" : null }),
    ...deltas.map((delta) => chunk(delta)),
    chunk({}, answer.finishReason),
    data({ ...head, object: "chat.completion.chunk", choices: [], usage }),
    "data: [DONE]\n\n",
  ];
}

function response({ stream }: Request, answer: Answer): object | readonly string[] {
  const part = { type: "output_text", text: TEXT.join(""), annotations: [] };
  const item = { type: "message", id: "item_1", status: "completed", role: "assistant", content: [part] };
  const made = {
    id: answer.id,
    object: "response",
    created_at: 1_767_580_000,
    status: "completed",
    model: answer.model,
    output: [item],
    incomplete_details: null,
    error: null,
    tools: [],
    usage: {
      input_tokens: answer.input,
      input_tokens_details: { cached_tokens: answer.cached },
      output_tokens: answer.output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: answer.input + (answer.output ?? 0),
    },
  };
  if (stream !== true) return made;
  const begun = { ...made, status: "in_progress", output: [], usage: null };
  const events = [
    { type: "response.created", response: begun },
    { type: "response.output_item.added", output_index: 0, item: { ...item, status: "in_progress", content: [] } },
    {
      type: "response.content_part.added",
      output_index: 0,
      item_id: item.id,
      content_index: 0,
      part: { ...part, text: "" },
    },
    ...TEXT.map((delta) => ({
      type: "response.output_text.delta",
      item_id: item.id,
      output_index: 0,
      content_index: 0,
      delta,
    })),
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: made },
  ];
  return events.map((event, n) => named({ ...event, sequence_number: n }));
}

function message({ stream }: Request, answer: Answer): object | readonly string[] {
  const calls = answer.finishReason === "tool_use";
  const block = calls
    ? { type: "tool_use", id: "toolu_1", name: "find_order", input: { order: "A-1" } }
    : { type: "text", text: TEXT.join("") };
  const written = 3;
  const input = {
    input_tokens: answer.input - answer.cached - written,
    cache_read_input_tokens: answer.cached,
    cache_creation_input_tokens: written,
  };
  const head = { id: answer.id, type: "message", role: "assistant", model: answer.model };
  const usage = { ...input, output_tokens: answer.output };
  if (stream !== true) {
    return { ...head, content: [block], stop_reason: answer.finishReason, stop_sequence: null, usage };
  }
  const deltas = calls
    ? [{ type: "input_json_delta", partial_json: ARGUMENTS }]
    : TEXT.map((text) => ({ type: "text_delta", text }));
  const start = { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...input, output_tokens: 0 } };
  const empty = calls ? { ...block, input: {} } : { type: "text", text: "" };
  return [
    { type: "message_start", message: start },
    { type: "content_block_start", index: 0, content_block: empty },
    ...deltas.map((delta) => ({ type: "content_block_delta", index: 0, delta })),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: answer.finishReason, stop_sequence: null },
      usage: { output_tokens: answer.output },
    },
    { type: "message_stop" },
  ].map(named);
}

function embeddings({ input, encoding_format: format }: Request, answer: Answer): object {
  const floats = [0.25, 0.5, 0.75];
  const encoded = Buffer.from(new Float32Array(floats).buffer).toString("base64");
  const inputs = Array.isArray(input) ? input : [input];
  return {
    object: "list",
    model: answer.model,
    data: inputs.map((_, index) => ({
      object: "embedding",
      index,
      embedding: format === "base64" ? encoded : floats,
    })),
    usage: { prompt_tokens: answer.input, total_tokens: answer.input },
  };
}

function data(value: object): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function named(value: { readonly type: string; readonly sequence_number?: number }): string {
  return `event: ${value.type}\n${data(value)}`;
}
