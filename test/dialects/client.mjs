// An app with one instrumentation, as its users set it up: `node client.mjs RUN`, with PROVIDER_URL and OTLP_URL in the
// environment. Plain JavaScript, for the packages that it uses are not there when the repository's types are checked.
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { PROVIDER_URL: provider, OTLP_URL: otlp } = process.env;

const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");
const { BatchSpanProcessor } = require("@opentelemetry/sdk-trace-base");
const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-proto");
const { resourceFromAttributes } = require("@opentelemetry/resources");

const PROMPT = "Where is my order?";
const SCHEMA = { type: "object", properties: { order: { type: "string" } }, required: ["order"] };

function register(...processors) {
  const exporter = new OTLPTraceExporter({ url: `${otlp}/v1/traces` });
  const tracing = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": "dialects" }),
    spanProcessors: [new BatchSpanProcessor(exporter), ...processors],
  });
  tracing.register();
  return () => tracing.shutdown();
}

/** Patches what is required after it; returns what sends the rest. */
function instrument(...instrumentations) {
  const stop = register();
  const { metrics, trace } = require("@opentelemetry/api");
  for (const each of instrumentations) {
    each.setTracerProvider(trace.getTracerProvider());
    each.setMeterProvider(metrics.getMeterProvider());
    each.enable();
  }
  return stop;
}

async function drain(stream) {
  for await (const chunk of stream) void chunk;
}

function openai({ OpenAI } = require("openai")) {
  return new OpenAI({ apiKey: "k", baseURL: `${provider}/v1`, maxRetries: 0 });
}

async function openaiCalls(client, { responses = true, embeddings = true } = {}) {
  const messages = [
    { role: "system", content: "Be brief." },
    { role: "user", content: PROMPT },
  ];
  const model = "gpt-4o-mini";
  const tools = [{ type: "function", function: { name: "find_order", description: "finds it", parameters: SCHEMA } }];
  const streamed = { stream: true, stream_options: { include_usage: true } };
  await client.chat.completions.create({ model, messages, temperature: 0.5, max_tokens: 100 });
  await client.chat.completions.create({ model, messages, tools });
  await drain(await client.chat.completions.create({ model, messages, ...streamed }));
  await drain(await client.chat.completions.create({ model, messages, tools, ...streamed }));
  if (embeddings) await client.embeddings.create({ model: "text-embedding-3-small", input: PROMPT });
  if (!responses) return;
  await client.responses.create({ model, input: PROMPT });
  await drain(await client.responses.create({ model, input: PROMPT, stream: true }));
}

async function anthropicCalls() {
  const { Anthropic } = require("@anthropic-ai/sdk");
  const client = new Anthropic({ apiKey: "k", baseURL: provider, maxRetries: 0 });
  const model = "claude-haiku-4-5";
  const request = { model, max_tokens: 100, system: "Be brief.", messages: [{ role: "user", content: PROMPT }] };
  const tools = [{ name: "find_order", description: "finds it", input_schema: SCHEMA }];
  await client.messages.create(request);
  await client.messages.create({ ...request, tools });
  await drain(await client.messages.create({ ...request, stream: true }));
  await drain(await client.messages.create({ ...request, tools, stream: true }));
}

/** The provider's adapter for a version of the SDK; with Chat Completions, which all versions speak. */
async function vercelModels(version, vendor) {
  const adapter = await import(`ai-${vendor}-${version}`);
  const settings = { apiKey: "k", baseURL: `${provider}/v1` };
  if (vendor === "anthropic") return { model: adapter.createAnthropic(settings)("claude-haiku-4-5") };
  const models = adapter.createOpenAI({ ...settings, ...(version === 4 ? { compatibility: "strict" } : {}) });
  const embedding = models.embedding ?? models.textEmbeddingModel;
  return { model: models.chat("gpt-4o-mini"), embedder: embedding("text-embedding-3-small") };
}

async function vercelTelemetry(sdk, version, legacy) {
  const settings = { isEnabled: true, functionId: "support", metadata: { userId: "u-1", sessionId: "s-1" } };
  if (version < 7) return { experimental_telemetry: settings };
  const { LegacyOpenTelemetry, OpenTelemetry } = await import("@ai-sdk/otel");
  sdk.registerTelemetry(legacy ? new LegacyOpenTelemetry() : new OpenTelemetry());
  return { telemetry: settings };
}

/** Version 4 has other names for the same. */
function vercelTools(sdk, version) {
  const described = { description: "finds it", execute: async () => "tool_result_of find_order" };
  const schema = sdk.jsonSchema(SCHEMA);
  if (version === 4) return { tools: { find_order: { ...described, parameters: schema } }, maxSteps: 3 };
  const stopWhen = (sdk.stepCountIs ?? sdk.isStepCount)(3);
  return { tools: { find_order: { ...described, inputSchema: schema } }, stopWhen };
}

async function vercelCalls(version, { legacy = false, vendor = "openai" } = {}) {
  const sdk = await import(`ai-${version}`);
  const { model, embedder } = await vercelModels(version, vendor);
  const telemetry = await vercelTelemetry(sdk, version, legacy);
  const common = { model, prompt: PROMPT, maxRetries: 0, ...telemetry };
  await sdk.generateText(common);
  await sdk.generateText({ ...common, ...vercelTools(sdk, version) });
  await drain(sdk.streamText(common).textStream);
  if (embedder !== undefined) await sdk.embed({ model: embedder, value: PROMPT, maxRetries: 0, ...telemetry });
}

const RUNS = {
  "opentelemetry-openai": async () => {
    const { OpenAIInstrumentation } = require("@opentelemetry/instrumentation-openai");
    const stop = instrument(new OpenAIInstrumentation());
    await openaiCalls(openai());
    await stop();
  },
  // It knows no version beyond 4, and finds the package under that name only.
  "openllmetry-old-openai": async () => {
    const { OpenAIInstrumentation } = require("traceloop-openai-old");
    const instrumentation = new OpenAIInstrumentation();
    const stop = instrument(instrumentation);
    const client = require("openai-4");
    instrumentation.manuallyInstrument(client.OpenAI);
    await openaiCalls(openai(client), { responses: false, embeddings: false });
    await stop();
  },
  "openllmetry-new-openai": () =>
    traceloop("@traceloop/instrumentation-openai", "OpenAIInstrumentation", () =>
      openaiCalls(openai(), { embeddings: false }),
    ),
  "openllmetry-old-anthropic": () => traceloop("traceloop-anthropic-old", "AnthropicInstrumentation", anthropicCalls),
  "openllmetry-new-anthropic": () =>
    traceloop("@traceloop/instrumentation-anthropic", "AnthropicInstrumentation", anthropicCalls),
  "openinference-openai": async () => {
    const { OpenAIInstrumentation } = require("@arizeai/openinference-instrumentation-openai");
    const stop = instrument(new OpenAIInstrumentation());
    await openaiCalls(openai());
    await stop();
  },
  "openinference-anthropic": async () => {
    const { AnthropicInstrumentation } = require("@arizeai/openinference-instrumentation-anthropic");
    const stop = instrument(new AnthropicInstrumentation());
    await anthropicCalls();
    await stop();
  },
  "openlit-openai": () => openlit(() => openaiCalls(openai())),
  "openlit-anthropic": () => openlit(anthropicCalls),
  "vercel-ai-4": () => vercel(4),
  "vercel-ai-5": () => vercel(5),
  "vercel-ai-6": () => vercel(6),
  "vercel-ai-7": () => vercel(7),
  "vercel-ai-7-legacy": () => vercel(7, { legacy: true }),
  "vercel-ai-5-anthropic": () => vercel(5, { vendor: "anthropic" }),
  "vercel-ai-6-anthropic": () => vercel(6, { vendor: "anthropic" }),
  "langfuse-openai": async () => {
    const { LangfuseSpanProcessor } = require("@langfuse/otel");
    const { observeOpenAI } = require("@langfuse/openai");
    const exporter = new OTLPTraceExporter({ url: `${otlp}/v1/traces` });
    const tracing = new NodeTracerProvider({
      resource: resourceFromAttributes({ "service.name": "dialects" }),
      spanProcessors: [new LangfuseSpanProcessor({ exporter, publicKey: "pk", secretKey: "sk", baseUrl: otlp })],
    });
    tracing.register();
    await openaiCalls(observeOpenAI(openai()), { embeddings: false });
    await tracing.shutdown();
  },
};

async function traceloop(name, constructor, calls) {
  const stop = instrument(new (require(name)[constructor])());
  await calls();
  await stop();
}

async function openlit(calls) {
  const { Openlit } = require("openlit");
  // Its price list comes from the network unless told otherwise.
  Openlit.init({
    otlpEndpoint: otlp,
    applicationName: "dialects",
    disableMetrics: true,
    disableEvents: true,
    pricingJson: `${provider}/prices`,
  });
  await calls();
  const { trace } = require("@opentelemetry/api");
  const tracing = trace.getTracerProvider();
  await (tracing.getDelegate?.() ?? tracing).shutdown();
}

async function vercel(version, options) {
  const stop = register();
  await vercelCalls(version, options);
  await stop();
}

await RUNS[process.argv[2]]();
process.exit(0);
