// Generated from conventions/model; do not edit.

export const METRIC_GEN_AI_CLIENT_INFERENCE_DURATION = "gen_ai.client.inference.duration" as const;

export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK = "gen_ai.client.inference.time_per_output_chunk" as const;

export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK = "gen_ai.client.inference.time_to_first_chunk" as const;

export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS = "gen_ai.client.inference.usage.input_tokens" as const;

export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS = "gen_ai.client.inference.usage.output_tokens" as const;

export const METRIC_SPANWARDEN_ANOMALIES = "spanwarden.anomalies" as const;

export const METRIC_SPANWARDEN_CLIENT_INFERENCE_ACTIVE = "spanwarden.client.inference.active" as const;

export const METRIC_SPANWARDEN_CLIENT_INFERENCE_OPERATION_COST = "spanwarden.client.inference.operation.cost" as const;

export const METRIC_SPANWARDEN_CLIENT_INFERENCE_USAGE_COST = "spanwarden.client.inference.usage.cost" as const;

export const METRIC_SPANWARDEN_DRIFT_DISTANCE = "spanwarden.drift.distance" as const;

export const METRIC_SPANWARDEN_DRIFT_THRESHOLD_RATIO = "spanwarden.drift.threshold.ratio" as const;

export const METRIC_SPANWARDEN_EVALUATION_RESULTS = "spanwarden.evaluation.results" as const;

export const METRIC_SPANWARDEN_EVALUATION_SCORE = "spanwarden.evaluation.score" as const;

export const METRIC_SPANWARDEN_INCIDENT_ACTIVE = "spanwarden.incident.active" as const;

export const METRIC_SPANWARDEN_INCIDENT_DURATION = "spanwarden.incident.duration" as const;

export const METRIC_SPANWARDEN_PROCESSOR_EVENT_EMITTED = "spanwarden.processor.event.emitted" as const;

export const METRIC_SPANWARDEN_PROCESSOR_QUEUE_CAPACITY = "spanwarden.processor.queue.capacity" as const;

export const METRIC_SPANWARDEN_PROCESSOR_QUEUE_SIZE = "spanwarden.processor.queue.size" as const;

export const METRIC_SPANWARDEN_PROCESSOR_SPAN_PROCESSED = "spanwarden.processor.span.processed" as const;

export const METRIC_SPANWARDEN_SAFETY_FINDINGS = "spanwarden.safety.findings" as const;
