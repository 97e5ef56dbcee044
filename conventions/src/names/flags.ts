// Generated from conventions/model; do not edit.

/** Whether to call the fallback model instead. */
export const FLAG_LLM_FAILOVER = "llm.failover" as const;

/** The most tokens an answer may have. */
export const FLAG_LLM_MAX_OUTPUT_TOKENS = "llm.max_output_tokens" as const;

/** The model to call, where a service asks: pins the last known-good version. */
export const FLAG_LLM_MODEL = "llm.model" as const;

/** The version of the prompt to use; rolls a prompt back without a deploy. */
export const FLAG_LLM_PROMPT_VERSION = "llm.prompt.version" as const;

/** Whether to hold this caller's calls back. */
export const FLAG_LLM_THROTTLE = "llm.throttle" as const;

/** Share of the calls that go to the alternate model, from 0 to 1. */
export const FLAG_LLM_TRAFFIC_ALTERNATE = "llm.traffic.alternate" as const;
