/** OTLP/JSON requests of made-up model calls, as an instrumented service sends them. */

export interface CallShape {
  readonly n: number;
  readonly failed?: boolean;
  readonly model?: string;
  readonly system?: string;
  /** Milliseconds since the epoch. */
  readonly end: number;
}

const HEX = (n: number, digits: number): string => n.toString(16).padStart(digits, "0");

/** One request that holds these calls of one service and prompt. */
export function requestOf(calls: readonly CallShape[]): unknown {
  const resource = { attributes: [text("service.name", "shop")] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "test" }, spans: calls.map(spanOf) }] }] };
}

function spanOf({ n, failed = false, model = "gpt-4.1-mini-2025-04-14", system, end }: CallShape): unknown {
  const attributes = [
    text("gen_ai.operation.name", "chat"),
    text("gen_ai.provider.name", "openai"),
    text("gen_ai.request.model", "gpt-4.1-mini"),
    text("gen_ai.prompt.name", "support"),
    ...(failed
      ? [text("error.type", "server_error"), count("http.response.status_code", 500)]
      : [
          text("gen_ai.response.model", model),
          text("gen_ai.response.id", `response-${n}`),
          count("gen_ai.usage.input_tokens", 100),
          count("gen_ai.usage.output_tokens", 50),
        ]),
    ...(system === undefined ? [] : [text("spanwarden.prompt.system_instructions.checksum", system)]),
  ];
  return {
    traceId: HEX(n + 1, 32),
    spanId: HEX(n + 1, 16),
    name: "chat gpt-4.1-mini",
    kind: 3,
    startTimeUnixNano: String(BigInt(Math.round(end - 500)) * 1_000_000n),
    endTimeUnixNano: String(BigInt(Math.round(end)) * 1_000_000n),
    status: failed ? { code: 2 } : {},
    attributes,
  };
}

function text(key: string, value: string): unknown {
  return { key, value: { stringValue: value } };
}

function count(key: string, value: number): unknown {
  return { key, value: { intValue: String(value) } };
}
