import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the server makes of a request; chosen by the request's model, so that a scenario needs no state on the server. */
type Behaviour = (request: Asked, response: ServerResponse) => void;

interface Asked {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly attempt: number;
}

const USAGE = {
  prompt_tokens: 21,
  completion_tokens: 7,
  total_tokens: 28,
  prompt_tokens_details: { cached_tokens: 16 },
  completion_tokens_details: { reasoning_tokens: 3 },
};
const HEAD = { id: "chatcmpl-1", created: 1, model: "gpt-4o-2024-08-06", system_fingerprint: "fp_1" };

export const WORDS = ["Grüße ", "aus ", "Köln ", "🚲 ", "und ", "Bonn"];

/** A provider on loopback that speaks the three formats, and fails in every way that the tests ask for. */
export class FakeProvider {
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));
  /** Requests that came. */
  requests = 0;
  /** Answers that the client left before their end. */
  left = 0;

  async start(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Asked["body"];
    response.on("close", () => {
      if (!response.writableFinished) this.left++;
    });
    const attempt = Number(request.headers["x-stainless-retry-count"] ?? 0);
    const behaviour = BEHAVIOURS[String(body["model"])] ?? normal;
    behaviour({ path: request.url ?? "", body, attempt }, response);
  }
}

const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  "bad-request": (_, response) =>
    json(response, 400, { error: { message: "no such tool", type: "invalid_request_error", code: "unknown_tool" } }),
  overloaded: (_, response) =>
    json(response, 529, { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, SOON),
  down: (_, response) => json(response, 500, { error: { message: "down", type: "server_error" } }, SOON),
  "limited-once": (asked, response) => {
    if (asked.attempt > 0) normal(asked, response);
    else json(response, 429, { error: { message: "slow", code: "rate_limit_exceeded" } }, SOON);
  },
  "reset-once": (asked, response) => {
    if (asked.attempt > 0) normal(asked, response);
    else response.destroy();
  },
  reset: (_, response) => response.destroy(),
  silent: () => undefined,
  cut: (asked, response) => {
    const [first, second] = events(asked);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`${first}${second}`, () => response.destroy());
  },
  endless: (asked, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events(asked).slice(0, 5)) response.write(event);
  },
  tool: (_, response) =>
    json(response, 200, {
      ...HEAD,
      object: "chat.completion",
      choices: [
        {
          index: 0,
          finish_reason: "tool_calls",
          message: {
            role: "assistant",
            content: null,
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Köln"}' } },
            ],
          },
        },
      ],
      usage: USAGE,
    }),
  garbage: (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end("{not json");
  },
};

const SOON = { "retry-after-ms": "1" };

function normal(asked: Asked, response: ServerResponse): void {
  if (asked.body["stream"] !== true) {
    json(response, 200, whole(asked));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.end(events(asked).join(""));
}

function whole({ path, body }: Asked): unknown {
  const text = body["response_format"] === undefined && body["text"] === undefined ? WORDS.join("") : '{"city":"Köln"}';
  if (path.endsWith("/messages")) return { ...MESSAGE, content: [{ type: "text", text }], stop_reason: "end_turn" };
  if (path.endsWith("/responses")) return responseOf(text);
  const messages = body["messages"] as readonly { role: string }[];
  const tools = Array.isArray(body["tools"]) && messages.at(-1)?.role !== "tool";
  const call = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Köln"}' } };
  const message = tools
    ? { role: "assistant", content: null, refusal: null, tool_calls: [call] }
    : { role: "assistant", content: text, refusal: null };
  const choice = { index: 0, finish_reason: tools ? "tool_calls" : "stop", logprobs: null, message };
  return { ...HEAD, object: "chat.completion", choices: [choice], usage: USAGE };
}

const MESSAGE = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5-20250929",
  stop_sequence: null,
  usage: { input_tokens: 10, output_tokens: 7, cache_read_input_tokens: 4, cache_creation_input_tokens: 2 },
};

function responseOf(text: string): Readonly<Record<string, unknown>> {
  const content = [{ type: "output_text", text, annotations: [] }];
  return {
    id: "resp_1",
    object: "response",
    created_at: 1,
    status: "completed",
    model: "gpt-4.1-2025-04-14",
    error: null,
    incomplete_details: null,
    output: [{ type: "message", id: "item_1", status: "completed", role: "assistant", content }],
    usage: {
      input_tokens: 21,
      input_tokens_details: { cached_tokens: 16 },
      output_tokens: 7,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 28,
    },
  };
}

/** The answer as server-sent events. */
function events({ path, body }: Asked): string[] {
  if (path.endsWith("/messages")) return messageEvents();
  if (path.endsWith("/responses")) return responseEvents();
  const chunk = { ...HEAD, object: "chat.completion.chunk" };
  const usage = (body["stream_options"] as { include_usage?: boolean } | undefined)?.include_usage === true;
  return [
    ...WORDS.map((content) => data({ ...chunk, choices: [{ index: 0, delta: { role: "assistant", content } }] })),
    data({ ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }),
    ...(usage ? [data({ ...chunk, choices: [], usage: USAGE })] : []),
    "data: [DONE]\n\n",
  ];
}

function messageEvents(): string[] {
  const named = (type: string, rest: object): string => `event: ${type}\n${data({ type, ...rest })}`;
  const start = { ...MESSAGE, content: [], stop_reason: null, usage: { ...MESSAGE.usage, output_tokens: 1 } };
  return [
    named("message_start", { message: start }),
    named("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    ...WORDS.map((text) => named("content_block_delta", { index: 0, delta: { type: "text_delta", text } })),
    named("content_block_stop", { index: 0 }),
    named("message_delta", { delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 7 } }),
    named("message_stop", {}),
  ];
}

function responseEvents(): string[] {
  const response = responseOf(WORDS.join(""));
  const item = (response["output"] as readonly object[])[0];
  let sequence_number = 0;
  const named = (type: string, rest: object): string =>
    `event: ${type}\n${data({ type, sequence_number: sequence_number++, ...rest })}`;
  const at = { item_id: "item_1", output_index: 0, content_index: 0 };
  const part = { type: "output_text", text: "", annotations: [] };
  return [
    named("response.created", { response: { ...response, status: "in_progress", output: [], usage: null } }),
    named("response.output_item.added", { output_index: 0, item: { ...item, status: "in_progress", content: [] } }),
    named("response.content_part.added", { ...at, part }),
    ...WORDS.map((delta) => named("response.output_text.delta", { ...at, delta })),
    named("response.output_text.done", { ...at, text: WORDS.join("") }),
    named("response.output_item.done", { output_index: 0, item }),
    named("response.completed", { response }),
  ];
}

function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", "x-request-id": "req_1", ...headers });
  response.end(JSON.stringify(body));
}
