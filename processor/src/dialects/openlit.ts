import {
  ATTR_GEN_AI_REQUEST_STREAM,
  ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK,
  ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS,
  ATTR_GEN_AI_USAGE_COST_AMOUNT,
  ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS,
} from "@spanwarden/conventions";

import { knownCost } from "./cost-source.ts";
import { from, type Dialect } from "./dialect.ts";
import { isAnthropic } from "./provider-names.ts";

/** OpenLIT: OpenTelemetry's names with some of its own. */
export const openLit: Dialect = {
  name: "openlit",
  marks: [
    { attribute: "telemetry.sdk.name", value: "openlit" },
    { attribute: "gen_ai.request.is_stream" },
    { scope: "openlit" },
  ],
  // It hands on what Anthropic says.
  cachedBesideInput: isAnthropic,
  fields: {
    [ATTR_GEN_AI_REQUEST_STREAM]: from("gen_ai.request.is_stream"),
    // Seconds.
    [ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK]: from("gen_ai.server.time_to_first_token"),
    [ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS]: from("gen_ai.usage.prompt_tokens_details.cache_read"),
    [ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS]: from("gen_ai.usage.prompt_tokens_details.cache_write"),
    [ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS]: from("gen_ai.usage.completion_tokens_details.reasoning"),
    [ATTR_GEN_AI_USAGE_COST_AMOUNT]: knownCost(from("gen_ai.usage.cost")),
  },
};
