/** Calls, and how many of them were bad. */
export interface Tally {
  readonly bad: number;
  readonly calls: number;
}

/** One-sided 95 %. */
const Z = 1.645;

/**
 * How surely calls with a value are worse than calls without it: the lower bound of the difference of the bad shares, 0
 * to 1 (Newcombe 1998, method 10, from Wilson's intervals). 0 where one side has no calls.
 */
export function separation(having: Tally, lacking: Tally): number {
  if (having.calls === 0 || lacking.calls === 0) return 0;
  const a = wilson(having);
  const b = wilson(lacking);
  return Math.max(0, a.share - b.share - Math.hypot(a.share - a.low, b.high - b.share));
}

function wilson({ bad, calls }: Tally): { share: number; low: number; high: number } {
  const share = bad / calls;
  const z2 = Z * Z;
  const centre = (share + z2 / (2 * calls)) / (1 + z2 / calls);
  const half = (Z / (1 + z2 / calls)) * Math.sqrt((share * (1 - share)) / calls + z2 / (4 * calls * calls));
  return { share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
