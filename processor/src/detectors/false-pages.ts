/** How often a (cell, signal) pair is looked at. Plain data, for `v8.serialize`. */
export interface Traffic {
  /** Event time of the first call, milliseconds since the epoch. */
  readonly since: number;
  at: number;
  /** Calls, those of a week ago counting 1/e. */
  calls: number;
}

const WEEK = 7 * 24 * 3_600_000;
/** A pair is not taken for busier than its first minute shows: calls often come in bursts. */
const LEAST_AGE = 60_000;
/** Sequentially tested in each cell: mean quality, its drift, the shape of the answers. */
const SIGNALS_OF_A_CELL = 3;
/**
 * Evidence of a likelihood-ratio CUSUM passes h on a healthy stream at most e^-h times a call and alternative (Lorden
 * 1971). All views of a cell together pass it e^-(h + 2) times a call, for the rules' nulls leave room to chance: measured
 * on the answers of ten real cells for h from 5 to 11, where the exponent lay between h + 1.9 and h + 2.3.
 */
const ROOM = 2;

export function noTraffic(at: number): Traffic {
  return { since: at, at, calls: 0 };
}

/** Counts one call; one that is older than the latest counts as of then. */
export function countCall(traffic: Traffic, at: number): void {
  const now = Math.max(at, traffic.at);
  traffic.calls = traffic.calls * Math.exp((traffic.at - now) / WEEK) + 1;
  traffic.at = now;
}

/** Calls a week, from what was seen of it so far. */
export function callsAWeek({ since, at, calls }: Traffic): number {
  const age = Math.max(LEAST_AGE, at - since);
  return calls / -Math.expm1(-age / WEEK);
}

/** Pairs of cell and signal that a false page may come from. */
export function testedPairs(cells: number, scored: number): number {
  return cells * SIGNALS_OF_A_CELL + scored;
}

/**
 * Tests of one pair for each false page that it may make: every pair gets an equal part of the installation's budget,
 * and makes use of it once a call.
 */
export function testsAPage(traffic: Traffic, pairs: number, pagesAWeek: number): number {
  return Math.max(1, (callsAWeek(traffic) * Math.max(1, pairs)) / pagesAWeek);
}

/** Evidence, in natural-log units, that a CUSUM must gather so that it pages no oftener than once in so many tests. */
export function evidenceFor(tests: number): number {
  return Math.max(0, Math.log(tests) - ROOM);
}

/**
 * Standard deviations by which a mean must differ from the usual so that chance alone pages no oftener than once in so
 * many tests: the normal tail is taken as density / z, within 0.1 from three deviations on. Neighbouring tests share most
 * of their calls, so that the true rate is lower.
 */
export function deviationsFor(tests: number): number {
  const twice = 2 * Math.log(tests);
  return Math.sqrt(Math.max(0, twice - Math.log(Math.max(1, twice)) - Math.log(2 * Math.PI)));
}
