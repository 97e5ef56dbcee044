import { LineCounter, parseDocument, type Document } from "yaml";
import { z } from "zod";

import { costConfig } from "./cost/cost-config.ts";
import { identityConfig } from "./dialects/identity-config.ts";
import { detectionConfig } from "./detectors/detection-config.ts";
import { duration } from "./duration.ts";
import { emitConfig } from "./emit/emit-config.ts";
import { SpanwardenError } from "./errors.ts";
import { evaluationsConfig } from "./facts/evaluations-config.ts";
import { factsConfig } from "./facts/facts-config.ts";
import { formatsConfig } from "./formats/formats-config.ts";
import { forwardConfig, type DestinationConfig } from "./forward/forward-config.ts";
import { incidentsConfig } from "./incidents/incidents-config.ts";
import { inputConfig } from "./facts/input-config.ts";
import { safetyConfig } from "./safety/safety-config.ts";
import { receiverConfig } from "./otlp/receiver-config.ts";
import { storeConfig } from "./store/store-config.ts";

const sections = z.strictObject({
  /** Where OTLP comes in: one listener or a list. */
  receiver: receiverConfig.prefault({}),
  /** Where everything goes on to: one destination or a list. Absent: nothing is forwarded. */
  forward: forwardConfig.optional(),
  /** Where our events and metrics go; by default where `forward` goes. */
  export: z
    .strictObject({
      endpoint: z.url({ protocol: /^https?$/, error: "expected an http or https address" }).optional(),
      headers: z.record(z.string(), z.string()).default({}),
      /** As `OTEL_EXPORTER_OTLP_PROTOCOL`. */
      protocol: z.enum(["http/protobuf", "http/json"]).default("http/protobuf"),
      metrics_interval: duration.prefault("60s"),
      /** Our metrics at `GET /metrics` of every listener, for Prometheus. */
      prometheus: z.boolean().default(false),
    })
    .prefault({}),
  /** Whose calls they are. */
  identity: identityConfig.prefault({}),
  facts: factsConfig.prefault({}),
  /** Which part of the calls comes here. */
  input: inputConfig.prefault({}),
  /** Formats that answers must have though no request declares them. */
  formats: formatsConfig.default([]),
  /** Evaluations of others that are judged, by name. */
  evaluations: evaluationsConfig.default({}),
  /** Safety rules and canaries of the user's own. */
  safety: safetyConfig.prefault({}),
  store: storeConfig.prefault({}),
  cost: costConfig.prefault({}),
  detection: detectionConfig.prefault({}),
  incidents: incidentsConfig.prefault({}),
  emit: emitConfig.prefault({}),
  /** Services whose own scores are believed though they do not send from loopback. */
  trust_signals: z.array(z.string()).default([]),
  /** Longest time a stop may take to deliver what is under way. */
  stop_deadline: duration.prefault("10s"),
  log: z.strictObject({ level: z.enum(["debug", "info", "warn", "error"]).default("info") }).prefault({}),
});

const schema = sections.superRefine(({ receiver, forward, export: own, store }, context) => {
  const wrong = (path: string[], message: string): void => context.addIssue({ code: "custom", path, message });
  if (own.prometheus && !receiver.some(({ port }) => port !== undefined))
    wrong(["export", "prometheus"], "expected a listener for OTLP/HTTP, which serves the page");
  if (forward === undefined) return;
  if (forward.length > 1 && store.directory === undefined)
    wrong(["store", "directory"], "expected a directory, for each of several destinations of forward needs its queue");
  if (own.endpoint === undefined && ownDestination(forward) === undefined)
    wrong(
      ["export", "endpoint"],
      "expected an address for our events and metrics, as no destination of forward takes both over OTLP/HTTP",
    );
});

/** What a user writes, all defaults filled in, durations in milliseconds. */
export type Config = z.output<typeof schema>;

/** What a user may write. */
export type ConfigInput = z.input<typeof schema>;

/** Where our events and metrics go unless `export.endpoint` says: the first destination that takes both over OTLP/HTTP. */
export function ownDestination(destinations: readonly DestinationConfig[]): DestinationConfig | undefined {
  return destinations.find(
    ({ protocol, signals }) => protocol === "http" && signals.includes("logs") && signals.includes("metrics"),
  );
}

/** Reads YAML, with `${env:NAME}` and `${env:NAME:-default}` replaced; `name` stands in the error messages. */
export function readConfig(text: string, env: Readonly<Record<string, string | undefined>>, name: string): Config {
  const lines = new LineCounter();
  // Pretty errors quote the line, which may hold a credential.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    const [reason] = error.message.split(': "', 1);
    throw new SpanwardenError("CONFIG_INVALID", `${name}: line ${line}, column ${col}: ${reason}`);
  }
  return parseConfig(withEnvironment(plain(document, name), env, []), name);
}

function plain(document: Document, name: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw new SpanwardenError("CONFIG_INVALID", `${name}: ${(error as Error).message}`, { cause: error });
  }
}

/** Checks a configuration and fills in the defaults. Throws CONFIG_INVALID naming every wrong key, its value and what was expected. */
export function parseConfig(input: unknown, name = "configuration"): Config {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${explain(asWritten(issue, input), input)}`);
  throw new SpanwardenError("CONFIG_INVALID", [`${name} is wrong:`, ...lines].join("\n"));
}

/** Sections that stand for a list of one where there is no list around them. */
const LISTS: readonly unknown[] = ["receiver", "forward"];

function asWritten(issue: z.core.$ZodIssue, input: unknown): z.core.$ZodIssue {
  const [section, index, ...rest] = issue.path;
  const isList = Array.isArray((input as Readonly<Record<PropertyKey, unknown>>)[String(section)]);
  return !LISTS.includes(section) || index !== 0 || isList ? issue : { ...issue, path: [String(section), ...rest] };
}

/** Sections whose values are nobody's business. */
const SECRETS: readonly string[] = ["headers", "canaries"];

function explain(issue: z.core.$ZodIssue, input: unknown): string {
  const key = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const where = key === "" ? "" : ` in ${key}`;
    return `unknown key ${issue.keys.map((k) => `"${k}"`).join(", ")}${where}; expected one that the README lists`;
  }
  const value = issue.path.reduce<unknown>(
    (at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part],
    input,
  );
  // Headers hold credentials, and canaries are secrets: their values stay out of messages.
  const shown = SECRETS.some((section) => issue.path.includes(section))
    ? "a value"
    : (JSON.stringify(value, withoutHeaders) ?? "nothing");
  return `${key}: got ${shown}; ${issue.message.replace(/^Invalid input: /, "")}`;
}

function withoutHeaders(key: string, value: unknown): unknown {
  return SECRETS.includes(key) ? `(${key})` : value;
}

const REFERENCE = /\$\{env:([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

function withEnvironment(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: readonly string[],
): unknown {
  if (typeof value === "string") {
    const replaced = value.replaceAll(REFERENCE, (_, variable: string, fallback: string | undefined) => {
      const found = env[variable] ?? fallback;
      if (found !== undefined) return found;
      throw new SpanwardenError(
        "CONFIG_INVALID",
        `${path.join(".")}: expected the environment variable ${variable} to be set`,
      );
    });
    return replaced === value ? value : typed(replaced, path);
  }
  if (Array.isArray(value)) return value.map((item, i) => withEnvironment(item, env, [...path, String(i)]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withEnvironment(v, env, [...path, k])]));
}

/** A variable holds text; a number or a flag in it is meant as one, but a credential of digits is not. */
function typed(text: string, path: readonly string[]): string | number | boolean {
  if (SECRETS.some((section) => path.includes(section))) return text;
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : text;
}
