export const FIELDS = ["model", "tokens", "cached", "finish", "id"] as const;
export type Field = (typeof FIELDS)[number];

/** One instrumentation with its client. */
export interface Run {
  /** As `client.mjs` knows it. */
  readonly name: string;
  /** What the emitter leaves out of some calls or all; there nothing may be read wrong, elsewhere everything must be right. */
  readonly leavesOut: Readonly<Partial<Record<Field, string>>>;
}

const NO_ID = "no response id";
const NO_CACHED = "no cached tokens";
const EMBEDDINGS_MODEL = "embeddings: no answering model";
const ANTHROPIC_STREAM = "no finish reason of a stream, and the client's own span has none";

export const RUNS: readonly Run[] = [
  { name: "opentelemetry-openai", leavesOut: { cached: NO_CACHED } },
  {
    name: "openllmetry-old-openai",
    leavesOut: { tokens: "no tokens of a stream", cached: NO_CACHED, id: NO_ID },
  },
  {
    name: "openllmetry-new-openai",
    leavesOut: {
      tokens: "no tokens of a stream",
      cached: NO_CACHED,
      ...Object.fromEntries(
        (["model", "finish", "id"] as const).map((field) => [field, "nothing of a Responses stream"]),
      ),
    },
  },
  { name: "openllmetry-old-anthropic", leavesOut: { finish: ANTHROPIC_STREAM } },
  { name: "openllmetry-new-anthropic", leavesOut: { finish: ANTHROPIC_STREAM } },
  {
    name: "openinference-openai",
    leavesOut: {
      model: "no answering model of a stream, of embeddings",
      tokens: "no tokens of a chat stream, of embeddings",
      cached: "no cached tokens of a chat stream",
      finish: "no finish reason of Responses",
      id: "no response id of a chat stream",
    },
  },
  { name: "openinference-anthropic", leavesOut: {} },
  { name: "openlit-openai", leavesOut: { model: EMBEDDINGS_MODEL } },
  { name: "openlit-anthropic", leavesOut: {} },
  { name: "vercel-ai-4", leavesOut: { model: EMBEDDINGS_MODEL } },
  { name: "vercel-ai-5", leavesOut: { model: EMBEDDINGS_MODEL, cached: "no cached tokens outside streams" } },
  { name: "vercel-ai-6", leavesOut: { model: EMBEDDINGS_MODEL } },
  { name: "vercel-ai-7", leavesOut: { model: EMBEDDINGS_MODEL } },
  { name: "vercel-ai-7-legacy", leavesOut: { model: EMBEDDINGS_MODEL } },
  { name: "vercel-ai-5-anthropic", leavesOut: {} },
  { name: "vercel-ai-6-anthropic", leavesOut: {} },
  {
    name: "langfuse-openai",
    leavesOut: { model: "one model for the asked and the answering", finish: "no finish reason", id: NO_ID },
  },
];
