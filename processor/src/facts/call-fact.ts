import type { ContentState, EndReason, FailureClass, TokenUsage } from "@spanwarden/conventions";

/**
 * One judged call: flat, versioned, without content, of bounded size (`FACT_CAPACITY`).
 *
 * Everything after the signals is a deterministic function of facts and clock ticks; restart, backtest and the
 * many-workers test replay facts. All fields are what `fact-codec.ts` keeps: adding one means adding it there.
 */
export interface CallFact {
  /** Identity of the call: the same call seen twice (a retry, another tier) has the same one. */
  readonly identity: string;
  /** Event time, the end of the call, in milliseconds since the epoch; never more than 5 s after `arrival`. */
  readonly at: number;
  /** Start of the call, milliseconds since the epoch. */
  readonly start: number;
  /** When the processor received it, milliseconds since the epoch; never decreases from fact to fact. */
  readonly arrival: number;
  /** Event time lies before the watermark: per-call rules judge it, windowed rules do not open on it. */
  readonly late: boolean;
  readonly traceId: string;
  readonly spanId: string;
  /** Digest of the provider's response id: by it alone a score may name the call it judged. */
  readonly response?: string | undefined;
  readonly cell: Cell;
  readonly facets: Facets;
  readonly caller: Caller;
  readonly conversation?: string | undefined;

  readonly failure?: FailureClass | undefined;
  /** A pending call: no first byte for long, the final span is still to come. */
  readonly pending: boolean;
  readonly failedAttempts: number;
  readonly endReason?: EndReason | undefined;
  readonly finishReason?: string | undefined;
  /** Seconds. */
  readonly duration?: number | undefined;
  readonly timeToFirstChunk?: number | undefined;
  readonly timePerChunk?: number | undefined;

  readonly usage: TokenUsage;
  /** US dollars; `undefined` where the price is unknown, never 0 for that reason. */
  readonly cost?: number | undefined;
  readonly costSource?: "provider" | "local" | "enriched" | undefined;
  /** The table of prices that `cost` was computed with. */
  readonly pricing?: string | undefined;

  readonly content: ContentState;
  /** Numbers by attribute name: flags are 1 or 0, lengths in characters. Absent is unknown. */
  readonly measurements: Readonly<Record<string, number>>;
  /** Words by attribute name: format class, languages, fingerprints, the tool calls' checksum. */
  readonly labels: Readonly<Record<string, string>>;
  /** `category/rule/class/origin` of each safety match, at most 8, page class first. */
  readonly safety: readonly string[];

  /** Calls this one stands for: 1 / sampling probability. */
  readonly weight: number;
  /** False where the probability was not known: totals are lower bounds then. */
  readonly weightKnown: boolean;
  /** Whether the call came depended on how it went: shares and means of such calls say nothing of all calls. */
  readonly tailSampled?: boolean | undefined;
  /** Version of the signal functions and where they ran; different ones never share a baseline. */
  readonly signals: string;
}

/** What a baseline belongs to. Everything else about a call is a facet: it explains, it does not split. */
export interface Cell {
  readonly namespace: string;
  readonly service: string;
  readonly environment: string;
  readonly operation: string;
  /** Prompt name, else agent name, else `-`. */
  readonly prompt: string;
}

/** What may have changed around an onset. Checksums as `algorithm:hex`. */
export interface Facets {
  readonly provider?: string | undefined;
  readonly requestModel?: string | undefined;
  readonly responseModel?: string | undefined;
  readonly systemFingerprint?: string | undefined;
  readonly promptVersion?: string | undefined;
  readonly template?: string | undefined;
  readonly systemInstructions?: string | undefined;
  readonly toolDefinitions?: string | undefined;
  readonly parameters?: string | undefined;
  readonly serviceVersion?: string | undefined;
  readonly serviceInstance?: string | undefined;
}

/** Hashed ids, kept as the first 128 bits: enough to count and to compare. */
export interface Caller {
  readonly user?: string | undefined;
  readonly session?: string | undefined;
  readonly tenant?: string | undefined;
  readonly route?: string | undefined;
}

/** One string for a cell, for maps and for people. */
export function cellKey(cell: Cell): string {
  return [cell.namespace, cell.service, cell.environment, cell.operation, cell.prompt].join("|");
}

/** What a pending call and its final span have in common. */
export function spanOfCall({ traceId, spanId, identity }: Pick<CallFact, "traceId" | "spanId" | "identity">): string {
  return spanId === "" ? identity : `${traceId}:${spanId}`;
}

/** A call of which hardly more is known than that there was one; everything else is unknown. */
export function bareCall(
  known: Pick<CallFact, "identity" | "at" | "arrival" | "traceId" | "spanId" | "cell" | "signals">,
): CallFact {
  return {
    start: known.at,
    late: false,
    facets: {},
    caller: {},
    pending: false,
    failedAttempts: 0,
    usage: {},
    content: "absent",
    measurements: {},
    labels: {},
    safety: [],
    weight: 1,
    weightKnown: false,
    ...known,
  };
}
