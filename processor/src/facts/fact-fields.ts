/** How a field is written: see `fact-codec.ts`. */
export type FieldKind = "text" | "hex" | "checksum" | "number" | "flag";

/** A field of a fact: its number on disk, its path in `CallFact`, its kind, and the most bytes it may take. */
export interface FactField {
  readonly number: number;
  readonly path: string;
  readonly kind: FieldKind;
  readonly cap: number;
}

const field = (number: number, path: string, kind: FieldKind, cap = 64): FactField => ({ number, path, kind, cap });

/** The fields. Append only: a number, once used, keeps its meaning for ever. */
export const FACT_FIELDS: readonly FactField[] = [
  field(1, "identity", "text", 64),
  field(2, "at", "number"),
  field(3, "start", "number"),
  field(4, "arrival", "number"),
  field(5, "late", "flag"),
  field(6, "pending", "flag"),
  field(7, "traceId", "hex", 16),
  field(8, "spanId", "hex", 8),
  field(9, "cell.namespace", "text", 32),
  field(10, "cell.service", "text", 48),
  field(11, "cell.environment", "text", 24),
  field(12, "cell.operation", "text", 24),
  field(13, "cell.prompt", "text", 48),
  field(14, "failure", "text", 24),
  field(15, "failedAttempts", "number"),
  field(16, "weight", "number"),
  field(17, "weightKnown", "flag"),
  field(18, "signals", "text", 16),
  field(19, "content", "text", 12),
  field(20, "usage.input", "number"),
  field(21, "usage.output", "number"),
  field(22, "cost", "number"),
  field(23, "costSource", "text", 10),
  field(24, "duration", "number"),
  field(25, "timeToFirstChunk", "number"),
  field(26, "finishReason", "text", 24),
  field(27, "endReason", "text", 12),
  field(28, "response", "hex", 8),
  field(29, "tailSampled", "flag"),
  field(30, "facets.provider", "text", 24),
  field(31, "facets.requestModel", "text", 48),
  field(32, "facets.responseModel", "text", 48),
  field(33, "facets.systemFingerprint", "text", 32),
  field(34, "facets.promptVersion", "text", 24),
  field(35, "facets.systemInstructions", "checksum"),
  field(36, "facets.template", "checksum"),
  field(37, "facets.toolDefinitions", "checksum"),
  field(38, "facets.parameters", "checksum"),
  field(39, "facets.serviceVersion", "text", 24),
  field(40, "caller.user", "checksum"),
  field(41, "caller.session", "checksum"),
  field(42, "caller.tenant", "checksum"),
  field(43, "caller.route", "text", 32),
  field(44, "conversation", "text", 40),
  field(45, "usage.cacheRead", "number"),
  field(46, "usage.cacheWrite", "number"),
  field(47, "usage.reasoning", "number"),
  field(48, "timePerChunk", "number"),
  field(49, "facets.serviceInstance", "text", 36),
  field(52, "pricing", "text", 24),
];

const AMENDMENT_HEAD: readonly FactField[] = [
  field(1, "identity", "text", 64),
  field(2, "at", "number"),
  field(4, "arrival", "number"),
  field(7, "traceId", "hex", 16),
  field(8, "spanId", "hex", 8),
  field(9, "source.namespace", "text", 32),
  field(10, "source.service", "text", 48),
  field(11, "source.environment", "text", 24),
  field(28, "response", "hex", 8),
];

/** The fields of an amendment of content, as `FACT_FIELDS`. */
export const CONTENT_FIELDS: readonly FactField[] = [
  ...AMENDMENT_HEAD,
  field(18, "signals", "text", 16),
  field(19, "content", "text", 12),
  field(26, "finishReason", "text", 24),
  field(35, "facets.systemInstructions", "checksum"),
  field(37, "facets.toolDefinitions", "checksum"),
];

/** The fields of a score, as `FACT_FIELDS`. */
export const SCORE_FIELDS: readonly FactField[] = [
  ...AMENDMENT_HEAD,
  field(70, "evaluation.name", "text", 48),
  field(71, "evaluation.score", "number"),
  field(72, "evaluation.label", "text", 24),
  field(73, "evaluation.evaluator", "text", 64),
  field(74, "evaluation.evaluatorType", "text", 16),
];

/** Numbers of the repeated fields. */
export const REPEATED = { safety: 60, measurement: 61, label: 62 } as const;
