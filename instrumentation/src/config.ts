import { diag } from "@opentelemetry/api";
import type { ChecksumOptions } from "@spanwarden/conventions";

/** How the instrumentation behaves. What is left out is read from the environment. */
export interface LlmInstrumentationConfig {
  /** False: `enable()` is left to the caller. */
  readonly enabled?: boolean;
  /** Messages, system instructions and tool definitions on the span. `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`. */
  readonly captureContent?: boolean | undefined;
  /** Whether a call that is not sampled still emits one log record without content. `SPANWARDEN_UNSAMPLED_CALLS`. */
  readonly unsampledCalls?: "event" | "none" | undefined;
  /** How prompts and ids are named: `SPANWARDEN_CHECKSUM` (`sha256`, `hmac-sha256`, `off`), `SPANWARDEN_CHECKSUM_KEY`. */
  readonly checksum?: ChecksumOptions | undefined;
}

/** All decided. */
export interface Resolved {
  readonly captureContent: boolean;
  readonly unsampledCalls: "event" | "none";
  readonly checksum: ChecksumOptions;
}

/** The spellings of OpenTelemetry's languages for one variable. Events are not a place that we write content to. */
const CAPTURE: Readonly<Record<string, boolean>> = {
  "": false,
  "0": false,
  "1": true,
  event_only: false,
  false: false,
  no_content: false,
  none: false,
  span: true,
  span_and_event: true,
  span_only: true,
  true: true,
};
const UNSAMPLED = { "": "event", event: "event", none: "none" } as const;
const CHECKSUMS = { "": "", sha256: "sha256", "hmac-sha256": "hmac-sha256", off: "off" } as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** What is configured by code counts, then the environment. A value that is not understood is named, and the default kept. */
export function resolveConfig(config: LlmInstrumentationConfig, env: Environment): Resolved {
  return {
    captureContent:
      config.captureContent ?? choice(env, "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", CAPTURE, false),
    unsampledCalls: config.unsampledCalls ?? choice(env, "SPANWARDEN_UNSAMPLED_CALLS", UNSAMPLED, "event"),
    checksum: config.checksum ?? checksumOf(env),
  };
}

function checksumOf(env: Environment): ChecksumOptions {
  const key = env["SPANWARDEN_CHECKSUM_KEY"] ?? "";
  const mode = choice(env, "SPANWARDEN_CHECKSUM", CHECKSUMS, "") || (key === "" ? "sha256" : "hmac-sha256");
  if (mode === "hmac-sha256" && key === "") {
    diag.warn("SPANWARDEN_CHECKSUM is hmac-sha256, but SPANWARDEN_CHECKSUM_KEY is empty: no checksums are made");
  }
  return { mode, key };
}

function choice<T>(env: Environment, name: string, choices: Readonly<Record<string, T>>, fallback: T): T {
  const given = (env[name] ?? "").trim().toLowerCase();
  const chosen = Object.hasOwn(choices, given) ? choices[given] : undefined;
  if (chosen !== undefined) return chosen;
  const expected = Object.keys(choices).filter((word) => word !== "");
  diag.warn(`${name}: got "${given}", expected one of ${expected.join(", ")}; taken as not set`);
  return fallback;
}
