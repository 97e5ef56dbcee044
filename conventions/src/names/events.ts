// Generated from conventions/model; do not edit.

export const EVENT_GEN_AI_CLIENT_INFERENCE_OPERATION_DETAILS = "gen_ai.client.inference.operation.details" as const;

export const EVENT_GEN_AI_EVALUATION_RESULT = "gen_ai.evaluation.result" as const;

export const EVENT_SPANWARDEN_ANOMALY_DETECTED = "spanwarden.anomaly.detected" as const;

export const EVENT_SPANWARDEN_ATTEMPT = "spanwarden.attempt" as const;

export const EVENT_SPANWARDEN_CALL_PENDING = "spanwarden.call.pending" as const;

export const EVENT_SPANWARDEN_INCIDENT_END = "spanwarden.incident.end" as const;

export const EVENT_SPANWARDEN_INCIDENT_START = "spanwarden.incident.start" as const;

export const EVENT_SPANWARDEN_INCIDENT_UPDATE = "spanwarden.incident.update" as const;

export const EVENT_SPANWARDEN_MODEL_CHANGED = "spanwarden.model.changed" as const;

export const EVENT_SPANWARDEN_PARAMETERS_CHANGED = "spanwarden.parameters.changed" as const;

export const EVENT_SPANWARDEN_PROMPT_CHANGED = "spanwarden.prompt.changed" as const;

export const EVENT_SPANWARDEN_SAFETY_FINDING = "spanwarden.safety.finding" as const;

export const EVENT_SPANWARDEN_SERVICE_CHANGED = "spanwarden.service.changed" as const;

export const EVENT_SPANWARDEN_TOOL_CHANGED = "spanwarden.tool.changed" as const;
