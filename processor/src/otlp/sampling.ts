/** How many calls one span stands for, and whether that is known. */
export interface SamplingWeight {
  readonly weight: number;
  readonly known: boolean;
}

const RANGE = 1n << 56n;

/**
 * Reads the consistent sampling threshold out of `tracestate` (`ot=th:8` is half of all): weight = 1 / probability.
 * Without one the weight is 1 and not known. Source: OpenTelemetry's tracestate probability sampling.
 */
export function samplingWeight(traceState: string): SamplingWeight {
  const digits = /(?:^|,)\s*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})(?:\s*,|;|\s*$)/.exec(traceState)?.[1];
  if (digits === undefined) return { weight: 1, known: false };
  // 56 bits are more than a double holds: the largest threshold would round to a probability of 0.
  const threshold = BigInt(`0x${digits.padEnd(14, "0")}`);
  return { weight: Number(RANGE) / Number(RANGE - threshold), known: true };
}
