import * as names from "@spanwarden/conventions";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { withCaller, withPrompt } from "../src/context/call-context.ts";
import { Seam } from "../src/fetch/instrument-fetch.ts";
import { FakeScheduler } from "./fake-scheduler.ts";
import { Telemetry } from "./telemetry.ts";

const telemetry = new Telemetry();
beforeAll(() => telemetry.start());
afterAll(() => telemetry.stop());
beforeEach(() => {
  telemetry.sampled = true;
  telemetry.clear();
});

/** In every place of a request and an answer that holds content. */
const MARK = "Xylophonic";
const parameters = { type: "object", description: MARK, properties: { [MARK]: { type: "string" } } };
const args = JSON.stringify({ [MARK]: MARK });
const image = { url: `data:image/png;base64,${MARK}` };

interface Format {
  readonly path: string;
  readonly request: object;
  readonly answer: object;
  readonly events: readonly object[];
}

const chatMessage = {
  role: "assistant",
  content: `I think ${MARK}`,
  reasoning_content: MARK,
  refusal: MARK,
  tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: args } }],
};
const blocks = [
  { type: "thinking", thinking: MARK },
  { type: "text", text: `I think ${MARK}` },
  { type: "tool_use", id: "c1", name: "f", input: { [MARK]: MARK } },
];
const items = [
  { type: "reasoning", summary: [{ type: "summary_text", text: MARK }] },
  { type: "message", role: "assistant", content: [{ type: "output_text", text: `I think ${MARK}` }] },
  { type: "function_call", call_id: "c1", name: "f", arguments: args },
];

const formats: Readonly<Record<string, Format>> = {
  "OpenAI Chat Completions": {
    path: "/v1/chat/completions",
    request: {
      model: "gpt-4o",
      user: MARK,
      metadata: { note: MARK },
      messages: [
        { role: "system", content: MARK },
        {
          role: "user",
          name: MARK,
          content: [
            { type: "text", text: MARK },
            { type: "image_url", image_url: image },
          ],
        },
        chatMessage,
        { role: "tool", tool_call_id: "c1", content: MARK },
      ],
      tools: [{ type: "function", function: { name: "f", description: MARK, parameters } }],
      response_format: { type: "json_schema", json_schema: { name: "place", description: MARK, schema: parameters } },
    },
    answer: { model: "gpt-4o", choices: [{ index: 0, finish_reason: "stop", message: chatMessage }] },
    events: [
      { choices: [{ index: 0, delta: { content: "I think ", reasoning_content: MARK } }] },
      {
        choices: [
          { index: 0, delta: { content: MARK, tool_calls: [{ index: 0, function: { name: "f", arguments: args } }] } },
        ],
      },
      { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    ],
  },
  "OpenAI Responses": {
    path: "/v1/responses",
    request: {
      model: "gpt-4.1",
      instructions: MARK,
      safety_identifier: MARK,
      prompt_cache_key: MARK,
      input: [
        {
          role: "user",
          content: [
            { type: "input_text", text: MARK },
            { type: "input_image", image_url: image.url },
          ],
        },
        ...items,
        { type: "function_call_output", call_id: "c1", output: MARK },
      ],
      tools: [{ type: "function", name: "f", description: MARK, parameters }],
      text: { format: { type: "json_schema", name: "place", schema: parameters } },
    },
    answer: { status: "completed", model: "gpt-4.1", instructions: MARK, output: items },
    events: [
      { type: "response.output_text.delta", delta: MARK },
      { type: "response.completed", response: { status: "completed", instructions: MARK, output: items } },
    ],
  },
  "Anthropic Messages": {
    path: "/v1/messages",
    request: {
      model: "claude-test",
      system: [{ type: "text", text: MARK }],
      metadata: { user_id: MARK },
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: MARK },
            { type: "image", source: { type: "base64", data: MARK } },
          ],
        },
        { role: "assistant", content: blocks },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "c1", content: MARK }] },
      ],
      tools: [{ name: "f", description: MARK, input_schema: parameters }],
    },
    answer: { type: "message", model: "claude-test", stop_reason: "end_turn", content: blocks },
    events: [
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "I think " } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: MARK } },
      { type: "content_block_start", index: 1, content_block: { type: "tool_use", id: "c1", name: "f" } },
      { type: "content_block_delta", index: 1, delta: { type: "input_json_delta", partial_json: args } },
      { type: "message_stop" },
    ],
  },
};

/** Everything that has left or would leave the process. */
async function exported(): Promise<string> {
  const metrics = Object.entries(names).filter(([key]) => key.startsWith("METRIC_"));
  const points = await Promise.all(metrics.map(async ([, name]) => await telemetry.points(String(name))));
  const spans = telemetry.started.map(({ name, attributes, events, links, status, resource }) => {
    return { name, attributes, events, links, status, resource: resource.attributes };
  });
  const records = telemetry.records.map(({ body, eventName, attributes }) => ({ body, eventName, attributes }));
  return JSON.stringify({ spans, records, points });
}

async function call(seam: Seam, { path, request }: Format, answer: () => Response): Promise<void> {
  const fetch = seam.instrument(async () => answer());
  const init = { method: "POST", body: JSON.stringify(request) };
  await withCaller({ user: `user ${MARK}`, session: MARK, tenant: MARK }, () =>
    withPrompt({ name: "support", template: `${MARK} {name}` }, async () => {
      await (await fetch(`https://llm.example${path}`, init)).text();
    }),
  );
  seam.flush();
}

describe.each(Object.entries(formats))("of %s", (_, format) => {
  const sse = format.events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("");
  const echo = { error: { message: `Invalid value: ${MARK}`, type: "invalid_request_error", param: MARK } };
  const answers: Readonly<Record<string, () => Response>> = {
    whole: () => Response.json(format.answer),
    streamed: () => new Response(sse, { headers: { "content-type": "text/event-stream" } }),
    "an error that echoes": () => Response.json(echo, { status: 400 }),
    "an error that is text": () => new Response(`Bad: ${MARK}`, { status: 500 }),
    "an error of the network": () => {
      throw new TypeError(`fetch failed ${MARK}`, { cause: new Error(MARK) });
    },
  };

  it.each(Object.keys(answers).flatMap((name) => [[name, true] as const, [name, false] as const]))(
    "nothing leaves by default: %s, sampled: %s",
    async (name, isSampled) => {
      telemetry.sampled = isSampled;
      const seam = new Seam();
      seam.configure({ captureContent: false });
      await call(seam, format, answers[name] ?? (() => new Response())).catch(() => undefined);
      seam.flush();
      const all = await exported();
      expect(all).toContain("spanwarden.prompt.rendered.checksum");
      expect(all).toContain("spanwarden.caller.user");
      expect(all).not.toContain(MARK);
    },
  );

  it("nothing leaves of a pending call", async () => {
    const scheduler = new FakeScheduler();
    const seam = new Seam(scheduler);
    seam.configure({ captureContent: true });
    const never = seam.instrument(() => new Promise(() => undefined));
    void never(`https://llm.example${format.path}`, { method: "POST", body: JSON.stringify(format.request) });
    scheduler.advance(40_000);
    expect(telemetry.records).toHaveLength(1);
    expect(await exported()).not.toContain(MARK);
  });

  it.each(["whole", "streamed"])("the signals are there all the same: %s", async (name) => {
    const seam = new Seam();
    seam.configure({ captureContent: false });
    await call(seam, format, answers[name] ?? (() => new Response()));
    expect(telemetry.spans[0]?.attributes).toMatchObject({
      "spanwarden.content.state": "complete",
      "spanwarden.input.length": expect.any(Number),
      "spanwarden.output.length": expect.any(Number),
      "spanwarden.output.hedging.score": expect.any(Number),
      "spanwarden.tool.definitions.checksum": expect.stringMatching(/^sha256:/),
      "spanwarden.output.tool_calls.checksum": expect.stringMatching(/^sha256:/),
    });
  });

  it("all of it but images is on the span where that is asked for", async () => {
    const seam = new Seam();
    seam.configure({ captureContent: true });
    await call(seam, format, answers["whole"] ?? (() => new Response()));
    const text = { type: "text", content: MARK };
    const attributes = telemetry.spans[0]?.attributes ?? {};
    expect(attributes).toMatchObject({
      "gen_ai.system_instructions": [text],
      "gen_ai.tool.definitions": [{ type: "function", name: "f", description: MARK, parameters }],
    });
    // OpenTelemetry's SDK drops what comes after the 128th.
    expect(Object.keys(attributes).length).toBeLessThan(100);
    const input = JSON.stringify(attributes["gen_ai.input.messages"]);
    const output = JSON.stringify(attributes["gen_ai.output.messages"]);
    expect(input).toContain(JSON.stringify(text));
    expect(input).toContain(`{"type":"tool_call_response","id":"c1","response":"${MARK}"}`);
    expect(input).toMatch(/\{"type":"(?:image|image_url|input_image)"\}/);
    expect(input).not.toContain("base64,");
    expect(output).toContain(`{"type":"text","content":"I think ${MARK}"}`);
    expect(output).toContain(`{"type":"reasoning","content":"${MARK}"}`);
    expect(output).toContain(`{"type":"tool_call","id":"c1","name":"f","arguments":${JSON.stringify(args)}}`);
    expect(output).toContain('"finish_reason":"');
  });
});
