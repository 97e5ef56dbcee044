import type { CallFact } from "../facts/call-fact.ts";
import { totalTokens } from "./statistics.ts";

/** Calls and tokens of one bucket, weighted by the sampling probability. */
export interface Volume {
  readonly calls: number;
  readonly tokens: number;
}

/** One call, for all that it stands for. */
export function volumeOf(fact: CallFact): Volume {
  return { calls: fact.weight, tokens: fact.weight * (totalTokens(fact) ?? 0) };
}

/** How much comes when: ten-minute buckets of the latest week. Plain data, for `v8.serialize`. */
export interface SeasonalVolume {
  /** Number of the first bucket of the history; `undefined` before there is any. */
  first: number | undefined;
  /** Number of the running bucket, and what it holds so far. */
  bucket: number;
  calls: number;
  tokens: number;
  /** Calls that were seen in it, whatever they stand for. */
  samples: number;
  /** By bucket number modulo `KEPT`: 0 is nothing heard, NaN not learned because an incident was open. */
  ring: { readonly calls: Float32Array; readonly tokens: Float32Array } | undefined;
  /** As of the running bucket; what is known of a bucket does not change while it runs. */
  reference: VolumeReference | undefined;
}

/** What the latest week says of a moment. Buckets without a call have no part in it: missing is unknown, not 0. */
export interface VolumeReference {
  /** Greatest of any bucket. */
  readonly most: Volume;
  /** At this time of the day, half an hour more or less: the greatest and the median. */
  readonly usualMost: Volume;
  readonly median: Volume;
  /** Least calls of a bucket at this time of the day; 0 where there was one without any. */
  readonly least: number;
  /** Days of the week in which there was no bucket without calls at this time, of how many that are known. */
  readonly unbroken: number;
  readonly days: number;
}

/** A bucket that is over, and what was to be expected of it. */
export interface ClosedBucket extends Volume {
  readonly samples: number;
  /** Milliseconds since the epoch. */
  readonly end: number;
  readonly reference: VolumeReference | undefined;
}

export const BUCKET = 10 * 60_000;
const DAY = (24 * 3_600_000) / BUCKET;
const WEEK = 7 * DAY;
/** The reference ends two hours ago: what is younger may be the beginning of an incident. */
const GAP = (2 * 3_600_000) / BUCKET;
/** Half an hour to both sides of the same time of the day. */
const AROUND = 3;
const KEPT = WEEK + GAP + AROUND + 1;
/** Calls of a bucket from which a history is worth its 8 kB: quieter cells are not judged by their volume. */
const LEAST_CALLS = 20;
/** Days of which this time of the day must be known. */
const LEAST_DAYS = 4;

export function emptyVolume(): SeasonalVolume {
  return {
    first: undefined,
    bucket: -Infinity,
    calls: 0,
    tokens: 0,
    samples: 0,
    ring: undefined,
    reference: undefined,
  };
}

/** Counts one call in the running bucket, whatever its time: buckets end as time passes. */
export function addVolume(volume: SeasonalVolume, at: number, { calls, tokens }: Volume): void {
  if (volume.bucket === -Infinity) volume.bucket = Math.floor(at / BUCKET);
  volume.calls += calls;
  volume.tokens += tokens;
  volume.samples++;
}

/** Lets time pass up to `now`; the bucket that is over by then. It is not learned while an incident is open. */
export function passVolume(volume: SeasonalVolume, now: number, frozen: boolean): ClosedBucket | undefined {
  const bucket = Math.floor(now / BUCKET);
  if (volume.bucket === -Infinity || bucket <= volume.bucket) return undefined;
  const { calls, tokens, samples, reference, bucket: over } = volume;
  store(volume, bucket, frozen);
  Object.assign(volume, { bucket, calls: 0, tokens: 0, samples: 0, reference: referenceAt(volume, bucket) });
  return { calls, tokens, samples, end: (over + 1) * BUCKET, reference };
}

/** When its week is full, milliseconds since the epoch; `undefined` while there is no history. */
export function weekKnownAt({ first }: SeasonalVolume): number | undefined {
  return first === undefined ? undefined : (first + WEEK) * BUCKET;
}

/** An incident has opened: the latest buckets may be part of it. */
export function forgetRecentVolume({ ring, bucket }: SeasonalVolume): void {
  if (ring === undefined) return;
  for (let back = 1; back <= GAP; back++) put(ring, bucket - back, Number.NaN, Number.NaN);
}

function store(volume: SeasonalVolume, next: number, frozen: boolean): void {
  if (volume.ring === undefined) {
    if (volume.calls < LEAST_CALLS) return;
    volume.ring = { calls: new Float32Array(KEPT).fill(Number.NaN), tokens: new Float32Array(KEPT).fill(Number.NaN) };
    volume.first = volume.bucket;
  }
  if (frozen) put(volume.ring, volume.bucket, Number.NaN, Number.NaN);
  else put(volume.ring, volume.bucket, volume.calls, volume.tokens);
  for (let empty = Math.max(volume.bucket + 1, next - KEPT); empty < next; empty++) {
    put(volume.ring, empty, frozen ? Number.NaN : 0, frozen ? Number.NaN : 0);
  }
}

function put(ring: NonNullable<SeasonalVolume["ring"]>, bucket: number, calls: number, tokens: number): void {
  ring.calls[bucket % KEPT] = calls;
  ring.tokens[bucket % KEPT] = tokens;
}

function referenceAt({ ring, first }: SeasonalVolume, bucket: number): VolumeReference | undefined {
  if (ring === undefined || first === undefined || bucket - first < WEEK) return undefined;
  const read = (at: number): Volume => ({
    calls: ring.calls[at % KEPT] ?? Number.NaN,
    tokens: ring.tokens[at % KEPT] ?? Number.NaN,
  });
  const most = { calls: 0, tokens: 0 };
  for (let at = bucket - WEEK - AROUND; at < bucket - GAP; at++) {
    const { calls, tokens } = read(at);
    if (calls > most.calls) most.calls = calls;
    if (tokens > most.tokens) most.tokens = tokens;
  }
  const days = Array.from({ length: 7 }, (_, day) =>
    Array.from({ length: 2 * AROUND + 1 }, (_each, i) => read(bucket - (day + 1) * DAY + i - AROUND)).filter(
      ({ calls }) => !Number.isNaN(calls),
    ),
  ).filter((known) => known.length > 0);
  if (days.length < LEAST_DAYS) return undefined;
  const all = days.flat();
  const heard = all.filter(({ calls }) => calls > 0);
  const at = (q: number): Volume => ({
    calls: quantileOf(heard, "calls", q),
    tokens: quantileOf(heard, "tokens", q),
  });
  return {
    most,
    usualMost: at(1),
    median: at(0.5),
    least: Math.min(...all.map(({ calls }) => calls)),
    unbroken: days.filter((known) => known.every(({ calls }) => calls > 0)).length,
    days: days.length,
  };
}

/** 0 where there are no values. */
function quantileOf(volumes: readonly Volume[], key: keyof Volume, q: number): number {
  const sorted = volumes.map((volume) => volume[key]).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
