import type { CallContent, CallFailure, CallRequest, CallResponse, Message, TokenUsage } from "@spanwarden/conventions";

/**
 * One wire format: JSON and events of a provider's API, read into our words. Pure and tolerant: a body comes from a
 * peer that may lie, so an unexpected shape makes the field unknown and never throws.
 */
export interface Codec {
  readonly name: string;
  /** By path alone; the request's body then decides, for `readRequest` may still decline. */
  matches(method: string, url: URL): boolean;
  /** `undefined` where the body is no model call of this format. */
  readRequest(body: unknown, url: URL): RequestReading | undefined;
  /** A whole, non-streamed answer with a 2xx status; a 200 that holds an error object reads as a failure. */
  readResponse(body: unknown): ResponseReading;
  /** The body of an answer with another status; `body` is parsed JSON, text, or undefined. */
  readFailure(status: number, body: unknown): CallFailure;
  readStream(): StreamReading;
}

export interface RequestReading {
  readonly operation: string;
  /** `gen_ai.provider.name`, by host and shape. */
  readonly provider: string;
  readonly request: CallRequest;
  readonly content: Pick<CallContent, "systemInstructions" | "input" | "tools" | "format">;
  /** Provider's own attributes, ready to set: `openai.api.type`, ... */
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

export interface ResponseReading {
  readonly response: CallResponse;
  readonly usage?: TokenUsage | undefined;
  readonly output: readonly Message[];
  readonly failure?: CallFailure | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

/** One server-sent event, or one line of a stream of JSON lines. */
export interface StreamEvent {
  /** The `event:` field; empty where there was none. */
  readonly event: string;
  readonly data: string;
}

/** Reads a stream event by event, in bounded memory of its own beside the answer's text. */
export interface StreamReading {
  push(event: StreamEvent): void;
  /** True from the first event that carries a piece of the answer: the first chunk. */
  readonly started: boolean;
  /** True once the format's own end has been seen (`[DONE]`, `message_stop`, `response.completed`, ...). */
  readonly finished: boolean;
  /** True once nothing more can come: a client may read no further, and never say so. */
  readonly ended: boolean;
  /** What has been understood so far; asked for once, when the stream ends in whatever way. */
  result(): ResponseReading;
}
