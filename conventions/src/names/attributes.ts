// Generated from conventions/model; do not edit.

export const ATTR_DEPLOYMENT_ENVIRONMENT_NAME = "deployment.environment.name" as const;

export const ATTR_ENDUSER_ID = "enduser.id" as const;

export const ATTR_ERROR_TYPE = "error.type" as const;

export const ATTR_GEN_AI_AGENT_ID = "gen_ai.agent.id" as const;

export const ATTR_GEN_AI_AGENT_NAME = "gen_ai.agent.name" as const;

export const ATTR_GEN_AI_CONVERSATION_ID = "gen_ai.conversation.id" as const;

export const ATTR_GEN_AI_EVALUATION_EXPLANATION = "gen_ai.evaluation.explanation" as const;

export const ATTR_GEN_AI_EVALUATION_NAME = "gen_ai.evaluation.name" as const;

export const ATTR_GEN_AI_EVALUATION_SCORE_LABEL = "gen_ai.evaluation.score.label" as const;

export const ATTR_GEN_AI_EVALUATION_SCORE_VALUE = "gen_ai.evaluation.score.value" as const;

export const ATTR_GEN_AI_INPUT_MESSAGES = "gen_ai.input.messages" as const;

export const ATTR_GEN_AI_OPERATION_NAME = "gen_ai.operation.name" as const;

export const ATTR_GEN_AI_OUTPUT_MESSAGES = "gen_ai.output.messages" as const;

export const ATTR_GEN_AI_OUTPUT_TYPE = "gen_ai.output.type" as const;

export const ATTR_GEN_AI_PROMPT_NAME = "gen_ai.prompt.name" as const;

export const ATTR_GEN_AI_PROMPT_VERSION = "gen_ai.prompt.version" as const;

export const ATTR_GEN_AI_PROVIDER_NAME = "gen_ai.provider.name" as const;

export const ATTR_GEN_AI_REQUEST_CHOICE_COUNT = "gen_ai.request.choice.count" as const;

export const ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY = "gen_ai.request.frequency_penalty" as const;

export const ATTR_GEN_AI_REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens" as const;

export const ATTR_GEN_AI_REQUEST_MODEL = "gen_ai.request.model" as const;

export const ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY = "gen_ai.request.presence_penalty" as const;

export const ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID = "gen_ai.request.previous_response.id" as const;

export const ATTR_GEN_AI_REQUEST_REASONING_LEVEL = "gen_ai.request.reasoning.level" as const;

export const ATTR_GEN_AI_REQUEST_SEED = "gen_ai.request.seed" as const;

export const ATTR_GEN_AI_REQUEST_STOP_SEQUENCES = "gen_ai.request.stop_sequences" as const;

export const ATTR_GEN_AI_REQUEST_STREAM = "gen_ai.request.stream" as const;

export const ATTR_GEN_AI_REQUEST_TEMPERATURE = "gen_ai.request.temperature" as const;

export const ATTR_GEN_AI_REQUEST_TOP_K = "gen_ai.request.top_k" as const;

export const ATTR_GEN_AI_REQUEST_TOP_P = "gen_ai.request.top_p" as const;

export const ATTR_GEN_AI_RESPONSE_FINISH_REASONS = "gen_ai.response.finish_reasons" as const;

export const ATTR_GEN_AI_RESPONSE_ID = "gen_ai.response.id" as const;

export const ATTR_GEN_AI_RESPONSE_MODEL = "gen_ai.response.model" as const;

export const ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk" as const;

export const ATTR_GEN_AI_SYSTEM = "gen_ai.system" as const;

export const ATTR_GEN_AI_SYSTEM_INSTRUCTIONS = "gen_ai.system_instructions" as const;

export const ATTR_GEN_AI_TOKEN_TYPE = "gen_ai.token.type" as const;

export const ATTR_GEN_AI_TOOL_DEFINITIONS = "gen_ai.tool.definitions" as const;

export const ATTR_GEN_AI_TOOL_NAME = "gen_ai.tool.name" as const;

export const ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS = "gen_ai.usage.cache_read.input_tokens" as const;

export const ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS = "gen_ai.usage.cache_write.input_tokens" as const;

export const ATTR_GEN_AI_USAGE_INPUT_TOKENS = "gen_ai.usage.input_tokens" as const;

export const ATTR_GEN_AI_USAGE_OUTPUT_TOKENS = "gen_ai.usage.output_tokens" as const;

export const ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS = "gen_ai.usage.reasoning.output_tokens" as const;

export const ATTR_HTTP_REQUEST_RESEND_COUNT = "http.request.resend_count" as const;

export const ATTR_HTTP_RESPONSE_STATUS_CODE = "http.response.status_code" as const;

export const ATTR_HTTP_ROUTE = "http.route" as const;

export const ATTR_OPENAI_API_TYPE = "openai.api.type" as const;

export const ATTR_OPENAI_REQUEST_SERVICE_TIER = "openai.request.service_tier" as const;

export const ATTR_OPENAI_RESPONSE_SERVICE_TIER = "openai.response.service_tier" as const;

export const ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT = "openai.response.system_fingerprint" as const;

export const ATTR_SECURITY_RULE_CATEGORY = "security_rule.category" as const;

export const ATTR_SECURITY_RULE_NAME = "security_rule.name" as const;

export const ATTR_SECURITY_RULE_RULESET_NAME = "security_rule.ruleset.name" as const;

export const ATTR_SECURITY_RULE_VERSION = "security_rule.version" as const;

export const ATTR_SERVER_ADDRESS = "server.address" as const;

export const ATTR_SERVER_PORT = "server.port" as const;

export const ATTR_SERVICE_INSTANCE_ID = "service.instance.id" as const;

export const ATTR_SERVICE_NAME = "service.name" as const;

export const ATTR_SERVICE_NAMESPACE = "service.namespace" as const;

export const ATTR_SERVICE_VERSION = "service.version" as const;

export const ATTR_SESSION_ID = "session.id" as const;

export const ATTR_SPANWARDEN_ANOMALY_BASELINE_VALUE = "spanwarden.anomaly.baseline.value" as const;

export const ATTR_SPANWARDEN_ANOMALY_RULE_NAME = "spanwarden.anomaly.rule.name" as const;

export const ATTR_SPANWARDEN_ANOMALY_RULE_VERSION = "spanwarden.anomaly.rule.version" as const;

export const ATTR_SPANWARDEN_ANOMALY_SAMPLE_COUNT = "spanwarden.anomaly.sample.count" as const;

export const ATTR_SPANWARDEN_ANOMALY_SIGNAL = "spanwarden.anomaly.signal" as const;

export const ATTR_SPANWARDEN_ANOMALY_THRESHOLD_VALUE = "spanwarden.anomaly.threshold.value" as const;

export const ATTR_SPANWARDEN_ANOMALY_VALUE = "spanwarden.anomaly.value" as const;

export const ATTR_SPANWARDEN_ANOMALY_WINDOW_DURATION = "spanwarden.anomaly.window.duration" as const;

export const ATTR_SPANWARDEN_ATTEMPT_DURATION = "spanwarden.attempt.duration" as const;

export const ATTR_SPANWARDEN_ATTEMPT_RETRY_AFTER = "spanwarden.attempt.retry_after" as const;

export const ATTR_SPANWARDEN_CALLER_ROUTE = "spanwarden.caller.route" as const;

export const ATTR_SPANWARDEN_CALLER_SESSION = "spanwarden.caller.session" as const;

export const ATTR_SPANWARDEN_CALLER_TENANT = "spanwarden.caller.tenant" as const;

export const ATTR_SPANWARDEN_CALLER_USER = "spanwarden.caller.user" as const;

export const ATTR_SPANWARDEN_CHANGE_CURRENT = "spanwarden.change.current" as const;

export const ATTR_SPANWARDEN_CHANGE_KIND = "spanwarden.change.kind" as const;

export const ATTR_SPANWARDEN_CHANGE_PREVIOUS = "spanwarden.change.previous" as const;

export const ATTR_SPANWARDEN_CONTENT_STATE = "spanwarden.content.state" as const;

export const ATTR_SPANWARDEN_COST_AMOUNT = "spanwarden.cost.amount" as const;

export const ATTR_SPANWARDEN_COST_PRICING_VERSION = "spanwarden.cost.pricing.version" as const;

export const ATTR_SPANWARDEN_COST_SOURCE = "spanwarden.cost.source" as const;

export const ATTR_SPANWARDEN_DECISION_REASON = "spanwarden.decision.reason" as const;

export const ATTR_SPANWARDEN_DRIFT_FEATURE = "spanwarden.drift.feature" as const;

export const ATTR_SPANWARDEN_DRIFT_METHOD = "spanwarden.drift.method" as const;

export const ATTR_SPANWARDEN_EVALUATOR_ID = "spanwarden.evaluator.id" as const;

export const ATTR_SPANWARDEN_EVALUATOR_TYPE = "spanwarden.evaluator.type" as const;

export const ATTR_SPANWARDEN_EVALUATOR_VERSION = "spanwarden.evaluator.version" as const;

export const ATTR_SPANWARDEN_INCIDENT_ACTION = "spanwarden.incident.action" as const;

export const ATTR_SPANWARDEN_INCIDENT_CAUSE = "spanwarden.incident.cause" as const;

export const ATTR_SPANWARDEN_INCIDENT_DETECTION_DELAY = "spanwarden.incident.detection.delay" as const;

export const ATTR_SPANWARDEN_INCIDENT_END_REASON = "spanwarden.incident.end_reason" as const;

export const ATTR_SPANWARDEN_INCIDENT_EXPOSED_CALLS = "spanwarden.incident.exposed.calls" as const;

export const ATTR_SPANWARDEN_INCIDENT_EXPOSED_USERS = "spanwarden.incident.exposed.users" as const;

export const ATTR_SPANWARDEN_INCIDENT_FIRST_TRACE_ID = "spanwarden.incident.first.trace_id" as const;

export const ATTR_SPANWARDEN_INCIDENT_ID = "spanwarden.incident.id" as const;

export const ATTR_SPANWARDEN_INCIDENT_ONSET_EARLIEST = "spanwarden.incident.onset.earliest" as const;

export const ATTR_SPANWARDEN_INCIDENT_ONSET_LATEST = "spanwarden.incident.onset.latest" as const;

export const ATTR_SPANWARDEN_INCIDENT_ONSET_TIME = "spanwarden.incident.onset.time" as const;

export const ATTR_SPANWARDEN_INCIDENT_SAMPLE_TRACE_IDS = "spanwarden.incident.sample.trace_ids" as const;

export const ATTR_SPANWARDEN_INCIDENT_SEVERITY = "spanwarden.incident.severity" as const;

export const ATTR_SPANWARDEN_INCIDENT_START_TIME = "spanwarden.incident.start_time" as const;

export const ATTR_SPANWARDEN_INCIDENT_STATE = "spanwarden.incident.state" as const;

export const ATTR_SPANWARDEN_INCIDENT_TYPE = "spanwarden.incident.type" as const;

export const ATTR_SPANWARDEN_INPUT_FINGERPRINT = "spanwarden.input.fingerprint" as const;

export const ATTR_SPANWARDEN_INPUT_LANGUAGE = "spanwarden.input.language" as const;

export const ATTR_SPANWARDEN_INPUT_LENGTH = "spanwarden.input.length" as const;

export const ATTR_SPANWARDEN_MODEL_PINNED = "spanwarden.model.pinned" as const;

export const ATTR_SPANWARDEN_MODEL_PREVIOUS_NAME = "spanwarden.model.previous.name" as const;

export const ATTR_SPANWARDEN_MODEL_PREVIOUS_SYSTEM_FINGERPRINT = "spanwarden.model.previous.system_fingerprint" as const;

export const ATTR_SPANWARDEN_OUTPUT_FINGERPRINT = "spanwarden.output.fingerprint" as const;

export const ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS = "spanwarden.output.format.class" as const;

export const ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT = "spanwarden.output.format.compliant" as const;

export const ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE = "spanwarden.output.grounding.score" as const;

export const ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE = "spanwarden.output.hedging.score" as const;

export const ATTR_SPANWARDEN_OUTPUT_LANGUAGE = "spanwarden.output.language" as const;

export const ATTR_SPANWARDEN_OUTPUT_LENGTH = "spanwarden.output.length" as const;

export const ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT = "spanwarden.output.numbers.inconsistent.count" as const;

export const ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT = "spanwarden.output.numbers.unsupported.count" as const;

export const ATTR_SPANWARDEN_OUTPUT_REFUSAL = "spanwarden.output.refusal" as const;

export const ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE = "spanwarden.output.repetition.score" as const;

export const ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM = "spanwarden.output.tool_calls.checksum" as const;

export const ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_INVALID_COUNT = "spanwarden.output.tool_calls.invalid.count" as const;

export const ATTR_SPANWARDEN_PROCESSOR_ID = "spanwarden.processor.id" as const;

export const ATTR_SPANWARDEN_PROMPT_PREVIOUS_SYSTEM_INSTRUCTIONS_CHECKSUM = "spanwarden.prompt.previous.system_instructions.checksum" as const;

export const ATTR_SPANWARDEN_PROMPT_PREVIOUS_TEMPLATE_CHECKSUM = "spanwarden.prompt.previous.template.checksum" as const;

export const ATTR_SPANWARDEN_PROMPT_PREVIOUS_VERSION = "spanwarden.prompt.previous.version" as const;

export const ATTR_SPANWARDEN_PROMPT_RENDERED_CHECKSUM = "spanwarden.prompt.rendered.checksum" as const;

export const ATTR_SPANWARDEN_PROMPT_SYSTEM_INSTRUCTIONS_CHECKSUM = "spanwarden.prompt.system_instructions.checksum" as const;

export const ATTR_SPANWARDEN_PROMPT_TEMPLATE_CHECKSUM = "spanwarden.prompt.template.checksum" as const;

export const ATTR_SPANWARDEN_REQUEST_PARAMETERS_CHECKSUM = "spanwarden.request.parameters.checksum" as const;

export const ATTR_SPANWARDEN_REQUEST_PREVIOUS_PARAMETERS_CHECKSUM = "spanwarden.request.previous.parameters.checksum" as const;

export const ATTR_SPANWARDEN_RESPONSE_END_REASON = "spanwarden.response.end_reason" as const;

export const ATTR_SPANWARDEN_RESPONSE_TIME_PER_CHUNK = "spanwarden.response.time_per_chunk" as const;

export const ATTR_SPANWARDEN_SAFETY_ACTION = "spanwarden.safety.action" as const;

export const ATTR_SPANWARDEN_SAFETY_CATEGORY = "spanwarden.safety.category" as const;

export const ATTR_SPANWARDEN_SAFETY_CLASS = "spanwarden.safety.class" as const;

export const ATTR_SPANWARDEN_SAFETY_MATCH_COUNT = "spanwarden.safety.match.count" as const;

export const ATTR_SPANWARDEN_SAFETY_MATCH_OFFSETS = "spanwarden.safety.match.offsets" as const;

export const ATTR_SPANWARDEN_SAFETY_ORIGIN = "spanwarden.safety.origin" as const;

export const ATTR_SPANWARDEN_SAFETY_RULES = "spanwarden.safety.rules" as const;

export const ATTR_SPANWARDEN_SAFETY_SCORE = "spanwarden.safety.score" as const;

export const ATTR_SPANWARDEN_SAFETY_SEVERITY = "spanwarden.safety.severity" as const;

export const ATTR_SPANWARDEN_SAFETY_SOURCE = "spanwarden.safety.source" as const;

export const ATTR_SPANWARDEN_SERVICE_PREVIOUS_VERSION = "spanwarden.service.previous.version" as const;

export const ATTR_SPANWARDEN_SIGNALS_INCOMPLETE = "spanwarden.signals.incomplete" as const;

export const ATTR_SPANWARDEN_SIGNALS_VERSION = "spanwarden.signals.version" as const;

export const ATTR_SPANWARDEN_TOOL_DEFINITIONS_CHECKSUM = "spanwarden.tool.definitions.checksum" as const;

export const ATTR_SPANWARDEN_TOOL_PREVIOUS_DEFINITIONS_CHECKSUM = "spanwarden.tool.previous.definitions.checksum" as const;

export const ATTR_USER_ID = "user.id" as const;
