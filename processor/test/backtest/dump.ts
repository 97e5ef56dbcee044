import { seededRandom } from "../../../examples/node-service/random.ts";

/** A call of a made-up service, as OpenTelemetry's conventions tell it. */
export interface DumpedCall {
  /** Milliseconds since the epoch. */
  readonly end: number;
  readonly service?: string | undefined;
  readonly failed?: boolean | undefined;
  readonly answer?: string | undefined;
  readonly inputTokens?: number | undefined;
}

export const T0 = Date.UTC(2026, 5, 1);

/** One request of OTLP/JSON, in one line. */
export function lineOf(calls: readonly DumpedCall[], seed: number): string {
  const random = seededRandom(seed);
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
  const resourceSpans = calls.map(({ end, service = "support", failed = false, answer, inputTokens = 100 }) => ({
    resource: { attributes: [text("service.name", service)] },
    scopeSpans: [
      {
        spans: [
          {
            traceId: hex(32),
            spanId: hex(16),
            name: "chat gpt-4.1",
            kind: 3,
            startTimeUnixNano: `${end - 800}000000`,
            endTimeUnixNano: `${end}000000`,
            status: failed ? { code: 2 } : {},
            attributes: [
              text("gen_ai.operation.name", "chat"),
              text("gen_ai.provider.name", "openai"),
              text("gen_ai.request.model", "gpt-4.1"),
              ...(failed ? [text("error.type", "rate_limit_exceeded")] : [text("gen_ai.response.model", "gpt-4.1")]),
              count("gen_ai.usage.input_tokens", inputTokens),
              count("gen_ai.usage.output_tokens", 40 + Math.floor(20 * random())),
              ...(answer === undefined ? [] : [text("gen_ai.output.messages", messages(answer))]),
            ],
          },
        ],
      },
    ],
  }));
  return `${JSON.stringify({ resourceSpans })}\n`;
}

function text(key: string, value: string): object {
  return { key, value: { stringValue: value } };
}

function count(key: string, value: number): object {
  return { key, value: { intValue: String(value) } };
}

function messages(answer: string): string {
  return JSON.stringify([{ role: "assistant", parts: [{ type: "text", content: answer }], finish_reason: "stop" }]);
}
