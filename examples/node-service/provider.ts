import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import { answer, degraded, leak, tokens, triage } from "./content.ts";
import { between, type Random } from "./random.ts";
import type { Fault, ProviderName } from "./scenario.ts";
import { anthropicMessage, chatCompletion, response, type Reply, type RequestBody } from "./wire.ts";

const LEAKED_ANSWERS = 2;

/**
 * A local stand-in for the providers, speaking their wire formats over HTTP, streams included. Faults are switched on
 * from outside; it keeps count of what each one touched: the truth that the summary holds the incidents against.
 */
export class Provider {
  readonly #random: Random;
  readonly #server: Server;
  readonly #active = new Map<Fault, number>();
  readonly #effects = new Map<Fault, { first: number; count: number }>();

  constructor(random: Random) {
    this.#random = random;
    this.#server = createServer((request, reply) => {
      this.#handle(request, reply).catch(() => reply.destroy());
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  begin(fault: Fault): void {
    this.#active.set(fault, 0);
  }

  end(fault: Fault): void {
    this.#active.delete(fault);
  }

  /** When a fault first touched an answer, in milliseconds since the epoch, and how many it touched. */
  effectOf(fault: Fault): { readonly first: number; readonly count: number } | undefined {
    return this.#effects.get(fault);
  }

  async #handle(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = await readJson(request);
    const name: ProviderName = request.url === "/v1/messages" ? "anthropic" : "openai";
    if (this.#fails(name, reply)) return;
    await delay(between(this.#random, 20, 80));
    const made = this.#reply(name, body);
    if (request.url === "/v1/messages") await anthropicMessage(reply, body, made);
    else if (request.url === "/v1/responses") await response(reply, body, made);
    else await chatCompletion(reply, body, made);
  }

  #reply(name: ProviderName, body: RequestBody): Reply {
    const random = this.#random;
    const changed = this.#hit("quality_degradation", name);
    const looping = this.#find("cost_anomaly", name, (fault) => body.user === fault.user);
    const build = changed === undefined ? 0 : 1;
    if (wantsTool(body) && (looping !== undefined || !hasToolResult(body))) {
      if (looping !== undefined && hasToolResult(body)) this.#touch(looping);
      const tool = { name: "lookup_order", arguments: JSON.stringify({ order: `A-${body.user ?? "0"}` }) };
      return { text: "", tool, build, inputTokens: inputTokens(body), outputTokens: 22 };
    }
    let text = wantsSchema(body) ? triage(random) : answer(random);
    if (changed !== undefined) {
      text = degraded(random);
      this.#touch(changed);
    } else if (!wantsSchema(body)) {
      const leaking = this.#find("safety_violation", name, (fault) => (this.#active.get(fault) ?? 0) < LEAKED_ANSWERS);
      if (leaking !== undefined) {
        text = leak(random);
        this.#touch(leaking);
      }
    }
    return { text, build, inputTokens: inputTokens(body), outputTokens: tokens(text) };
  }

  #fails(name: ProviderName, reply: ServerResponse): boolean {
    const fault = this.#hit("outage", name);
    if (fault === undefined) return false;
    this.#touch(fault);
    const [status, type, message] = FAILURES[fault.failure ?? "server_error"];
    reply.writeHead(status, { "content-type": "application/json" });
    const error = { type, code: type, message };
    reply.end(JSON.stringify(name === "anthropic" ? { type: "error", error } : { error }));
    return true;
  }

  /** The active fault of this kind at this provider, if the dice say that it touches this call. */
  #hit(kind: Fault["kind"], provider: ProviderName): Fault | undefined {
    return this.#find(kind, provider, (fault) => this.#random() < fault.share);
  }

  #find(kind: Fault["kind"], provider: ProviderName, applies: (fault: Fault) => boolean): Fault | undefined {
    for (const fault of this.#active.keys()) {
      if (fault.kind === kind && fault.provider === provider && applies(fault)) return fault;
    }
    return undefined;
  }

  #touch(fault: Fault): void {
    const count = (this.#active.get(fault) ?? 0) + 1;
    this.#active.set(fault, count);
    const first = this.#effects.get(fault)?.first ?? Date.now();
    this.#effects.set(fault, { first, count: (this.#effects.get(fault)?.count ?? 0) + 1 });
  }
}

const FAILURES = {
  rate_limited: [429, "rate_limit_error", "Rate limit reached, try again later"],
  server_error: [500, "server_error", "The server had an error while processing your request"],
  overloaded: [529, "overloaded_error", "Overloaded"],
} as const;

function wantsTool(body: RequestBody): boolean {
  return (body.tools?.length ?? 0) > 0;
}

function hasToolResult(body: RequestBody): boolean {
  return body.messages?.some((message) => message.role === "tool") ?? false;
}

function wantsSchema(body: RequestBody): boolean {
  return body.text?.format?.type === "json_schema";
}

function inputTokens(body: RequestBody): number {
  return tokens(JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<RequestBody> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString()) as RequestBody;
}
