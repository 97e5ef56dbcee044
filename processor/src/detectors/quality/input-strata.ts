import {
  ATTR_SPANWARDEN_INPUT_FINGERPRINT,
  ATTR_SPANWARDEN_INPUT_LANGUAGE,
  ATTR_SPANWARDEN_INPUT_LENGTH,
} from "@spanwarden/conventions";

import type { Seen } from "./views.ts";

/** The sorts of questions that a cell usually gets. Plain data, for `v8.serialize`. */
export interface InputStrata {
  /** Fingerprints around which many questions lie, such as those made from one template. */
  readonly leaders: readonly string[];
  /** Quantiles of the length of questions. */
  readonly lengths: readonly number[];
  /** The language of most questions. */
  readonly language: string | undefined;
}

/** Of 128 bits: questions made from one template differ in some 25, unrelated ones in 64, give or take 6. */
const NEAR = 40;
/** Share of the sample that makes a leader, and how many leaders there are at most. */
const LEAST_SHARE = 0.05;
const MOST_LEADERS = 8;
/** Quarters of the usual lengths, and what is shorter or longer than nearly all. */
const QUANTILES = [0.02, 0.25, 0.5, 0.75, 0.98] as const;
const BANDS = ["shorter than usual", "short", "rather short", "rather long", "long", "longer than usual"] as const;
/** Fingerprints tried as leaders. */
const CANDIDATES = 64;

export function learnStrata(sample: readonly Seen[]): InputStrata {
  const lengths = sample
    .map((seen) => seen[ATTR_SPANWARDEN_INPUT_LENGTH])
    .filter((length) => typeof length === "number")
    .toSorted((a, b) => a - b);
  return {
    leaders: leadersOf(sample.flatMap((seen) => fingerprintOf(seen) ?? [])),
    lengths: QUANTILES.map((q) => lengths[Math.floor(q * lengths.length)] ?? 0),
    language: mostFrequent(sample.map((seen) => seen[ATTR_SPANWARDEN_INPUT_LANGUAGE])),
  };
}

/** The stratum of a question; there are at most 8 leaders, and six lengths in and out of the usual language. */
export function stratumOf({ leaders, lengths, language }: InputStrata, seen: Seen): string | undefined {
  const fingerprint = fingerprintOf(seen);
  const length = seen[ATTR_SPANWARDEN_INPUT_LENGTH];
  if (fingerprint === undefined && typeof length !== "number") return undefined;
  const near = fingerprint === undefined ? -1 : leaders.findIndex((leader) => distance(leader, fingerprint) <= NEAR);
  if (near >= 0) return `like the ${near + 1}. most usual`;
  const spoken = seen[ATTR_SPANWARDEN_INPUT_LANGUAGE];
  const foreign = spoken !== undefined && language !== undefined && spoken !== language ? " in another language" : "";
  const band = typeof length === "number" ? lengths.filter((quantile) => length > quantile).length : 2;
  return `${BANDS[band] ?? ""}${foreign}`;
}

function fingerprintOf(seen: Seen): string | undefined {
  const label = seen[ATTR_SPANWARDEN_INPUT_FINGERPRINT];
  return typeof label === "string" && label.length === 32 ? label : undefined;
}

function leadersOf(fingerprints: readonly string[]): readonly string[] {
  const followers = new Map<string, number>();
  for (const one of fingerprints) {
    const leader = [...followers.keys()].find((other) => distance(one, other) <= NEAR);
    if (leader !== undefined) followers.set(leader, (followers.get(leader) ?? 0) + 1);
    else if (followers.size < CANDIDATES) followers.set(one, 1);
  }
  return [...followers]
    .filter(([, count]) => count >= LEAST_SHARE * fingerprints.length)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, MOST_LEADERS)
    .map(([leader]) => leader);
}

function mostFrequent(values: readonly (string | number | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) if (typeof value === "string") counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
}

/** Bits in which two fingerprints of 32 hexadecimal digits differ. */
function distance(a: string, b: string): number {
  let bits = 0;
  for (let at = 0; at < 32; at += 8) {
    let rest = Number.parseInt(a.slice(at, at + 8), 16) ^ Number.parseInt(b.slice(at, at + 8), 16);
    rest -= (rest >>> 1) & 0x55555555;
    rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
    bits += (((rest + (rest >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
  }
  return bits;
}
