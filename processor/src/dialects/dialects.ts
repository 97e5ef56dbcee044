import type { Dialect } from "./dialect.ts";
import { earlierOpenTelemetry } from "./earlier-opentelemetry.ts";
import { genkit } from "./genkit.ts";
import { langfuse } from "./langfuse.ts";
import { langwatch } from "./langwatch.ts";
import { logfire } from "./logfire.ts";
import { mlflow } from "./mlflow.ts";
import { openInference } from "./openinference.ts";
import { openLit } from "./openlit.ts";
import { openLlmetry } from "./openllmetry.ts";
import { vercelAi } from "./vercel-ai.ts";

/**
 * In the order in which they are asked: those that build on others' names before those others. OpenTelemetry's earlier names
 * come last and are understood beside any of them.
 */
export const DIALECTS: readonly Dialect[] = [
  vercelAi,
  openInference,
  logfire,
  openLlmetry,
  openLit,
  langwatch,
  mlflow,
  genkit,
  langfuse,
  earlierOpenTelemetry,
];
