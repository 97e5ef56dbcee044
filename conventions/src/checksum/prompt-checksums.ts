import type {
  CallContent,
  CallRequest,
  LlmCall,
  Message,
  MessagePart,
  PromptIdentity,
  ToolDefinition,
} from "../call.ts";
import {
  ATTR_GEN_AI_OUTPUT_TYPE,
  ATTR_GEN_AI_REQUEST_CHOICE_COUNT,
  ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY,
  ATTR_GEN_AI_REQUEST_MAX_TOKENS,
  ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY,
  ATTR_GEN_AI_REQUEST_REASONING_LEVEL,
  ATTR_GEN_AI_REQUEST_STOP_SEQUENCES,
  ATTR_GEN_AI_REQUEST_TEMPERATURE,
  ATTR_GEN_AI_REQUEST_TOP_K,
  ATTR_GEN_AI_REQUEST_TOP_P,
  ATTR_OPENAI_REQUEST_SERVICE_TIER,
} from "../names/attributes.ts";
import type { Text } from "../text.ts";
import { checksum, type ChecksumOptions } from "./checksum.ts";

/** The checksums of a call's prompt identity. */
export type PromptChecksums = Omit<PromptIdentity, "name" | "version">;

/** What is hashed of a call. */
export interface ChecksumSubject extends Pick<LlmCall, "request" | "content"> {
  /** The prompt template before variables are put in, where it is known. */
  readonly template?: string | undefined;
}

/** Every checksum of what was sent. One is absent where its input is: empty, cut, or not there at all. */
export function promptChecksums(subject: ChecksumSubject, options: ChecksumOptions): PromptChecksums {
  const { request, content, template } = subject;
  const sent = promptIsWhole(content) ? content : undefined;
  return {
    templateChecksum: checksum(template, options),
    renderedChecksum: checksum(sent && renderedPrompt(sent), options),
    systemInstructionsChecksum: checksum(sent && systemInstructions(sent.systemInstructions), options),
    toolDefinitionsChecksum: checksum(sent && toolDefinitions(sent.tools), options),
    parametersChecksum: checksum(requestParameters(request), options),
  };
}

/** Checksum of the tool calls of an answer, of all choices in order; absent where there are none or one is cut. */
export function toolCallsChecksum(output: readonly Message[], options: ChecksumOptions): string | undefined {
  const calls = output.flatMap(({ parts }) => parts.filter((part) => part.kind === "tool_call"));
  if (calls.length === 0 || calls.some((call) => call.arguments.truncated)) return undefined;
  return checksum(
    calls.map((call) => ({ name: call.name, arguments: parsedArguments(call.arguments) })),
    options,
  );
}

/** In state `truncated` the prompt is whole only if it is known that the answer is what was cut. */
function promptIsWhole({ state, output }: CallContent): boolean {
  return state === "complete" || (state === "truncated" && output.some(({ parts }) => parts.some(isTruncated)));
}

function renderedPrompt({ systemInstructions: system, input }: CallContent): unknown {
  if (system.length === 0 && input.length === 0) return undefined;
  if (system.some(({ truncated }) => truncated) || input.some(({ parts }) => parts.some(isTruncated))) return undefined;
  return {
    system_instructions: system.map((text) => text.text()),
    input: input.map(({ role, parts }) => ({ role, parts: parts.map(partShape) })),
  };
}

function systemInstructions(texts: readonly Text[]): unknown {
  if (texts.length === 0 || texts.some(({ truncated }) => truncated)) return undefined;
  return texts.map((text) => text.text());
}

function toolDefinitions(tools: readonly ToolDefinition[]): unknown {
  if (tools.length === 0) return undefined;
  return tools.map(({ name, description, parameters }) => ({ name, description, parameters }));
}

/**
 * What configures the model apart from its name, under the names that the span gives it. Left out are the seed and the
 * previous response, which differ from call to call in one configuration, and `stream`, which is transport.
 */
function requestParameters(request: CallRequest): unknown {
  const parameters = {
    [ATTR_GEN_AI_OUTPUT_TYPE]: request.outputType,
    [ATTR_GEN_AI_REQUEST_CHOICE_COUNT]: request.choiceCount,
    [ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY]: request.frequencyPenalty,
    [ATTR_GEN_AI_REQUEST_MAX_TOKENS]: request.maxTokens,
    [ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY]: request.presencePenalty,
    [ATTR_GEN_AI_REQUEST_REASONING_LEVEL]: request.reasoningLevel,
    [ATTR_GEN_AI_REQUEST_STOP_SEQUENCES]: request.stopSequences,
    [ATTR_GEN_AI_REQUEST_TEMPERATURE]: request.temperature,
    [ATTR_GEN_AI_REQUEST_TOP_K]: request.topK,
    [ATTR_GEN_AI_REQUEST_TOP_P]: request.topP,
    [ATTR_OPENAI_REQUEST_SERVICE_TIER]: request.serviceTier,
  };
  return Object.values(parameters).some((value) => value !== undefined) ? parameters : undefined;
}

/** Part types are those of OpenTelemetry's message schema. Ids of tool calls are left out: the provider rolls them. */
function partShape(part: MessagePart): unknown {
  switch (part.kind) {
    case "text":
    case "reasoning":
    case "refusal":
      return { type: part.kind, content: part.text.text() };
    case "tool_call":
      return { type: "tool_call", name: part.name, arguments: parsedArguments(part.arguments) };
    case "tool_result":
      return { type: "tool_call_response", response: part.text.text() };
    case "other":
      return { type: part.type };
  }
}

function isTruncated(part: MessagePart): boolean {
  if (part.kind === "other") return false;
  return part.kind === "tool_call" ? part.arguments.truncated : part.text.truncated;
}

/** The JSON value that the model wrote; its text where it is not JSON. */
function parsedArguments(json: Text): unknown {
  const text = json.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
