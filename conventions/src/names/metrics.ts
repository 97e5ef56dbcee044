// Generated from conventions/model; do not edit.

/**
 * Time of one model call.
 *
 * Histogram.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const METRIC_GEN_AI_CLIENT_INFERENCE_DURATION = "gen_ai.client.inference.duration" as const;

/** Explicit bucket boundaries of `gen_ai.client.inference.duration`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_DURATION_BUCKETS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] as const;

/** Unit of `gen_ai.client.inference.duration`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_DURATION_UNIT = "s" as const;

/**
 * Time between chunks of a streamed answer after the first.
 *
 * Histogram.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK = "gen_ai.client.inference.time_per_output_chunk" as const;

/** Explicit bucket boundaries of `gen_ai.client.inference.time_per_output_chunk`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK_BUCKETS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] as const;

/** Unit of `gen_ai.client.inference.time_per_output_chunk`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_PER_OUTPUT_CHUNK_UNIT = "s" as const;

/**
 * Time to the first chunk of a streamed answer.
 *
 * Histogram.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK = "gen_ai.client.inference.time_to_first_chunk" as const;

/** Explicit bucket boundaries of `gen_ai.client.inference.time_to_first_chunk`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK_BUCKETS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] as const;

/** Unit of `gen_ai.client.inference.time_to_first_chunk`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_TIME_TO_FIRST_CHUNK_UNIT = "s" as const;

/**
 * Input tokens served from the cache.
 *
 * Counter.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS = "gen_ai.client.inference.usage.cache_read.input_tokens" as const;

/** Unit of `gen_ai.client.inference.usage.cache_read.input_tokens`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_READ_INPUT_TOKENS_UNIT = "{token}" as const;

/**
 * Input tokens written to the cache.
 *
 * Counter.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS = "gen_ai.client.inference.usage.cache_write.input_tokens" as const;

/** Unit of `gen_ai.client.inference.usage.cache_write.input_tokens`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_CACHE_WRITE_INPUT_TOKENS_UNIT = "{token}" as const;

/**
 * Input tokens used.
 *
 * Counter.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS = "gen_ai.client.inference.usage.input_tokens" as const;

/** Unit of `gen_ai.client.inference.usage.input_tokens`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_INPUT_TOKENS_UNIT = "{token}" as const;

/**
 * Output tokens used.
 *
 * Counter.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS = "gen_ai.client.inference.usage.output_tokens" as const;

/** Unit of `gen_ai.client.inference.usage.output_tokens`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_OUTPUT_TOKENS_UNIT = "{token}" as const;

/**
 * Output tokens used for reasoning.
 *
 * Counter.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS = "gen_ai.client.inference.usage.reasoning.output_tokens" as const;

/** Unit of `gen_ai.client.inference.usage.reasoning.output_tokens`. */
export const METRIC_GEN_AI_CLIENT_INFERENCE_USAGE_REASONING_OUTPUT_TOKENS_UNIT = "{token}" as const;

/**
 * Time of one operation other than inference.
 *
 * Histogram.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const METRIC_GEN_AI_CLIENT_OPERATION_DURATION = "gen_ai.client.operation.duration" as const;

/** Explicit bucket boundaries of `gen_ai.client.operation.duration`. */
export const METRIC_GEN_AI_CLIENT_OPERATION_DURATION_BUCKETS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] as const;

/** Unit of `gen_ai.client.operation.duration`. */
export const METRIC_GEN_AI_CLIENT_OPERATION_DURATION_UNIT = "s" as const;

/**
 * Time between chunks of a streamed answer, in 1.41.
 *
 * Histogram.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 */
export const METRIC_GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK = "gen_ai.client.operation.time_per_output_chunk" as const;

/** Explicit bucket boundaries of `gen_ai.client.operation.time_per_output_chunk`. */
export const METRIC_GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK_BUCKETS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] as const;

/** Unit of `gen_ai.client.operation.time_per_output_chunk`. */
export const METRIC_GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK_UNIT = "s" as const;

/**
 * Time to the first chunk of a streamed answer, in 1.41.
 *
 * Histogram.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 */
export const METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk" as const;

/** Explicit bucket boundaries of `gen_ai.client.operation.time_to_first_chunk`. */
export const METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK_BUCKETS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] as const;

/** Unit of `gen_ai.client.operation.time_to_first_chunk`. */
export const METRIC_GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK_UNIT = "s" as const;

/**
 * Tokens used by one operation, up to 1.41.
 *
 * Histogram.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 */
export const METRIC_GEN_AI_CLIENT_TOKEN_USAGE = "gen_ai.client.token.usage" as const;

/** Explicit bucket boundaries of `gen_ai.client.token.usage`. */
export const METRIC_GEN_AI_CLIENT_TOKEN_USAGE_BUCKETS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] as const;

/** Unit of `gen_ai.client.token.usage`. */
export const METRIC_GEN_AI_CLIENT_TOKEN_USAGE_UNIT = "{token}" as const;

/**
 * Anomalies that rules found.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_ANOMALIES = "spanwarden.anomalies" as const;

/** Unit of `spanwarden.anomalies`. */
export const METRIC_SPANWARDEN_ANOMALIES_UNIT = "{anomaly}" as const;

/**
 * Cells that have state.
 *
 * UpDownCounter.
 */
export const METRIC_SPANWARDEN_CELL_ACTIVE = "spanwarden.cell.active" as const;

/** Unit of `spanwarden.cell.active`. */
export const METRIC_SPANWARDEN_CELL_ACTIVE_UNIT = "{cell}" as const;

/**
 * Calls and scores of cells that there was no room for; of such calls only safety is judged.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_CELL_OVERFLOW = "spanwarden.cell.overflow" as const;

/** Unit of `spanwarden.cell.overflow`. */
export const METRIC_SPANWARDEN_CELL_OVERFLOW_UNIT = "{call}" as const;

/**
 * Rules of all cells, by how they stand.
 *
 * UpDownCounter.
 */
export const METRIC_SPANWARDEN_CELL_RULE = "spanwarden.cell.rule" as const;

/** Unit of `spanwarden.cell.rule`. */
export const METRIC_SPANWARDEN_CELL_RULE_UNIT = "{rule}" as const;

/**
 * Model calls that have been sent and whose answer has not ended.
 *
 * UpDownCounter.
 */
export const METRIC_SPANWARDEN_CLIENT_INFERENCE_ACTIVE = "spanwarden.client.inference.active" as const;

/** Unit of `spanwarden.client.inference.active`. */
export const METRIC_SPANWARDEN_CLIENT_INFERENCE_ACTIVE_UNIT = "{call}" as const;

/**
 * Price of one model call, in US dollars.
 *
 * For quantiles and outliers; totals are in `spanwarden.client.inference.usage.cost`.
 *
 * Histogram.
 */
export const METRIC_SPANWARDEN_CLIENT_INFERENCE_OPERATION_COST = "spanwarden.client.inference.operation.cost" as const;

/** Explicit bucket boundaries of `spanwarden.client.inference.operation.cost`. */
export const METRIC_SPANWARDEN_CLIENT_INFERENCE_OPERATION_COST_BUCKETS = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10] as const;

/** Unit of `spanwarden.client.inference.operation.cost`. */
export const METRIC_SPANWARDEN_CLIENT_INFERENCE_OPERATION_COST_UNIT = "{USD}" as const;

/**
 * Answered calls whose price is not known.
 *
 * While it grows, `spanwarden.client.inference.usage.cost` of the same model is a lower bound.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_CLIENT_INFERENCE_UNPRICED = "spanwarden.client.inference.unpriced" as const;

/** Unit of `spanwarden.client.inference.unpriced`. */
export const METRIC_SPANWARDEN_CLIENT_INFERENCE_UNPRICED_UNIT = "{call}" as const;

/**
 * Money spent on model calls, in US dollars.
 *
 * Calls of unknown price are missing in it, so it is a lower bound.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_CLIENT_INFERENCE_USAGE_COST = "spanwarden.client.inference.usage.cost" as const;

/** Unit of `spanwarden.client.inference.usage.cost`. */
export const METRIC_SPANWARDEN_CLIENT_INFERENCE_USAGE_COST_UNIT = "{USD}" as const;

/**
 * Distance of the current window of a signal from its reference.
 *
 * Not additive, and never comparable between methods.
 *
 * Gauge.
 */
export const METRIC_SPANWARDEN_DRIFT_DISTANCE = "spanwarden.drift.distance" as const;

/** Unit of `spanwarden.drift.distance`. */
export const METRIC_SPANWARDEN_DRIFT_DISTANCE_UNIT = "1" as const;

/**
 * Distance divided by its threshold, so that more than 1 is a breach whatever the method.
 *
 * Gauge.
 */
export const METRIC_SPANWARDEN_DRIFT_THRESHOLD_RATIO = "spanwarden.drift.threshold.ratio" as const;

/** Unit of `spanwarden.drift.threshold.ratio`. */
export const METRIC_SPANWARDEN_DRIFT_THRESHOLD_RATIO_UNIT = "1" as const;

/**
 * Labelled evaluations of answers.
 *
 * The share of one label among all results of a name is a compliance rate.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_EVALUATION_RESULTS = "spanwarden.evaluation.results" as const;

/** Unit of `spanwarden.evaluation.results`. */
export const METRIC_SPANWARDEN_EVALUATION_RESULTS_UNIT = "{result}" as const;

/**
 * Score of one answer by one evaluation, from 0 to 1.
 *
 * One name for each evaluation; scores of different names are not comparable and must not be added up.
 *
 * Histogram.
 */
export const METRIC_SPANWARDEN_EVALUATION_SCORE = "spanwarden.evaluation.score" as const;

/** Explicit bucket boundaries of `spanwarden.evaluation.score`. */
export const METRIC_SPANWARDEN_EVALUATION_SCORE_BUCKETS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

/** Unit of `spanwarden.evaluation.score`. */
export const METRIC_SPANWARDEN_EVALUATION_SCORE_UNIT = "1" as const;

/**
 * Incidents that are open.
 *
 * Observed from the store of incidents; 0 for 15 minutes after the last one closed, then no longer reported.
 *
 * UpDownCounter.
 */
export const METRIC_SPANWARDEN_INCIDENT_ACTIVE = "spanwarden.incident.active" as const;

/** Unit of `spanwarden.incident.active`. */
export const METRIC_SPANWARDEN_INCIDENT_ACTIVE_UNIT = "{incident}" as const;

/**
 * Time that an incident was open.
 *
 * Histogram.
 */
export const METRIC_SPANWARDEN_INCIDENT_DURATION = "spanwarden.incident.duration" as const;

/** Explicit bucket boundaries of `spanwarden.incident.duration`. */
export const METRIC_SPANWARDEN_INCIDENT_DURATION_BUCKETS = [60, 300, 600, 1800, 3600, 7200, 14400, 28800, 86400, 259200] as const;

/** Unit of `spanwarden.incident.duration`. */
export const METRIC_SPANWARDEN_INCIDENT_DURATION_UNIT = "s" as const;

/**
 * Log records about a call that added nothing to one; `error.type` says why.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_AMENDMENT_SKIPPED = "spanwarden.processor.amendment.skipped" as const;

/** Unit of `spanwarden.processor.amendment.skipped`. */
export const METRIC_SPANWARDEN_PROCESSOR_AMENDMENT_SKIPPED_UNIT = "{amendment}" as const;

/**
 * What log records added to calls that have a span of their own, repeats left out.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_AMENDMENT_TAKEN = "spanwarden.processor.amendment.taken" as const;

/** Unit of `spanwarden.processor.amendment.taken`. */
export const METRIC_SPANWARDEN_PROCESSOR_AMENDMENT_TAKEN_UNIT = "{amendment}" as const;

/**
 * Calls whose end lay more than 5 seconds in the future and was set to their arrival.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_AHEAD = "spanwarden.processor.call.ahead" as const;

/** Unit of `spanwarden.processor.call.ahead`. */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_AHEAD_UNIT = "{call}" as const;

/**
 * Model calls that were judged and became facts.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_JUDGED = "spanwarden.processor.call.judged" as const;

/** Unit of `spanwarden.processor.call.judged`. */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_JUDGED_UNIT = "{call}" as const;

/**
 * Time from the end of a call to its arrival at the processor.
 *
 * Histogram.
 */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_LAG = "spanwarden.processor.call.lag" as const;

/** Explicit bucket boundaries of `spanwarden.processor.call.lag`. */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_LAG_BUCKETS = [0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600] as const;

/** Unit of `spanwarden.processor.call.lag`. */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_LAG_UNIT = "s" as const;

/**
 * Calls that came too late for rules over many calls; they are part of totals and of what is learned.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_LATE = "spanwarden.processor.call.late" as const;

/** Unit of `spanwarden.processor.call.late`. */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_LATE_UNIT = "{call}" as const;

/**
 * Model calls that were forwarded without being judged; `error.type` says why.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_SKIPPED = "spanwarden.processor.call.skipped" as const;

/** Unit of `spanwarden.processor.call.skipped`. */
export const METRIC_SPANWARDEN_PROCESSOR_CALL_SKIPPED_UNIT = "{call}" as const;

/**
 * Age of the oldest request in a destination's queue; 0 where none waits.
 *
 * Gauge.
 */
export const METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_AGE = "spanwarden.processor.destination.queue.age" as const;

/** Unit of `spanwarden.processor.destination.queue.age`. */
export const METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_AGE_UNIT = "s" as const;

/**
 * Size that a destination's queue may have.
 *
 * UpDownCounter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_CAPACITY = "spanwarden.processor.destination.queue.capacity" as const;

/** Unit of `spanwarden.processor.destination.queue.capacity`. */
export const METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_CAPACITY_UNIT = "By" as const;

/**
 * Requests that wait in a destination's queue.
 *
 * UpDownCounter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_LENGTH = "spanwarden.processor.destination.queue.length" as const;

/** Unit of `spanwarden.processor.destination.queue.length`. */
export const METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_LENGTH_UNIT = "{request}" as const;

/**
 * Size of a destination's queue on disk.
 *
 * UpDownCounter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_SIZE = "spanwarden.processor.destination.queue.size" as const;

/** Unit of `spanwarden.processor.destination.queue.size`. */
export const METRIC_SPANWARDEN_PROCESSOR_DESTINATION_QUEUE_SIZE_UNIT = "By" as const;

/**
 * Smallest time from the end of a call to its arrival over 5 minutes, of the service's instance that is furthest
 * off.
 *
 * Negative where that instance's clock is ahead of the processor's. At most 500 instances are watched at once;
 * those that fell silent make room.
 *
 * Gauge.
 */
export const METRIC_SPANWARDEN_PROCESSOR_EMITTER_CLOCK_OFFSET = "spanwarden.processor.emitter.clock.offset" as const;

/** Unit of `spanwarden.processor.emitter.clock.offset`. */
export const METRIC_SPANWARDEN_PROCESSOR_EMITTER_CLOCK_OFFSET_UNIT = "s" as const;

/**
 * Events that were sent on; `error.type` says why one was dropped.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_EVENT_EMITTED = "spanwarden.processor.event.emitted" as const;

/** Unit of `spanwarden.processor.event.emitted`. */
export const METRIC_SPANWARDEN_PROCESSOR_EVENT_EMITTED_UNIT = "{event}" as const;

/**
 * Spans, records and points that a next hop refused out of a request that it took.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_ITEM_REJECTED = "spanwarden.processor.item.rejected" as const;

/** Unit of `spanwarden.processor.item.rejected`. */
export const METRIC_SPANWARDEN_PROCESSOR_ITEM_REJECTED_UNIT = "{item}" as const;

/**
 * Events that may wait before the oldest are dropped.
 *
 * UpDownCounter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_QUEUE_CAPACITY = "spanwarden.processor.queue.capacity" as const;

/** Unit of `spanwarden.processor.queue.capacity`. */
export const METRIC_SPANWARDEN_PROCESSOR_QUEUE_CAPACITY_UNIT = "{event}" as const;

/**
 * Events that were decided and are not delivered yet.
 *
 * UpDownCounter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_QUEUE_SIZE = "spanwarden.processor.queue.size" as const;

/** Unit of `spanwarden.processor.queue.size`. */
export const METRIC_SPANWARDEN_PROCESSOR_QUEUE_SIZE_UNIT = "{event}" as const;

/**
 * OTLP requests that were taken and do not reach a destination; `error.type` says why.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_REQUEST_DROPPED = "spanwarden.processor.request.dropped" as const;

/** Unit of `spanwarden.processor.request.dropped`. */
export const METRIC_SPANWARDEN_PROCESSOR_REQUEST_DROPPED_UNIT = "{request}" as const;

/**
 * OTLP requests that were sent to the next hop.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_REQUEST_FORWARDED = "spanwarden.processor.request.forwarded" as const;

/** Unit of `spanwarden.processor.request.forwarded`. */
export const METRIC_SPANWARDEN_PROCESSOR_REQUEST_FORWARDED_UNIT = "{request}" as const;

/**
 * OTLP requests that were answered with an error; `error.type` says why.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED = "spanwarden.processor.request.refused" as const;

/** Unit of `spanwarden.processor.request.refused`. */
export const METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED_UNIT = "{request}" as const;

/**
 * Further attempts to send a request, of which each may leave a duplicate.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_REQUEST_RETRIED = "spanwarden.processor.request.retried" as const;

/** Unit of `spanwarden.processor.request.retried`. */
export const METRIC_SPANWARDEN_PROCESSOR_REQUEST_RETRIED_UNIT = "{request}" as const;

/**
 * Spans that were received and dealt with; `error.type` says why one was refused or dropped.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_PROCESSOR_SPAN_PROCESSED = "spanwarden.processor.span.processed" as const;

/** Unit of `spanwarden.processor.span.processed`. */
export const METRIC_SPANWARDEN_PROCESSOR_SPAN_PROCESSED_UNIT = "{span}" as const;

/**
 * Matches of safety rules, one for each rule and call.
 *
 * Counter.
 */
export const METRIC_SPANWARDEN_SAFETY_FINDINGS = "spanwarden.safety.findings" as const;

/** Unit of `spanwarden.safety.findings`. */
export const METRIC_SPANWARDEN_SAFETY_FINDINGS_UNIT = "{finding}" as const;
