// Generated from conventions/model; do not edit.

/**
 * A feature flag was evaluated.
 *
 * Defined by OpenTelemetry's conventions.
 */
export const EVENT_FEATURE_FLAG_EVALUATION = "feature_flag.evaluation" as const;

/**
 * An assistant message of the prompt, up to 1.36.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 */
export const EVENT_GEN_AI_ASSISTANT_MESSAGE = "gen_ai.assistant.message" as const;

/**
 * One choice of the answer, up to 1.36.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 */
export const EVENT_GEN_AI_CHOICE = "gen_ai.choice" as const;

/**
 * Details of one model call.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS = "gen_ai.client.inference.operation.details" as const;

/**
 * Result of evaluating an answer.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const EVENT_GEN_AI_EVALUATION_RESULT = "gen_ai.evaluation.result" as const;

/**
 * A system message, up to 1.36.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 */
export const EVENT_GEN_AI_SYSTEM_MESSAGE = "gen_ai.system.message" as const;

/**
 * A tool result in the prompt, up to 1.36.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 */
export const EVENT_GEN_AI_TOOL_MESSAGE = "gen_ai.tool.message" as const;

/**
 * A user message, up to 1.36.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 */
export const EVENT_GEN_AI_USER_MESSAGE = "gen_ai.user.message" as const;

/**
 * A rule found something that is not usual.
 *
 * A point in time; it may repeat, and opens an incident only if the rule says so.
 *
 * Default severity number: 13.
 */
export const EVENT_SPANWARDEN_ANOMALY_DETECTED = "spanwarden.anomaly.detected" as const;

/**
 * One failed HTTP attempt of a call.
 *
 * An event of the inference span. A call that a retry mended is no failed call: its failed attempts are only
 * here, and `http.request.resend_count` on the span says how many they were.
 *
 * Default severity number: 13.
 */
export const EVENT_SPANWARDEN_ATTEMPT = "spanwarden.attempt" as const;

/**
 * A call has been waiting for its first byte far longer than is usual.
 *
 * Emitted once for a call after max(30 s, 3 times its usual 99th percentile), with trace id and span id of the
 * span that is still open. The final span replaces it. Callers are sensitive where clear ids were asked for.
 *
 * Default severity number: 13.
 */
export const EVENT_SPANWARDEN_CALL_PENDING = "spanwarden.call.pending" as const;

/**
 * An incident was closed.
 *
 * Default severity number: 9.
 */
export const EVENT_SPANWARDEN_INCIDENT_END = "spanwarden.incident.end" as const;

/**
 * An incident was opened.
 *
 * ERROR (17), or FATAL (21) for a safety violation.
 *
 * Default severity number: 17.
 */
export const EVENT_SPANWARDEN_INCIDENT_START = "spanwarden.incident.start" as const;

/**
 * An open incident became graver, or more is known about it.
 *
 * ERROR (17), or FATAL (21) for a safety violation.
 *
 * Default severity number: 17.
 */
export const EVENT_SPANWARDEN_INCIDENT_UPDATE = "spanwarden.incident.update" as const;

/**
 * Another provider, model or fingerprint answers the calls of a cell.
 *
 * Default severity number: 9.
 */
export const EVENT_SPANWARDEN_MODEL_CHANGED = "spanwarden.model.changed" as const;

/**
 * The calls of a cell have other request parameters.
 *
 * Default severity number: 9.
 */
export const EVENT_SPANWARDEN_PARAMETERS_CHANGED = "spanwarden.parameters.changed" as const;

/**
 * The calls of a cell use another prompt version, template or system instructions.
 *
 * Default severity number: 9.
 */
export const EVENT_SPANWARDEN_PROMPT_CHANGED = "spanwarden.prompt.changed" as const;

/**
 * A system instruction, template or set of tools was used for the first time by this process.
 *
 * The text behind a checksum, once for each checksum, and only in content mode `definitions` or above: the
 * attributes that hold text may be sensitive.
 *
 * Default severity number: 9.
 */
export const EVENT_SPANWARDEN_PROMPT_SEEN = "spanwarden.prompt.seen" as const;

/**
 * A safety rule matched a call.
 *
 * Bears trace id and span id of the call. ERROR (17) for what pages; WARN (13) for what was redacted, echoed or
 * only recorded. It never holds the matched text; offsets into a text that somebody else kept are sensitive with
 * that text.
 *
 * Default severity number: 17.
 */
export const EVENT_SPANWARDEN_SAFETY_FINDING = "spanwarden.safety.finding" as const;

/**
 * The calls of a cell come from another version of the service.
 *
 * Default severity number: 9.
 */
export const EVENT_SPANWARDEN_SERVICE_CHANGED = "spanwarden.service.changed" as const;

/**
 * The calls of a cell offer other tools to the model, or the same tools with other schemas.
 *
 * Default severity number: 9.
 */
export const EVENT_SPANWARDEN_TOOL_CHANGED = "spanwarden.tool.changed" as const;
