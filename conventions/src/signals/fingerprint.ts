import { hash } from "node:crypto";

import type { Words } from "./words.ts";

/** Words in a shingle. */
const SHINGLE = 3;
/** 32-bit lanes of the 128-bit fingerprint. */
const LANES = 4;
/** Bits of a counter: more shingles than any text within the reading limit has. */
const PLANES = 20;

const UNKEYED: Seeds = [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f];

/** One for each lane. */
export type Seeds = readonly [number, number, number, number];

/**
 * Seeds of a keyed fingerprint. The key only keeps outsiders from computing fingerprints of guessed texts;
 * it is no message authentication.
 */
export function fingerprintSeeds(key: string | undefined): Seeds {
  if (key === undefined) return UNKEYED;
  const digest = Buffer.from(hash("sha256", key, "hex"), "hex");
  return [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), digest.readUInt32LE(12)];
}

/**
 * 128-bit SimHash over shingles of three words, as 32 hexadecimal digits: texts that share most of their wording have
 * fingerprints that differ in few bits. `undefined` for a text without words.
 * Source: M. Charikar, Similarity estimation techniques from rounding algorithms, STOC 2002.
 */
export function fingerprint(words: Words, seeds: Seeds): string | undefined {
  const { hashes } = words;
  if (hashes.length === 0) return undefined;
  const shingles = Math.max(1, hashes.length - SHINGLE + 1);
  // Each plane holds one binary digit of the counts of 32 bits at once, so that adding a shingle takes a few operations.
  const planes = new Uint32Array(LANES * PLANES);
  for (let at = 0; at < shingles; at++) {
    const shingle = mixShingle(hashes, at);
    for (let lane = 0; lane < LANES; lane++) add(planes, lane * PLANES, mix(shingle ^ (seeds[lane] ?? 0)));
  }
  let digits = "";
  for (let lane = 0; lane < LANES; lane++) digits += majority(planes, lane * PLANES, shingles);
  return digits;
}

function mixShingle(hashes: Uint32Array, at: number): number {
  const a = hashes[at] ?? 0;
  const b = hashes[at + 1] ?? 0;
  const c = hashes[at + 2] ?? 0;
  return mix(Math.imul(mix(Math.imul(a, 31) ^ b), 31) ^ c);
}

/** The finaliser of MurmurHash3. */
function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function add(planes: Uint32Array, from: number, bits: number): void {
  let carry = bits;
  for (let plane = from; carry !== 0 && plane < from + PLANES; plane++) {
    const held = planes[plane] ?? 0;
    planes[plane] = held ^ carry;
    carry &= held;
  }
}

function majority(planes: Uint32Array, from: number, shingles: number): string {
  let lane = 0;
  for (let bit = 0; bit < 32; bit++) {
    let count = 0;
    for (let plane = 0; plane < PLANES; plane++) count |= (((planes[from + plane] ?? 0) >>> bit) & 1) << plane;
    if (2 * count > shingles) lane |= 1 << bit;
  }
  return (lane >>> 0).toString(16).padStart(8, "0");
}
