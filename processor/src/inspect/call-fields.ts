import type { LlmCall } from "@spanwarden/conventions";

/** What is worth knowing of a call, and whether one has it. */
export const CALL_FIELDS: readonly (readonly [string, (call: LlmCall) => boolean])[] = [
  ["request model", ({ request }) => request.model !== undefined],
  ["response model", ({ response }) => response.model !== undefined],
  ["response id", ({ response }) => response.id !== undefined],
  ["finish reasons", ({ response }) => (response.finishReasons?.length ?? 0) > 0],
  ["input tokens", ({ usage }) => usage?.input !== undefined],
  ["output tokens", ({ usage }) => usage?.output !== undefined],
  ["cached tokens", ({ usage }) => usage?.cacheRead !== undefined || usage?.cacheWrite !== undefined],
  ["reasoning tokens", ({ usage }) => usage?.reasoning !== undefined],
  ["cost", ({ cost }) => cost !== undefined],
  ["failure", ({ failure }) => failure !== undefined],
  ["time to first chunk", ({ timing }) => timing.timeToFirstChunk !== undefined],
  ["parameters", ({ request }) => request.temperature !== undefined || request.maxTokens !== undefined],
  ["system instructions", ({ content }) => content.systemInstructions.length > 0],
  ["input messages", ({ content }) => content.input.length > 0],
  ["answer", ({ content }) => content.state !== "absent"],
  ["tools", ({ content }) => content.tools.length > 0],
  ["prompt name", ({ prompt }) => prompt.name !== undefined],
  ["user", ({ caller }) => caller.user !== undefined],
  ["session", ({ caller }) => caller.session !== undefined],
  ["tenant", ({ caller }) => caller.tenant !== undefined],
  ["route", ({ caller }) => caller.route !== undefined],
  ["conversation", ({ conversation }) => conversation !== undefined],
  ["agent", ({ agent }) => agent !== undefined],
];
