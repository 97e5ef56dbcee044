import { anthropicMessages } from "./anthropic-messages.ts";
import type { Codec } from "./codec.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiResponses } from "./openai-responses.ts";

/** Every wire format that is read; the first that matches a request's path takes it. */
export const codecs: readonly Codec[] = [openaiChat, openaiResponses, anthropicMessages];
