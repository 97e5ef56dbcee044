import type { Observation } from "./observation.ts";
import type { Text } from "./text.ts";

/**
 * One model call in our words: what a codec understood of a wire exchange, or a dialect of a span.
 * It is the type both packages speak; signals judge it. An absent field is unknown.
 */
export interface LlmCall {
  /** `gen_ai.operation.name`: `chat`, `embeddings`, ... */
  readonly operation: string;
  /** `gen_ai.provider.name`. */
  readonly provider?: string | undefined;
  readonly server?: { readonly address: string; readonly port?: number | undefined } | undefined;
  readonly request: CallRequest;
  readonly response: CallResponse;
  readonly usage?: TokenUsage | undefined;
  /** What the call cost in US dollars, where the emitter recorded it: as the provider said, or as it computed itself. */
  readonly cost?: { readonly amount: number; readonly source: "provider" | "local" } | undefined;
  /** Set when the logical call failed; a failed attempt that a retry mended is only in `attempts`. */
  readonly failure?: CallFailure | undefined;
  /** Failed HTTP attempts behind this one logical call, in order. */
  readonly attempts: readonly FailedAttempt[];
  readonly timing: CallTiming;
  readonly prompt: PromptIdentity;
  readonly caller: CallerIdentity;
  /** `gen_ai.conversation.id`; never invented. */
  readonly conversation?: string | undefined;
  /** `gen_ai.agent.name`. */
  readonly agent?: string | undefined;
  readonly content: CallContent;
  /** What the emitter already computed; signals fill in only what is missing here. */
  readonly observations: readonly Observation[];
}

export interface CallRequest {
  readonly model?: string | undefined;
  readonly stream?: boolean | undefined;
  readonly maxTokens?: number | undefined;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly seed?: number | undefined;
  readonly choiceCount?: number | undefined;
  readonly stopSequences?: readonly string[] | undefined;
  /** Provider's own word: `low`, `medium`, ... */
  readonly reasoningLevel?: string | undefined;
  readonly serviceTier?: string | undefined;
  readonly previousResponseId?: string | undefined;
  /** Modality that was asked for: `text`, `json`, `image`, `speech`. */
  readonly outputType?: string | undefined;
}

export interface CallResponse {
  /** The exact model that answered. */
  readonly model?: string | undefined;
  readonly id?: string | undefined;
  /** One for each choice, in order. */
  readonly finishReasons?: readonly string[] | undefined;
  readonly systemFingerprint?: string | undefined;
  readonly serviceTier?: string | undefined;
  readonly endReason?: EndReason | undefined;
}

/** How the answer ended: read to its end, cancelled by the app, cut by the network, an error, or never read. */
export type EndReason = "done" | "cancelled" | "cut" | "error" | "abandoned";

/**
 * Tokens. Cached ones, and those of audio and images, are part of `input`; reasoning ones, audio and images part of `output`,
 * whatever the provider's own habit.
 */
export interface TokenUsage {
  readonly input?: number | undefined;
  readonly output?: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly reasoning?: number | undefined;
  /** Of `cacheWrite`: kept by the provider for an hour or longer, which costs more. */
  readonly cacheWriteLong?: number | undefined;
  readonly inputAudio?: number | undefined;
  readonly outputAudio?: number | undefined;
  readonly inputImage?: number | undefined;
  readonly outputImage?: number | undefined;
  /** Searches of the web that the provider made for the answer and charges one by one; no tokens. */
  readonly webSearches?: number | undefined;
}

export type FailureClass =
  | "rate_limited"
  | "server_error"
  | "timeout"
  | "network"
  | "refused_by_provider"
  | "invalid_request"
  | "auth"
  | "empty"
  | "cancelled"
  | "other";

export interface CallFailure {
  /** `error.type`: the provider's code or the exception's name, of low cardinality. */
  readonly type: string;
  readonly class: FailureClass;
  /** HTTP status, where there was one. */
  readonly status?: number | undefined;
}

export interface FailedAttempt {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly status?: number | undefined;
  readonly type: string;
  readonly class: FailureClass;
  /** Seconds. */
  readonly duration?: number | undefined;
  /** Seconds the provider asked to wait. */
  readonly retryAfter?: number | undefined;
}

/** Seconds. */
export interface CallTiming {
  readonly duration?: number | undefined;
  readonly timeToFirstChunk?: number | undefined;
  readonly timePerChunk?: number | undefined;
}

/** Names as declared by the app; checksums as `algorithm:hex`, see `checksum/`. */
export interface PromptIdentity {
  readonly name?: string | undefined;
  readonly version?: string | undefined;
  readonly templateChecksum?: string | undefined;
  readonly renderedChecksum?: string | undefined;
  readonly systemInstructionsChecksum?: string | undefined;
  readonly toolDefinitionsChecksum?: string | undefined;
  readonly parametersChecksum?: string | undefined;
}

/** Ids as they may leave the process: `hmac-sha256:` by default. */
export interface CallerIdentity {
  readonly user?: string | undefined;
  readonly session?: string | undefined;
  readonly tenant?: string | undefined;
  readonly route?: string | undefined;
}

/** `complete`, `truncated`, `absent`: what the one who judges has, not what was exported. */
export type ContentState = "complete" | "truncated" | "absent";

export interface CallContent {
  readonly state: ContentState;
  /** System and developer text, in order. */
  readonly systemInstructions: readonly Text[];
  /** Input messages in order, without the system instructions. */
  readonly input: readonly Message[];
  /** One message for each choice. */
  readonly output: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  /** The answer's format as the caller declared it. */
  readonly format?: DeclaredFormat | undefined;
}

export interface Message {
  /** `user`, `assistant`, `tool`, ... */
  readonly role: string;
  readonly parts: readonly MessagePart[];
}

export type MessagePart =
  | { readonly kind: "text"; readonly text: Text }
  | { readonly kind: "reasoning"; readonly text: Text }
  | { readonly kind: "refusal"; readonly text: Text }
  | {
      readonly kind: "tool_call";
      readonly id?: string | undefined;
      readonly name: string;
      /** JSON, as the model wrote it. */
      readonly arguments: Text;
    }
  | { readonly kind: "tool_result"; readonly id?: string | undefined; readonly text: Text }
  | { readonly kind: "other"; readonly type: string };

export interface ToolDefinition {
  readonly name: string;
  readonly description?: string | undefined;
  /** JSON Schema. */
  readonly parameters?: unknown;
}

export type DeclaredFormat =
  | { readonly kind: "json" }
  | { readonly kind: "json_schema"; readonly name?: string | undefined; readonly schema: unknown };
