import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import Anthropic from "@anthropic-ai/sdk";
import { withCaller, withPrompt } from "@spanwarden/instrumentation";
import OpenAI from "openai";

/**
 * A support service as a team would write it: plain use of the two client libraries. All that it knows of telemetry is
 * `--import @spanwarden/instrumentation/register` on its command line and the names it gives its prompts and callers.
 */

const openai = new OpenAI({ apiKey: "local", baseURL: `${process.env["PROVIDER_URL"]}/v1`, maxRetries: 0 });
const anthropic = new Anthropic({ apiKey: "local", baseURL: process.env["PROVIDER_URL"] ?? "", maxRetries: 0 });

const SYSTEM = "You answer questions of customers of an online shop. Be friendly, precise and complete.";
const MAX_AGENT_STEPS = 14;

interface Ticket {
  readonly user: string;
  readonly session: string;
  readonly question: string;
}

/** Streams a free-text answer. */
async function reply(ticket: Ticket): Promise<string> {
  const stream = await openai.chat.completions.create({
    model: "gpt-4.1-mini",
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.3,
    messages: [
      { role: "system", content: SYSTEM },
      { role: "user", content: ticket.question },
    ],
  });
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  return text;
}

/** Sorts a ticket into a JSON object of a declared schema. */
async function triage(ticket: Ticket): Promise<string> {
  const response = await openai.responses.create({
    model: "gpt-4.1-mini",
    instructions: "Sort the customer's message. Answer with JSON only.",
    input: ticket.question,
    text: {
      format: {
        type: "json_schema",
        name: "triage",
        strict: true,
        schema: {
          type: "object",
          additionalProperties: false,
          required: ["topic", "urgency", "summary", "needs_human"],
          properties: {
            topic: { type: "string" },
            urgency: { type: "string", enum: ["low", "normal", "high"] },
            summary: { type: "string" },
            needs_human: { type: "boolean" },
          },
        },
      },
    },
  });
  return response.output_text;
}

/** Drafts an answer with the other provider, streamed. */
async function draft(ticket: Ticket): Promise<string> {
  const stream = anthropic.messages.stream({
    model: "claude-sonnet-5",
    max_tokens: 800,
    system: SYSTEM,
    messages: [{ role: "user", content: ticket.question }],
  });
  return await stream.finalText();
}

/** Lets the model look the order up, as often as it asks for it. */
async function agent(ticket: Ticket): Promise<string> {
  const messages: OpenAI.ChatCompletionMessageParam[] = [
    { role: "system", content: "Use the tool to look the order up, then answer." },
    { role: "user", content: ticket.question },
  ];
  for (let step = 0; step < MAX_AGENT_STEPS; step++) {
    // eslint-disable-next-line no-await-in-loop -- each step needs the one before
    const completion = await openai.chat.completions.create({
      model: "gpt-4.1",
      user: ticket.user,
      messages,
      tools: [
        {
          type: "function",
          function: {
            name: "lookup_order",
            description: "State of an order",
            parameters: { type: "object", required: ["order"], properties: { order: { type: "string" } } },
          },
        },
      ],
    });
    const message = completion.choices[0]?.message;
    if (message?.tool_calls === undefined || message.tool_calls.length === 0) return message?.content ?? "";
    messages.push(message);
    for (const call of message.tool_calls) {
      messages.push({ role: "tool", tool_call_id: call.id, content: "The order is packed and waits for the courier." });
    }
  }
  return "";
}

const ROUTES = {
  "/reply": { run: reply, prompt: { name: "support-reply", version: "3" } },
  "/triage": { run: triage, prompt: { name: "ticket-triage", version: "1" } },
  "/draft": { run: draft, prompt: { name: "support-draft", version: "2" } },
  "/agent": { run: agent, prompt: { name: "order-agent", version: "1" } },
} as const;

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = ROUTES[request.url as keyof typeof ROUTES];
  if (route === undefined) {
    response.writeHead(404).end();
    return;
  }
  let body = "";
  for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString();
  const ticket = JSON.parse(body) as Ticket;
  const caller = { user: ticket.user, session: ticket.session, route: request.url };
  const text = await withCaller(caller, () => withPrompt(route.prompt, () => route.run(ticket)));
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ text }));
}

const server = createServer((request, response) => {
  handle(request, response).catch(() => response.writeHead(502).end());
});
server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on("disconnect", () => server.close());
