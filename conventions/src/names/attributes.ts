// Generated from conventions/model; do not edit.

/**
 * Deployment environment.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "production"
 */
export const ATTR_DEPLOYMENT_ENVIRONMENT_NAME = "deployment.environment.name" as const;

/**
 * Identifier of the end user.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "u-1042"
 */
export const ATTR_ENDUSER_ID = "enduser.id" as const;

/**
 * What failed, in a word of low cardinality.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "_OTHER"
 */
export const ATTR_ERROR_TYPE = "error.type" as const;

/**
 * Key of the flag.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "llm.model"
 */
export const ATTR_FEATURE_FLAG_KEY = "feature_flag.key" as const;

/**
 * Identifier of the hosted agent.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "asst_5j66UpCpwteGg4YSxUnt7lPY"
 */
export const ATTR_GEN_AI_AGENT_ID = "gen_ai.agent.id" as const;

/**
 * Name of the agent, as the application gives it.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "math tutor"
 */
export const ATTR_GEN_AI_AGENT_NAME = "gen_ai.agent.name" as const;

/**
 * Identifier of the conversation that the call belongs to; never invented.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "conv_5j66UpCpwteGg4YSxUnt7lPY"
 */
export const ATTR_GEN_AI_CONVERSATION_ID = "gen_ai.conversation.id" as const;

/**
 * Why the evaluator scored so.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "The answer does not name a source."
 */
export const ATTR_GEN_AI_EVALUATION_EXPLANATION = "gen_ai.evaluation.explanation" as const;

/**
 * Name of the evaluation.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "format_compliance"
 * @example "relevance"
 */
export const ATTR_GEN_AI_EVALUATION_NAME = "gen_ai.evaluation.name" as const;

/**
 * The score in a word.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "pass"
 * @example "fail"
 */
export const ATTR_GEN_AI_EVALUATION_SCORE_LABEL = "gen_ai.evaluation.score.label" as const;

/**
 * The score.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 0.8
 */
export const ATTR_GEN_AI_EVALUATION_SCORE_VALUE = "gen_ai.evaluation.score.value" as const;

/**
 * Messages sent to the model.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const ATTR_GEN_AI_INPUT_MESSAGES = "gen_ai.input.messages" as const;

/**
 * Output format asked for, up to 1.36.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example "json"
 */
export const ATTR_GEN_AI_OPENAI_REQUEST_RESPONSE_FORMAT = "gen_ai.openai.request.response_format" as const;

/**
 * Seed, up to 1.36.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example 100
 */
export const ATTR_GEN_AI_OPENAI_REQUEST_SEED = "gen_ai.openai.request.seed" as const;

/**
 * Service tier asked for, up to 1.36.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example "flex"
 */
export const ATTR_GEN_AI_OPENAI_REQUEST_SERVICE_TIER = "gen_ai.openai.request.service_tier" as const;

/**
 * Service tier that answered, up to 1.36.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example "default"
 */
export const ATTR_GEN_AI_OPENAI_RESPONSE_SERVICE_TIER = "gen_ai.openai.response.service_tier" as const;

/**
 * Fingerprint, up to 1.36.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example "fp_44709d6fcb"
 */
export const ATTR_GEN_AI_OPENAI_RESPONSE_SYSTEM_FINGERPRINT = "gen_ai.openai.response.system_fingerprint" as const;

/**
 * The kind of operation.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "chat"
 * @example "create_agent"
 * @example "create_memory"
 */
export const ATTR_GEN_AI_OPERATION_NAME = "gen_ai.operation.name" as const;

/**
 * Messages that the model answered, one for each choice.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const ATTR_GEN_AI_OUTPUT_MESSAGES = "gen_ai.output.messages" as const;

/**
 * The kind of output that was asked for.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "text"
 * @example "json"
 * @example "image"
 */
export const ATTR_GEN_AI_OUTPUT_TYPE = "gen_ai.output.type" as const;

/**
 * Name of the prompt template that was used.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "support-answer"
 */
export const ATTR_GEN_AI_PROMPT_NAME = "gen_ai.prompt.name" as const;

/**
 * A value put into the prompt template, by the name of its variable.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "Berlin"
 */
export const ATTR_GEN_AI_PROMPT_VARIABLE = (name: string): `gen_ai.prompt.variable.${string}` => `gen_ai.prompt.variable.${name}`;

/**
 * Version of the prompt template that was used.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "7"
 * @example "2026-10-01"
 */
export const ATTR_GEN_AI_PROMPT_VERSION = "gen_ai.prompt.version" as const;

/**
 * The provider, as the one who made the telemetry knows it.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "anthropic"
 * @example "aws.bedrock"
 * @example "azure.ai.inference"
 */
export const ATTR_GEN_AI_PROVIDER_NAME = "gen_ai.provider.name" as const;

/**
 * How many choices were asked for, if not 1.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 3
 */
export const ATTR_GEN_AI_REQUEST_CHOICE_COUNT = "gen_ai.request.choice.count" as const;

/**
 * Frequency penalty of the request.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 0.1
 */
export const ATTR_GEN_AI_REQUEST_FREQUENCY_PENALTY = "gen_ai.request.frequency_penalty" as const;

/**
 * Most tokens the answer may have.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 1024
 */
export const ATTR_GEN_AI_REQUEST_MAX_TOKENS = "gen_ai.request.max_tokens" as const;

/**
 * Model that was asked for.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "gpt-4o"
 */
export const ATTR_GEN_AI_REQUEST_MODEL = "gen_ai.request.model" as const;

/**
 * Presence penalty of the request.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 0.1
 */
export const ATTR_GEN_AI_REQUEST_PRESENCE_PENALTY = "gen_ai.request.presence_penalty" as const;

/**
 * Identifier of the answer that this request continues.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "resp_67ccd2bed1ec8190b14f964abc0542670bb6a6b452d3795b"
 */
export const ATTR_GEN_AI_REQUEST_PREVIOUS_RESPONSE_ID = "gen_ai.request.previous_response.id" as const;

/**
 * How much reasoning was asked for, in the provider's own word.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "low"
 * @example "high"
 */
export const ATTR_GEN_AI_REQUEST_REASONING_LEVEL = "gen_ai.request.reasoning.level" as const;

/**
 * Seed of the request.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 100
 */
export const ATTR_GEN_AI_REQUEST_SEED = "gen_ai.request.seed" as const;

/**
 * Sequences at which generation stops.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example ["END"]
 */
export const ATTR_GEN_AI_REQUEST_STOP_SEQUENCES = "gen_ai.request.stop_sequences" as const;

/**
 * Whether a streamed answer was asked for.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const ATTR_GEN_AI_REQUEST_STREAM = "gen_ai.request.stream" as const;

/**
 * Temperature of the request.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 0.2
 */
export const ATTR_GEN_AI_REQUEST_TEMPERATURE = "gen_ai.request.temperature" as const;

/**
 * Top-k sampling of the request.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 40
 */
export const ATTR_GEN_AI_REQUEST_TOP_K = "gen_ai.request.top_k" as const;

/**
 * Top-p sampling of the request.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 0.95
 */
export const ATTR_GEN_AI_REQUEST_TOP_P = "gen_ai.request.top_p" as const;

/**
 * Why the model stopped, one for each choice, in order.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example ["stop"]
 * @example ["stop","length"]
 */
export const ATTR_GEN_AI_RESPONSE_FINISH_REASONS = "gen_ai.response.finish_reasons" as const;

/**
 * Identifier of the answer.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "chatcmpl-123"
 */
export const ATTR_GEN_AI_RESPONSE_ID = "gen_ai.response.id" as const;

/**
 * The exact model that answered.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "gpt-4o-2024-08-06"
 */
export const ATTR_GEN_AI_RESPONSE_MODEL = "gen_ai.response.model" as const;

/**
 * Time from the request to the first chunk of a streamed answer, in seconds.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 0.5
 */
export const ATTR_GEN_AI_RESPONSE_TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk" as const;

/**
 * The provider, up to 1.36; some of its values differ.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example "openai"
 * @example "az.ai.openai"
 */
export const ATTR_GEN_AI_SYSTEM = "gen_ai.system" as const;

/**
 * System instructions, where they are sent apart from the messages.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const ATTR_GEN_AI_SYSTEM_INSTRUCTIONS = "gen_ai.system_instructions" as const;

/**
 * Modality of the tokens counted.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "text"
 * @example "image"
 * @example "audio"
 */
export const ATTR_GEN_AI_TOKEN_MODALITY = "gen_ai.token.modality" as const;

/**
 * Which tokens `gen_ai.client.token.usage` counts, up to 1.41.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example "input"
 * @example "output"
 */
export const ATTR_GEN_AI_TOKEN_TYPE = "gen_ai.token.type" as const;

/**
 * Tools offered to the model.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 */
export const ATTR_GEN_AI_TOOL_DEFINITIONS = "gen_ai.tool.definitions" as const;

/**
 * Name of the tool.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "get_weather"
 */
export const ATTR_GEN_AI_TOOL_NAME = "gen_ai.tool.name" as const;

/**
 * Input tokens written to the cache, up to 1.41.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example 25
 */
export const ATTR_GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS = "gen_ai.usage.cache_creation.input_tokens" as const;

/**
 * Input tokens served from the provider's cache; part of `gen_ai.usage.input_tokens`.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 50
 */
export const ATTR_GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS = "gen_ai.usage.cache_read.input_tokens" as const;

/**
 * Input tokens written to the provider's cache; part of `gen_ai.usage.input_tokens`.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 25
 */
export const ATTR_GEN_AI_USAGE_CACHE_WRITE_INPUT_TOKENS = "gen_ai.usage.cache_write.input_tokens" as const;

/**
 * Output tokens, up to 1.26.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example 180
 */
export const ATTR_GEN_AI_USAGE_COMPLETION_TOKENS = "gen_ai.usage.completion_tokens" as const;

/**
 * Price of the call, by an open proposal.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example 0.00213
 */
export const ATTR_GEN_AI_USAGE_COST_AMOUNT = "gen_ai.usage.cost.amount" as const;

/**
 * Currency of the price, by an open proposal.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example "USD"
 */
export const ATTR_GEN_AI_USAGE_COST_CURRENCY = "gen_ai.usage.cost.currency" as const;

/**
 * Input tokens, cached ones included.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 100
 */
export const ATTR_GEN_AI_USAGE_INPUT_TOKENS = "gen_ai.usage.input_tokens" as const;

/**
 * Output tokens, reasoning ones included.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 180
 */
export const ATTR_GEN_AI_USAGE_OUTPUT_TOKENS = "gen_ai.usage.output_tokens" as const;

/**
 * Input tokens, up to 1.26.
 *
 * Read, never written by default: an earlier version's name, or an open proposal's.
 * @example 100
 */
export const ATTR_GEN_AI_USAGE_PROMPT_TOKENS = "gen_ai.usage.prompt_tokens" as const;

/**
 * Output tokens spent on reasoning; part of `gen_ai.usage.output_tokens`.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example 50
 */
export const ATTR_GEN_AI_USAGE_REASONING_OUTPUT_TOKENS = "gen_ai.usage.reasoning.output_tokens" as const;

/**
 * How often the request had been sent before.
 *
 * Defined by OpenTelemetry's conventions.
 * @example 1
 */
export const ATTR_HTTP_REQUEST_RESEND_COUNT = "http.request.resend_count" as const;

/**
 * HTTP status.
 *
 * Defined by OpenTelemetry's conventions.
 * @example 200
 * @example 429
 */
export const ATTR_HTTP_RESPONSE_STATUS_CODE = "http.response.status_code" as const;

/**
 * Route template of the HTTP server.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "/tickets/:id/answer"
 */
export const ATTR_HTTP_ROUTE = "http.route" as const;

/**
 * Which of OpenAI's APIs was called.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "chat_completions"
 * @example "responses"
 */
export const ATTR_OPENAI_API_TYPE = "openai.api.type" as const;

/**
 * Service tier that was asked for, if not the default.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "flex"
 */
export const ATTR_OPENAI_REQUEST_SERVICE_TIER = "openai.request.service_tier" as const;

/**
 * Service tier that answered.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "default"
 */
export const ATTR_OPENAI_RESPONSE_SERVICE_TIER = "openai.response.service_tier" as const;

/**
 * Fingerprint of the configuration that answered.
 *
 * Defined by OpenTelemetry's GenAI conventions.
 * @example "fp_44709d6fcb"
 */
export const ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT = "openai.response.system_fingerprint" as const;

/**
 * What the rule is about.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "personal_data"
 */
export const ATTR_SECURITY_RULE_CATEGORY = "security_rule.category" as const;

/**
 * Name of the rule.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "card_number"
 */
export const ATTR_SECURITY_RULE_NAME = "security_rule.name" as const;

/**
 * Name of the set the rule belongs to.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "spanwarden"
 */
export const ATTR_SECURITY_RULE_RULESET_NAME = "security_rule.ruleset.name" as const;

/**
 * Version of the rule.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "1"
 */
export const ATTR_SECURITY_RULE_VERSION = "security_rule.version" as const;

/**
 * Host of the endpoint.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "api.openai.com"
 */
export const ATTR_SERVER_ADDRESS = "server.address" as const;

/**
 * Port of the endpoint.
 *
 * Defined by OpenTelemetry's conventions.
 * @example 443
 */
export const ATTR_SERVER_PORT = "server.port" as const;

/**
 * Identifier of the service instance.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "627cc493-f310-47de-96bd-71410b7dec09"
 */
export const ATTR_SERVICE_INSTANCE_ID = "service.instance.id" as const;

/**
 * Name of the service.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "support"
 */
export const ATTR_SERVICE_NAME = "service.name" as const;

/**
 * Namespace of the service.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "shop"
 */
export const ATTR_SERVICE_NAMESPACE = "service.namespace" as const;

/**
 * Version of the service.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "2.4.0"
 */
export const ATTR_SERVICE_VERSION = "service.version" as const;

/**
 * Identifier of the session.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "00112233-4455-6677-8899-aabbccddeeff"
 */
export const ATTR_SESSION_ID = "session.id" as const;

/**
 * What is usual.
 * @example 0.984
 */
export const ATTR_SPANWARDEN_ANOMALY_BASELINE_VALUE = "spanwarden.anomaly.baseline.value" as const;

/**
 * The rule that found the anomaly.
 * @example "quality_drop"
 * @example "format_compliance"
 * @example "token_spike"
 */
export const ATTR_SPANWARDEN_ANOMALY_RULE_NAME = "spanwarden.anomaly.rule.name" as const;

/**
 * Version of the rule.
 * @example "1"
 */
export const ATTR_SPANWARDEN_ANOMALY_RULE_VERSION = "spanwarden.anomaly.rule.version" as const;

/**
 * Calls in the tested window.
 * @example 1000
 */
export const ATTR_SPANWARDEN_ANOMALY_SAMPLE_COUNT = "spanwarden.anomaly.sample.count" as const;

/**
 * The attribute or metric that was tested.
 * @example "spanwarden.output.format.compliant"
 */
export const ATTR_SPANWARDEN_ANOMALY_SIGNAL = "spanwarden.anomaly.signal" as const;

/**
 * The value at which the rule finds an anomaly.
 * @example 0.95
 */
export const ATTR_SPANWARDEN_ANOMALY_THRESHOLD_VALUE = "spanwarden.anomaly.threshold.value" as const;

/**
 * What was measured.
 * @example 0.912
 */
export const ATTR_SPANWARDEN_ANOMALY_VALUE = "spanwarden.anomaly.value" as const;

/**
 * Time that the tested window spans, in seconds.
 * @example 1800
 */
export const ATTR_SPANWARDEN_ANOMALY_WINDOW_DURATION = "spanwarden.anomaly.window.duration" as const;

/**
 * Time from sending the attempt to its failure, in seconds.
 * @example 0.34
 */
export const ATTR_SPANWARDEN_ATTEMPT_DURATION = "spanwarden.attempt.duration" as const;

/**
 * How long the provider asked to wait before the next attempt, in seconds.
 * @example 20
 */
export const ATTR_SPANWARDEN_ATTEMPT_RETRY_AFTER = "spanwarden.attempt.retry_after" as const;

/**
 * The application's endpoint or job that called the model, as a template without ids.
 * @example "POST /tickets/:id/answer"
 */
export const ATTR_SPANWARDEN_CALLER_ROUTE = "spanwarden.caller.route" as const;

/**
 * The session within which the model was called, in the form of `spanwarden.caller.user`.
 * @example "hmac-sha256:0f4be0b8d2e1f9b0a6e9d3b7c1f2a5e8d4c6b7a8091f2e3d4c5b6a7988776655"
 */
export const ATTR_SPANWARDEN_CALLER_SESSION = "spanwarden.caller.session" as const;

/**
 * The customer on whose account the model was called, in the form of `spanwarden.caller.user`.
 * @example "hmac-sha256:9a1158154dfa42caddbd0694a4e9bdc8f0a1b2c3d4e5f60718293a4b5c6d7e8f"
 */
export const ATTR_SPANWARDEN_CALLER_TENANT = "spanwarden.caller.tenant" as const;

/**
 * Who made the application call the model, as a keyed hash unless clear ids were asked for.
 *
 * Leaves the process as `hmac-sha256:` and 64 hexadecimal digits by default; never a metric dimension.
 * @example "hmac-sha256:77c8b8e35b2b7b4b1a31b2ed0f3f0e8b4c3b4f53d0a90a4f0d2f2f9a6a8a9f10"
 */
export const ATTR_SPANWARDEN_CALLER_USER = "spanwarden.caller.user" as const;

/**
 * How long the call has taken, over all its attempts, in seconds.
 *
 * A span has its start and end; a record that stands for one, or goes before it, has this.
 * @example 1.84
 */
export const ATTR_SPANWARDEN_CALL_DURATION = "spanwarden.call.duration" as const;

/**
 * How a rule stands in a cell.
 * @example "learning"
 * @example "ok"
 * @example "suspect"
 */
export const ATTR_SPANWARDEN_CELL_STATE = "spanwarden.cell.state" as const;

/**
 * The value that is new.
 * @example "gpt-4o-2024-11-20"
 */
export const ATTR_SPANWARDEN_CHANGE_CURRENT = "spanwarden.change.current" as const;

/**
 * What kind of change it is.
 * @example "new"
 * @example "return"
 * @example "silent_model"
 */
export const ATTR_SPANWARDEN_CHANGE_KIND = "spanwarden.change.kind" as const;

/**
 * The value that was usual before.
 * @example "gpt-4o-2024-08-06"
 */
export const ATTR_SPANWARDEN_CHANGE_PREVIOUS = "spanwarden.change.previous" as const;

/**
 * Probability with which the content of this call was recorded, where content is sampled.
 * @example 0.01
 */
export const ATTR_SPANWARDEN_CONTENT_SAMPLING_PROBABILITY = "spanwarden.content.sampling.probability" as const;

/**
 * How much of the prompt and the answer the judge of the call had, not what was exported.
 * @example "complete"
 * @example "truncated"
 * @example "absent"
 */
export const ATTR_SPANWARDEN_CONTENT_STATE = "spanwarden.content.state" as const;

/**
 * Price of the call in US dollars; absent where it is not known, never 0 for that reason.
 * @example 0.00213
 */
export const ATTR_SPANWARDEN_COST_AMOUNT = "spanwarden.cost.amount" as const;

/**
 * Version of the table of prices, so that the amount can be computed again.
 * @example "2026-10-01"
 */
export const ATTR_SPANWARDEN_COST_PRICING_VERSION = "spanwarden.cost.pricing.version" as const;

/**
 * Who knew the price.
 * @example "provider"
 * @example "local"
 * @example "enriched"
 */
export const ATTR_SPANWARDEN_COST_SOURCE = "spanwarden.cost.source" as const;

/**
 * Why it was decided so, in words and numbers; never holds content.
 * @example "91.2 % of the last 1,000 judged answers were valid, below 95 %"
 */
export const ATTR_SPANWARDEN_DECISION_REASON = "spanwarden.decision.reason" as const;

/**
 * The signal whose distribution is compared.
 * @example "spanwarden.output.length"
 * @example "spanwarden.input.language"
 */
export const ATTR_SPANWARDEN_DRIFT_FEATURE = "spanwarden.drift.feature" as const;

/**
 * How the distance is measured.
 * @example "psi"
 * @example "jensen_shannon"
 * @example "wasserstein"
 */
export const ATTR_SPANWARDEN_DRIFT_METHOD = "spanwarden.drift.method" as const;

/**
 * Who or what evaluated the answer.
 * @example "spanwarden"
 * @example "support-judge"
 */
export const ATTR_SPANWARDEN_EVALUATOR_ID = "spanwarden.evaluator.id" as const;

/**
 * What kind of evaluator it is.
 * @example "llm_judge"
 * @example "deterministic"
 * @example "human"
 */
export const ATTR_SPANWARDEN_EVALUATOR_TYPE = "spanwarden.evaluator.type" as const;

/**
 * Version of the evaluator; scores of different versions share no baseline.
 * @example "1"
 */
export const ATTR_SPANWARDEN_EVALUATOR_VERSION = "spanwarden.evaluator.version" as const;

/**
 * What kind of failure it was, whatever the provider's own code for it.
 * @example "rate_limited"
 * @example "server_error"
 * @example "timeout"
 */
export const ATTR_SPANWARDEN_FAILURE_CLASS = "spanwarden.failure.class" as const;

/**
 * The category of the safety rule that decided.
 * @example "personal_data"
 */
export const ATTR_SPANWARDEN_GUARD_CATEGORY = "spanwarden.guard.category" as const;

/**
 * What the guard in the service's process decided.
 * @example "observed"
 * @example "redacted"
 * @example "blocked"
 */
export const ATTR_SPANWARDEN_GUARD_DECISION = "spanwarden.guard.decision" as const;

/**
 * Time that the guard held the answer back, in seconds.
 * @example 0.004
 */
export const ATTR_SPANWARDEN_GUARD_LATENCY = "spanwarden.guard.latency" as const;

/**
 * The first action a responder should think of.
 * @example "Pin the last known-good model gpt-4o-2024-08-06, or shift 10 % to an alternate."
 */
export const ATTR_SPANWARDEN_INCIDENT_ACTION = "spanwarden.incident.action" as const;

/**
 * What changed around the onset and explains it best, with its previous and current value.
 * @example "gen_ai.response.model: gpt-4o-2024-08-06 -> gpt-4o-2024-11-20"
 */
export const ATTR_SPANWARDEN_INCIDENT_CAUSE = "spanwarden.incident.cause" as const;

/**
 * Time from the onset to the opening, in seconds.
 * @example 368
 */
export const ATTR_SPANWARDEN_INCIDENT_DETECTION_DELAY = "spanwarden.incident.detection.delay" as const;

/**
 * Why the incident ended.
 * @example "recovered"
 * @example "closed"
 * @example "timeout"
 */
export const ATTR_SPANWARDEN_INCIDENT_END_REASON = "spanwarden.incident.end_reason" as const;

/**
 * Calls since the onset.
 * @example 412
 */
export const ATTR_SPANWARDEN_INCIDENT_EXPOSED_CALLS = "spanwarden.incident.exposed.calls" as const;

/**
 * Distinct users who called since the onset.
 * @example 97
 */
export const ATTR_SPANWARDEN_INCIDENT_EXPOSED_USERS = "spanwarden.incident.exposed.users" as const;

/**
 * Trace of the first bad call.
 * @example "4bf92f3577b34da6a3ce929d0e0e4736"
 */
export const ATTR_SPANWARDEN_INCIDENT_FIRST_TRACE_ID = "spanwarden.incident.first.trace_id" as const;

/**
 * Identifies the incident from its start to its end.
 * @example "1f3870be274f6c49"
 */
export const ATTR_SPANWARDEN_INCIDENT_ID = "spanwarden.incident.id" as const;

/**
 * Start of the interval within which it began, ISO 8601 in UTC.
 * @example "2026-10-07T02:46:31.000Z"
 */
export const ATTR_SPANWARDEN_INCIDENT_ONSET_EARLIEST = "spanwarden.incident.onset.earliest" as const;

/**
 * End of the interval within which it began, ISO 8601 in UTC.
 * @example "2026-10-07T02:48:15.000Z"
 */
export const ATTR_SPANWARDEN_INCIDENT_ONSET_LATEST = "spanwarden.incident.onset.latest" as const;

/**
 * When it began, by the best estimate, ISO 8601 in UTC.
 * @example "2026-10-07T02:47:02.000Z"
 */
export const ATTR_SPANWARDEN_INCIDENT_ONSET_TIME = "spanwarden.incident.onset.time" as const;

/**
 * Traces of bad calls to look at, at most 20.
 * @example ["4bf92f3577b34da6a3ce929d0e0e4736"]
 */
export const ATTR_SPANWARDEN_INCIDENT_SAMPLE_TRACE_IDS = "spanwarden.incident.sample.trace_ids" as const;

/**
 * How grave it is, 0 the gravest, 3 for information.
 *
 * May become graver while the incident is open, never milder.
 * @example 0
 * @example 1
 * @example 2
 */
export const ATTR_SPANWARDEN_INCIDENT_SEVERITY = "spanwarden.incident.severity" as const;

/**
 * When the incident was opened, ISO 8601 in UTC; when it began is `spanwarden.incident.onset.time`.
 * @example "2026-10-07T02:53:10.000Z"
 */
export const ATTR_SPANWARDEN_INCIDENT_START_TIME = "spanwarden.incident.start_time" as const;

/**
 * Whether the incident is over.
 * @example "open"
 * @example "closed"
 */
export const ATTR_SPANWARDEN_INCIDENT_STATE = "spanwarden.incident.state" as const;

/**
 * What kind of incident it is.
 * @example "outage"
 * @example "quality_degradation"
 * @example "cost_anomaly"
 */
export const ATTR_SPANWARDEN_INCIDENT_TYPE = "spanwarden.incident.type" as const;

/**
 * Whose message the input ends with. A step of an agent's run ends with a tool's, a new turn with a user's.
 * @example "user"
 * @example "tool"
 * @example "assistant"
 */
export const ATTR_SPANWARDEN_INPUT_ENDING = "spanwarden.input.ending" as const;

/**
 * Lexical fingerprint of the input, 128 bits of SimHash in hexadecimal; keyed when a key is set.
 * @example "3f29c4d0a1b25e6f7788990011223344"
 */
export const ATTR_SPANWARDEN_INPUT_FINGERPRINT = "spanwarden.input.fingerprint" as const;

/**
 * Language of the last user message, as a BCP 47 tag.
 * @example "en"
 * @example "de"
 */
export const ATTR_SPANWARDEN_INPUT_LANGUAGE = "spanwarden.input.language" as const;

/**
 * Length of the input messages, in characters.
 * @example 1842
 */
export const ATTR_SPANWARDEN_INPUT_LENGTH = "spanwarden.input.length" as const;

/** Whether the request names a dated version of a model, or the answer bears a fingerprint of it. */
export const ATTR_SPANWARDEN_MODEL_PINNED = "spanwarden.model.pinned" as const;

/**
 * The model that was usual before.
 * @example "gpt-4o-2024-08-06"
 */
export const ATTR_SPANWARDEN_MODEL_PREVIOUS_NAME = "spanwarden.model.previous.name" as const;

/**
 * The provider's fingerprint that was usual before.
 * @example "fp_44709d6fcb"
 */
export const ATTR_SPANWARDEN_MODEL_PREVIOUS_SYSTEM_FINGERPRINT = "spanwarden.model.previous.system_fingerprint" as const;

/**
 * The kind of the answer's last character.
 * @example "word"
 * @example "bracket"
 * @example "quote"
 */
export const ATTR_SPANWARDEN_OUTPUT_ENDING = "spanwarden.output.ending" as const;

/**
 * Lexical fingerprint of the answer, in the form of `spanwarden.input.fingerprint`.
 * @example "c0ffee00a1b25e6f7788990011223344"
 */
export const ATTR_SPANWARDEN_OUTPUT_FINGERPRINT = "spanwarden.output.fingerprint" as const;

/**
 * The kind of text the answer is.
 * @example "json"
 * @example "fence-only"
 * @example "list"
 */
export const ATTR_SPANWARDEN_OUTPUT_FORMAT_CLASS = "spanwarden.output.format.class" as const;

/** Whether the answer has the format that the request declared; absent where none was declared. */
export const ATTR_SPANWARDEN_OUTPUT_FORMAT_COMPLIANT = "spanwarden.output.format.compliant" as const;

/**
 * Share of the answer's claims that the supplied context bears out, from 0 to 1.
 * @example 0.93
 */
export const ATTR_SPANWARDEN_OUTPUT_GROUNDING_SCORE = "spanwarden.output.grounding.score" as const;

/**
 * How much the answer hedges, from 0 to 1.
 * @example 0.12
 */
export const ATTR_SPANWARDEN_OUTPUT_HEDGING_SCORE = "spanwarden.output.hedging.score" as const;

/**
 * Language of the answer, as a BCP 47 tag.
 * @example "en"
 * @example "de"
 */
export const ATTR_SPANWARDEN_OUTPUT_LANGUAGE = "spanwarden.output.language" as const;

/**
 * Whether the answer is in another language than the last user message; absent where either cannot be told, or
 * another language may have been asked for.
 */
export const ATTR_SPANWARDEN_OUTPUT_LANGUAGE_SWITCHED = "spanwarden.output.language_switched" as const;

/**
 * Length of the answer, in characters.
 * @example 638
 */
export const ATTR_SPANWARDEN_OUTPUT_LENGTH = "spanwarden.output.length" as const;

/**
 * Sums and percentages in the answer that do not add up.
 * @example 0
 * @example 1
 */
export const ATTR_SPANWARDEN_OUTPUT_NUMBERS_INCONSISTENT_COUNT = "spanwarden.output.numbers.inconsistent.count" as const;

/**
 * Numbers in the answer that stand nowhere in the input.
 * @example 0
 * @example 3
 */
export const ATTR_SPANWARDEN_OUTPUT_NUMBERS_UNSUPPORTED_COUNT = "spanwarden.output.numbers.unsupported.count" as const;

/**
 * The kind of the answer's first character.
 * @example "word"
 * @example "bracket"
 * @example "fence"
 */
export const ATTR_SPANWARDEN_OUTPUT_OPENING = "spanwarden.output.opening" as const;

/** Whether the model declined to answer. */
export const ATTR_SPANWARDEN_OUTPUT_REFUSAL = "spanwarden.output.refusal" as const;

/**
 * How much the answer repeats itself, from 0 to 1.
 * @example 0.04
 */
export const ATTR_SPANWARDEN_OUTPUT_REPETITION_SCORE = "spanwarden.output.repetition.score" as const;

/**
 * Checksum of the tool calls of the answer, names and arguments; the same one again and again is a loop.
 * @example "sha256:486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7"
 */
export const ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_CHECKSUM = "spanwarden.output.tool_calls.checksum" as const;

/**
 * Tool calls of the answer that do not fit the tool's schema.
 * @example 0
 * @example 1
 */
export const ATTR_SPANWARDEN_OUTPUT_TOOL_CALLS_INVALID_COUNT = "spanwarden.output.tool_calls.invalid.count" as const;

/**
 * What a log record adds to a call.
 * @example "content"
 * @example "score"
 */
export const ATTR_SPANWARDEN_PROCESSOR_AMENDMENT_KIND = "spanwarden.processor.amendment.kind" as const;

/**
 * A next hop, by its name in the configuration.
 * @example "default"
 * @example "archive"
 */
export const ATTR_SPANWARDEN_PROCESSOR_DESTINATION_NAME = "spanwarden.processor.destination.name" as const;

/**
 * The processor that judged the call; set by it on the span it forwards.
 *
 * A second processor behind the first forwards such a span and judges it no more, if it trusts the sender.
 * @example "spanwarden-7f6d9c-0"
 */
export const ATTR_SPANWARDEN_PROCESSOR_ID = "spanwarden.processor.id" as const;

/**
 * How the next hop answered an OTLP request.
 * @example "delivered"
 * @example "partial"
 * @example "queued"
 */
export const ATTR_SPANWARDEN_PROCESSOR_REQUEST_OUTCOME = "spanwarden.processor.request.outcome" as const;

/**
 * What an OTLP request carries.
 * @example "traces"
 * @example "logs"
 * @example "metrics"
 */
export const ATTR_SPANWARDEN_PROCESSOR_SIGNAL = "spanwarden.processor.signal" as const;

/**
 * The checksum of the system instructions that was usual before.
 * @example "sha256:b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"
 */
export const ATTR_SPANWARDEN_PROMPT_PREVIOUS_SYSTEM_INSTRUCTIONS_CHECKSUM = "spanwarden.prompt.previous.system_instructions.checksum" as const;

/**
 * The template checksum that was usual before.
 * @example "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
 */
export const ATTR_SPANWARDEN_PROMPT_PREVIOUS_TEMPLATE_CHECKSUM = "spanwarden.prompt.previous.template.checksum" as const;

/**
 * The prompt version that was usual before.
 * @example "7"
 */
export const ATTR_SPANWARDEN_PROMPT_PREVIOUS_VERSION = "spanwarden.prompt.previous.version" as const;

/**
 * Checksum of the whole prompt as it was sent, system instructions and input messages.
 *
 * Differs with nearly every call; on spans and events only, never a metric dimension.
 * @example "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
 */
export const ATTR_SPANWARDEN_PROMPT_RENDERED_CHECKSUM = "spanwarden.prompt.rendered.checksum" as const;

/**
 * Checksum of the system and developer text of the prompt.
 *
 * Needs no help from the application, and usually has few values; a date in the text makes it volatile.
 * @example "sha256:b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"
 */
export const ATTR_SPANWARDEN_PROMPT_SYSTEM_INSTRUCTIONS_CHECKSUM = "spanwarden.prompt.system_instructions.checksum" as const;

/**
 * Checksum of the prompt template, before variables are put in.
 *
 * Tells an edit of the template that kept its `gen_ai.prompt.version`. How every checksum is computed is defined
 * in the README of the conventions package.
 * @example "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
 */
export const ATTR_SPANWARDEN_PROMPT_TEMPLATE_CHECKSUM = "spanwarden.prompt.template.checksum" as const;

/**
 * The prompt template itself.
 * @example "Answer the customer's question about {{product}}."
 */
export const ATTR_SPANWARDEN_PROMPT_TEMPLATE_TEXT = "spanwarden.prompt.template.text" as const;

/**
 * Checksum of the request's parameters, temperature and limits and so on, without the model's name.
 * @example "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
 */
export const ATTR_SPANWARDEN_REQUEST_PARAMETERS_CHECKSUM = "spanwarden.request.parameters.checksum" as const;

/**
 * The checksum of the request parameters that was usual before.
 * @example "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
 */
export const ATTR_SPANWARDEN_REQUEST_PREVIOUS_PARAMETERS_CHECKSUM = "spanwarden.request.previous.parameters.checksum" as const;

/**
 * How the answer ended.
 * @example "done"
 * @example "cancelled"
 * @example "cut"
 */
export const ATTR_SPANWARDEN_RESPONSE_END_REASON = "spanwarden.response.end_reason" as const;

/**
 * Mean time between chunks of a streamed answer after the first, in seconds.
 * @example 0.021
 */
export const ATTR_SPANWARDEN_RESPONSE_TIME_PER_CHUNK = "spanwarden.response.time_per_chunk" as const;

/**
 * What was done about the match.
 * @example "observed"
 * @example "redacted"
 * @example "blocked"
 */
export const ATTR_SPANWARDEN_SAFETY_ACTION = "spanwarden.safety.action" as const;

/**
 * What kind of harm the rule looks for.
 * @example "personal_data"
 * @example "secret"
 * @example "policy"
 */
export const ATTR_SPANWARDEN_SAFETY_CATEGORY = "spanwarden.safety.category" as const;

/**
 * What follows from a match.
 * @example "page"
 * @example "record"
 */
export const ATTR_SPANWARDEN_SAFETY_CLASS = "spanwarden.safety.class" as const;

/**
 * Number of matches of the rule in the call.
 * @example 1
 */
export const ATTR_SPANWARDEN_SAFETY_MATCH_COUNT = "spanwarden.safety.match.count" as const;

/**
 * Start and end of each match in the text of the source, in characters, as one flat list.
 * @example [104,123]
 */
export const ATTR_SPANWARDEN_SAFETY_MATCH_OFFSETS = "spanwarden.safety.match.offsets" as const;

/**
 * Where the matched value came from.
 * @example "echo"
 * @example "disclosed"
 * @example "generated"
 */
export const ATTR_SPANWARDEN_SAFETY_ORIGIN = "spanwarden.safety.origin" as const;

/**
 * Safety rules that matched the call, each as `category/rule/class/origin`; the matched text never leaves.
 * @example ["personal_data/payment_card/page/generated"]
 */
export const ATTR_SPANWARDEN_SAFETY_RULES = "spanwarden.safety.rules" as const;

/**
 * How sure a rule with a score is of its match, from 0 to 1.
 * @example 0.97
 */
export const ATTR_SPANWARDEN_SAFETY_SCORE = "spanwarden.safety.score" as const;

/**
 * How grave the finding is, 0 the gravest, 3 for information.
 * @example 0
 * @example 2
 */
export const ATTR_SPANWARDEN_SAFETY_SEVERITY = "spanwarden.safety.severity" as const;

/**
 * The text in which the match was found.
 * @example "input"
 * @example "output"
 * @example "tool_input"
 */
export const ATTR_SPANWARDEN_SAFETY_SOURCE = "spanwarden.safety.source" as const;

/**
 * The service version that was usual before.
 * @example "2.3.0"
 */
export const ATTR_SPANWARDEN_SERVICE_PREVIOUS_VERSION = "spanwarden.service.previous.version" as const;

/**
 * Signals that did not see all of the content, because it is longer than is read, or that failed.
 * @example ["spanwarden.output.grounding.score"]
 */
export const ATTR_SPANWARDEN_SIGNALS_INCOMPLETE = "spanwarden.signals.incomplete" as const;

/**
 * Version of the functions that computed the signals; values of different versions share no baseline.
 * @example "1"
 */
export const ATTR_SPANWARDEN_SIGNALS_VERSION = "spanwarden.signals.version" as const;

/**
 * Checksum of the tools offered to the model, their schemas included.
 * @example "sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
 */
export const ATTR_SPANWARDEN_TOOL_DEFINITIONS_CHECKSUM = "spanwarden.tool.definitions.checksum" as const;

/**
 * The checksum of the tool definitions that was usual before.
 * @example "sha256:4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"
 */
export const ATTR_SPANWARDEN_TOOL_PREVIOUS_DEFINITIONS_CHECKSUM = "spanwarden.tool.previous.definitions.checksum" as const;

/**
 * Input tokens of audio; part of `gen_ai.usage.input_tokens`.
 * @example 512
 */
export const ATTR_SPANWARDEN_USAGE_AUDIO_INPUT_TOKENS = "spanwarden.usage.audio.input_tokens" as const;

/**
 * Output tokens of audio; part of `gen_ai.usage.output_tokens`.
 * @example 512
 */
export const ATTR_SPANWARDEN_USAGE_AUDIO_OUTPUT_TOKENS = "spanwarden.usage.audio.output_tokens" as const;

/**
 * Input tokens written to a cache that the provider keeps for an hour or longer; part of
 * `gen_ai.usage.cache_write.input_tokens`.
 * @example 512
 */
export const ATTR_SPANWARDEN_USAGE_CACHE_WRITE_LONG_INPUT_TOKENS = "spanwarden.usage.cache_write_long.input_tokens" as const;

/**
 * Input tokens of images; part of `gen_ai.usage.input_tokens`.
 * @example 512
 */
export const ATTR_SPANWARDEN_USAGE_IMAGE_INPUT_TOKENS = "spanwarden.usage.image.input_tokens" as const;

/**
 * Output tokens of images; part of `gen_ai.usage.output_tokens`.
 * @example 512
 */
export const ATTR_SPANWARDEN_USAGE_IMAGE_OUTPUT_TOKENS = "spanwarden.usage.image.output_tokens" as const;

/**
 * Searches of the web that the provider made for the answer, where it charges them.
 * @example 3
 */
export const ATTR_SPANWARDEN_USAGE_WEB_SEARCHES = "spanwarden.usage.web_searches" as const;

/**
 * Identifier of the user.
 *
 * Defined by OpenTelemetry's conventions.
 * @example "S-1-5-21-202424912787"
 */
export const ATTR_USER_ID = "user.id" as const;

/** Any other failure. */
export const ERROR_TYPE_VALUE_OTHER = "_OTHER" as const;

/** Value `chat` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_CHAT = "chat" as const;

/** Value `create_agent` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_CREATE_AGENT = "create_agent" as const;

/** Value `create_memory` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_CREATE_MEMORY = "create_memory" as const;

/** Value `create_memory_store` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_CREATE_MEMORY_STORE = "create_memory_store" as const;

/** Value `delete_memory` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_DELETE_MEMORY = "delete_memory" as const;

/** Value `delete_memory_store` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_DELETE_MEMORY_STORE = "delete_memory_store" as const;

/** Value `embeddings` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_EMBEDDINGS = "embeddings" as const;

/** Value `execute_tool` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL = "execute_tool" as const;

/** Value `fetch_response` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_FETCH_RESPONSE = "fetch_response" as const;

/** Value `generate_content` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_GENERATE_CONTENT = "generate_content" as const;

/** Value `invoke_agent` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT = "invoke_agent" as const;

/** Value `invoke_workflow` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW = "invoke_workflow" as const;

/** Value `plan` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_PLAN = "plan" as const;

/** Value `retrieval` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_RETRIEVAL = "retrieval" as const;

/** Value `search_memory` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_SEARCH_MEMORY = "search_memory" as const;

/** Value `text_completion` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_TEXT_COMPLETION = "text_completion" as const;

/** Value `update_memory` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_UPDATE_MEMORY = "update_memory" as const;

/** Value `upsert_memory` of `gen_ai.operation.name`. */
export const GEN_AI_OPERATION_NAME_VALUE_UPSERT_MEMORY = "upsert_memory" as const;

/** Value `image` of `gen_ai.output.type`. */
export const GEN_AI_OUTPUT_TYPE_VALUE_IMAGE = "image" as const;

/** Value `json` of `gen_ai.output.type`. */
export const GEN_AI_OUTPUT_TYPE_VALUE_JSON = "json" as const;

/** Value `speech` of `gen_ai.output.type`. */
export const GEN_AI_OUTPUT_TYPE_VALUE_SPEECH = "speech" as const;

/** Value `text` of `gen_ai.output.type`. */
export const GEN_AI_OUTPUT_TYPE_VALUE_TEXT = "text" as const;

/** Value `anthropic` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_ANTHROPIC = "anthropic" as const;

/** Value `aws.bedrock` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_AWS_BEDROCK = "aws.bedrock" as const;

/** Value `azure.ai.inference` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_AZURE_AI_INFERENCE = "azure.ai.inference" as const;

/** Value `azure.ai.openai` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_AZURE_AI_OPENAI = "azure.ai.openai" as const;

/** Value `cohere` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_COHERE = "cohere" as const;

/** Value `deepseek` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_DEEPSEEK = "deepseek" as const;

/** Value `gcp.gemini` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_GCP_GEMINI = "gcp.gemini" as const;

/** Value `gcp.gen_ai` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_GCP_GEN_AI = "gcp.gen_ai" as const;

/** Value `gcp.vertex_ai` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_GCP_VERTEX_AI = "gcp.vertex_ai" as const;

/** Value `groq` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_GROQ = "groq" as const;

/** Value `ibm.watsonx.ai` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_IBM_WATSONX_AI = "ibm.watsonx.ai" as const;

/** Value `mistral_ai` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_MISTRAL_AI = "mistral_ai" as const;

/** Value `moonshot_ai` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_MOONSHOT_AI = "moonshot_ai" as const;

/** Value `openai` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_OPENAI = "openai" as const;

/** Value `perplexity` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_PERPLEXITY = "perplexity" as const;

/** Value `x_ai` of `gen_ai.provider.name`. */
export const GEN_AI_PROVIDER_NAME_VALUE_X_AI = "x_ai" as const;

/** Value `audio` of `gen_ai.token.modality`. */
export const GEN_AI_TOKEN_MODALITY_VALUE_AUDIO = "audio" as const;

/** Value `image` of `gen_ai.token.modality`. */
export const GEN_AI_TOKEN_MODALITY_VALUE_IMAGE = "image" as const;

/** Value `text` of `gen_ai.token.modality`. */
export const GEN_AI_TOKEN_MODALITY_VALUE_TEXT = "text" as const;

/** Value `unknown` of `gen_ai.token.modality`. */
export const GEN_AI_TOKEN_MODALITY_VALUE_UNKNOWN = "unknown" as const;

/** Value `input` of `gen_ai.token.type`. */
export const GEN_AI_TOKEN_TYPE_VALUE_INPUT = "input" as const;

/** Value `output` of `gen_ai.token.type`. */
export const GEN_AI_TOKEN_TYPE_VALUE_OUTPUT = "output" as const;

/** Value `chat_completions` of `openai.api.type`. */
export const OPENAI_API_TYPE_VALUE_CHAT_COMPLETIONS = "chat_completions" as const;

/** Value `responses` of `openai.api.type`. */
export const OPENAI_API_TYPE_VALUE_RESPONSES = "responses" as const;

/** It has found something that is not over. */
export const SPANWARDEN_CELL_STATE_VALUE_FIRING = "firing" as const;

/** What is usual is not known yet. */
export const SPANWARDEN_CELL_STATE_VALUE_LEARNING = "learning" as const;

/** As usual. */
export const SPANWARDEN_CELL_STATE_VALUE_OK = "ok" as const;

/** Half of the evidence that it takes is there, or a notice is not confirmed yet. */
export const SPANWARDEN_CELL_STATE_VALUE_SUSPECT = "suspect" as const;

/** Nothing is heard that the rule could judge. */
export const SPANWARDEN_CELL_STATE_VALUE_UNKNOWN = "unknown" as const;

/** Never seen before in this cell. */
export const SPANWARDEN_CHANGE_KIND_VALUE_NEW = "new" as const;

/** Back to an earlier value. */
export const SPANWARDEN_CHANGE_KIND_VALUE_RETURN = "return" as const;

/** The provider changed the model behind the same name. */
export const SPANWARDEN_CHANGE_KIND_VALUE_SILENT_MODEL = "silent_model" as const;

/** The prompt was edited without a new version. */
export const SPANWARDEN_CHANGE_KIND_VALUE_SILENT_PROMPT = "silent_prompt" as const;

/** None of it. */
export const SPANWARDEN_CONTENT_STATE_VALUE_ABSENT = "absent" as const;

/** All of it. */
export const SPANWARDEN_CONTENT_STATE_VALUE_COMPLETE = "complete" as const;

/** Part of it; what is missing is unknown. */
export const SPANWARDEN_CONTENT_STATE_VALUE_TRUNCATED = "truncated" as const;

/** Computed later, by a processor, from a table of prices. */
export const SPANWARDEN_COST_SOURCE_VALUE_ENRICHED = "enriched" as const;

/** Computed by the instrumentation from a table of prices. */
export const SPANWARDEN_COST_SOURCE_VALUE_LOCAL = "local" as const;

/** The provider said so in its answer. */
export const SPANWARDEN_COST_SOURCE_VALUE_PROVIDER = "provider" as const;

/** Cosine distance of the mean fingerprints. */
export const SPANWARDEN_DRIFT_METHOD_VALUE_COSINE = "cosine" as const;

/** Jensen-Shannon distance. */
export const SPANWARDEN_DRIFT_METHOD_VALUE_JENSEN_SHANNON = "jensen_shannon" as const;

/** Population stability index. */
export const SPANWARDEN_DRIFT_METHOD_VALUE_PSI = "psi" as const;

/** Wasserstein distance, divided by the spread of the reference. */
export const SPANWARDEN_DRIFT_METHOD_VALUE_WASSERSTEIN = "wasserstein" as const;

/** A rule or a computation. */
export const SPANWARDEN_EVALUATOR_TYPE_VALUE_DETERMINISTIC = "deterministic" as const;

/** A person. */
export const SPANWARDEN_EVALUATOR_TYPE_VALUE_HUMAN = "human" as const;

/** A language model. */
export const SPANWARDEN_EVALUATOR_TYPE_VALUE_LLM_JUDGE = "llm_judge" as const;

/** A missing, wrong or unauthorised key. */
export const SPANWARDEN_FAILURE_CLASS_VALUE_AUTH = "auth" as const;

/** The application gave up before the answer. */
export const SPANWARDEN_FAILURE_CLASS_VALUE_CANCELLED = "cancelled" as const;

/** HTTP 200 without an answer in it. */
export const SPANWARDEN_FAILURE_CLASS_VALUE_EMPTY = "empty" as const;

/** The provider did not accept the request as valid. */
export const SPANWARDEN_FAILURE_CLASS_VALUE_INVALID_REQUEST = "invalid_request" as const;

/** The connection could not be made, or broke. */
export const SPANWARDEN_FAILURE_CLASS_VALUE_NETWORK = "network" as const;

/** A failure of no other class. */
export const SPANWARDEN_FAILURE_CLASS_VALUE_OTHER = "other" as const;

/** The provider asked to slow down (429) or a quota was used up. */
export const SPANWARDEN_FAILURE_CLASS_VALUE_RATE_LIMITED = "rate_limited" as const;

/** A content filter of the provider refused the request or the answer. */
export const SPANWARDEN_FAILURE_CLASS_VALUE_REFUSED_BY_PROVIDER = "refused_by_provider" as const;

/** The provider failed (5xx), or said so inside a 200. */
export const SPANWARDEN_FAILURE_CLASS_VALUE_SERVER_ERROR = "server_error" as const;

/** No answer in time. */
export const SPANWARDEN_FAILURE_CLASS_VALUE_TIMEOUT = "timeout" as const;

/** The answer was not delivered. */
export const SPANWARDEN_GUARD_DECISION_VALUE_BLOCKED = "blocked" as const;

/** The guard itself failed; whether the answer was delivered is its configuration. */
export const SPANWARDEN_GUARD_DECISION_VALUE_ERROR = "error" as const;

/** The answer was delivered as it came. */
export const SPANWARDEN_GUARD_DECISION_VALUE_OBSERVED = "observed" as const;

/** The answer was delivered without what matched. */
export const SPANWARDEN_GUARD_DECISION_VALUE_REDACTED = "redacted" as const;

/** A person closed it. */
export const SPANWARDEN_INCIDENT_END_REASON_VALUE_CLOSED = "closed" as const;

/** Every rule saw its signal healthy again. */
export const SPANWARDEN_INCIDENT_END_REASON_VALUE_RECOVERED = "recovered" as const;

/** Nothing more was heard from rules that cannot tell when it is over. */
export const SPANWARDEN_INCIDENT_END_REASON_VALUE_TIMEOUT = "timeout" as const;

/** Over. */
export const SPANWARDEN_INCIDENT_STATE_VALUE_CLOSED = "closed" as const;

/** Not over. */
export const SPANWARDEN_INCIDENT_STATE_VALUE_OPEN = "open" as const;

/** More tokens or money are spent than is usual. */
export const SPANWARDEN_INCIDENT_TYPE_VALUE_COST_ANOMALY = "cost_anomaly" as const;

/** Calls fail, or answers come too slowly or not at all. */
export const SPANWARDEN_INCIDENT_TYPE_VALUE_OUTAGE = "outage" as const;

/** Calls succeed and the answers have become worse. */
export const SPANWARDEN_INCIDENT_TYPE_VALUE_QUALITY_DEGRADATION = "quality_degradation" as const;

/** An answer holds what it must not hold. */
export const SPANWARDEN_INCIDENT_TYPE_VALUE_SAFETY_VIOLATION = "safety_violation" as const;

/** A turn of the model itself, to be continued. */
export const SPANWARDEN_INPUT_ENDING_VALUE_ASSISTANT = "assistant" as const;

/** What a tool gave back. */
export const SPANWARDEN_INPUT_ENDING_VALUE_TOOL = "tool" as const;

/** What a user says. */
export const SPANWARDEN_INPUT_ENDING_VALUE_USER = "user" as const;

/** Signals of a call's content, which came in log records of its own. */
export const SPANWARDEN_PROCESSOR_AMENDMENT_KIND_VALUE_CONTENT = "content" as const;

/** Somebody's evaluation of a call. */
export const SPANWARDEN_PROCESSOR_AMENDMENT_KIND_VALUE_SCORE = "score" as const;

/** It took all. */
export const SPANWARDEN_PROCESSOR_REQUEST_OUTCOME_VALUE_DELIVERED = "delivered" as const;

/** It took a part and refused the rest for good. */
export const SPANWARDEN_PROCESSOR_REQUEST_OUTCOME_VALUE_PARTIAL = "partial" as const;

/** It will never take it. */
export const SPANWARDEN_PROCESSOR_REQUEST_OUTCOME_VALUE_PERMANENT = "permanent" as const;

/** It has not got it yet; the request is on disk, and counts again when there is an answer. */
export const SPANWARDEN_PROCESSOR_REQUEST_OUTCOME_VALUE_QUEUED = "queued" as const;

/** It may take it later, or could not be reached. */
export const SPANWARDEN_PROCESSOR_REQUEST_OUTCOME_VALUE_RETRYABLE = "retryable" as const;

/** Log records. */
export const SPANWARDEN_PROCESSOR_SIGNAL_VALUE_LOGS = "logs" as const;

/** Metric points. */
export const SPANWARDEN_PROCESSOR_SIGNAL_VALUE_METRICS = "metrics" as const;

/** Spans. */
export const SPANWARDEN_PROCESSOR_SIGNAL_VALUE_TRACES = "traces" as const;

/** Never read to its end, and no longer reachable. */
export const SPANWARDEN_RESPONSE_END_REASON_VALUE_ABANDONED = "abandoned" as const;

/** The application stopped reading. */
export const SPANWARDEN_RESPONSE_END_REASON_VALUE_CANCELLED = "cancelled" as const;

/** The connection ended before the answer did. */
export const SPANWARDEN_RESPONSE_END_REASON_VALUE_CUT = "cut" as const;

/** Read to its end. */
export const SPANWARDEN_RESPONSE_END_REASON_VALUE_DONE = "done" as const;

/** The provider reported an error instead of the rest. */
export const SPANWARDEN_RESPONSE_END_REASON_VALUE_ERROR = "error" as const;

/** The answer was not delivered. */
export const SPANWARDEN_SAFETY_ACTION_VALUE_BLOCKED = "blocked" as const;

/** Nothing was changed. */
export const SPANWARDEN_SAFETY_ACTION_VALUE_OBSERVED = "observed" as const;

/** The match was taken out before delivery. */
export const SPANWARDEN_SAFETY_ACTION_VALUE_REDACTED = "redacted" as const;

/** Someone is woken. */
export const SPANWARDEN_SAFETY_CLASS_VALUE_PAGE = "page" as const;

/** Counted and exported; nobody is woken. */
export const SPANWARDEN_SAFETY_CLASS_VALUE_RECORD = "record" as const;

/** Stands only in retrieved context or in tool results. */
export const SPANWARDEN_SAFETY_ORIGIN_VALUE_DISCLOSED = "disclosed" as const;

/** Stands in this user's own messages. */
export const SPANWARDEN_SAFETY_ORIGIN_VALUE_ECHO = "echo" as const;

/** A documentation value, such as a published test card or an address of RFC 5737. */
export const SPANWARDEN_SAFETY_ORIGIN_VALUE_EXAMPLE = "example" as const;

/** Made by the model. */
export const SPANWARDEN_SAFETY_ORIGIN_VALUE_GENERATED = "generated" as const;

/** The prompt. */
export const SPANWARDEN_SAFETY_SOURCE_VALUE_INPUT = "input" as const;

/** The answer. */
export const SPANWARDEN_SAFETY_SOURCE_VALUE_OUTPUT = "output" as const;

/** Arguments of a tool call. */
export const SPANWARDEN_SAFETY_SOURCE_VALUE_TOOL_INPUT = "tool_input" as const;

/** Result of a tool call. */
export const SPANWARDEN_SAFETY_SOURCE_VALUE_TOOL_OUTPUT = "tool_output" as const;
