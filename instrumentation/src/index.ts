export { LlmInstrumentation } from "./instrumentation.ts";
export { instrumentFetch } from "./fetch/instrument-fetch.ts";
export { withCaller, withPrompt } from "./context/call-context.ts";
export { recordFeedback } from "./record-feedback.ts";
export type { LlmInstrumentationConfig } from "./config.ts";
export type { CallerIds, Prompt } from "./context/call-context.ts";
export type { Feedback } from "./record-feedback.ts";
