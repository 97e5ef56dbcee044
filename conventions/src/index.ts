export * from "./names/attributes.ts";
export * from "./names/events.ts";
export * from "./names/metrics.ts";
export { formatSafetyLabel, parseSafetyLabel } from "./observation.ts";
export { decodedText } from "./text.ts";
export type * from "./call.ts";
export type * from "./observation.ts";
export type { Text } from "./text.ts";
