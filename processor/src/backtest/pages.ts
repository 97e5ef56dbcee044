import type { Incident } from "../incidents/incident.ts";

const WEEK = 7 * 86_400_000;

/**
 * Whether an incident wakes somebody by the default responses: every outage and safety violation, and what is of severity 1.
 * Others are tickets.
 */
export function isPage({ kind, severity }: Pick<Incident, "kind" | "severity">): boolean {
  return kind === "outage" || kind === "safety_violation" || severity <= 1;
}

/** A rate of events that come by themselves, with Garwood's exact 95 % interval. */
export interface Rate {
  readonly count: number;
  readonly perWeek: number;
  readonly low: number;
  readonly high: number;
}

/** `exposure` in milliseconds. Source: F. Garwood, Fiducial limits for the Poisson distribution, Biometrika 1936. */
export function weekly(count: number, exposure: number): Rate {
  const weeks = Math.max(exposure, 1) / WEEK;
  const low = count === 0 ? 0 : quantile(count, 0.025) / weeks;
  return { count, perWeek: count / weeks, low, high: quantile(count + 1, 0.975) / weeks };
}

/** Of the gamma distribution of a whole `shape` and scale 1, by bisection. */
function quantile(shape: number, p: number): number {
  let low = 0;
  let high = shape + 10 * Math.sqrt(shape) + 20;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (below(shape, middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Probability that a Poisson variable of mean `x` is at least `shape`. */
function below(shape: number, x: number): number {
  let term = Math.exp(-x);
  let sum = term;
  for (let k = 1; k < shape; k++) {
    term *= x / k;
    sum += term;
  }
  return 1 - sum;
}
