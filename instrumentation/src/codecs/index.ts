import { anthropicMessages } from "./anthropic-messages.ts";
import type { Codec } from "./codec.ts";
import { cohereChat } from "./cohere-chat.ts";
import { embeddings } from "./embeddings.ts";
import { gemini } from "./gemini.ts";
import { ollama } from "./ollama.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiCompletions } from "./openai-completions.ts";
import { openaiResponses } from "./openai-responses.ts";

/** Every wire format that is read; the first that matches a request's path takes it. */
export const codecs: readonly Codec[] = [
  openaiChat,
  openaiResponses,
  anthropicMessages,
  gemini,
  cohereChat,
  ollama,
  openaiCompletions,
  ...embeddings,
];
