import { createHash, createHmac, hash, type Hash, type Hmac } from "node:crypto";

import { writeCanonicalJson } from "./canonical-json.ts";

export interface ChecksumOptions {
  /**
   * `sha256` is comparable between everybody who hashes the same value, and short values can be guessed from it.
   * `hmac-sha256` is comparable between those who share the key. `off` makes no checksums.
   */
  readonly mode: "sha256" | "hmac-sha256" | "off";
  /** Secret of `hmac-sha256`, text as UTF-8. Without one that mode makes no checksums. */
  readonly key?: string | Uint8Array | undefined;
}

/** Fragments are joined up to this many characters before they go into the hash: each update costs a call into OpenSSL. */
const UPDATE_SIZE = 16_384;

/**
 * `sha256:` or `hmac-sha256:` and 64 lower-case hexadecimal digits over the value's canonical JSON in UTF-8.
 * `undefined` where checksums are off, where there is nothing to hash, or where the value is no JSON value.
 */
export function checksum(value: unknown, options: ChecksumOptions): string | undefined {
  if (value === undefined || !makesChecksums(options)) return undefined;
  let hasher: Hash | Hmac | undefined;
  let pending = "";
  const complete = writeCanonicalJson(value, (fragment) => {
    pending += fragment;
    if (pending.length < UPDATE_SIZE) return;
    hasher ??= createHasher(options);
    hasher.update(pending, "utf8");
    pending = "";
  });
  if (!complete) return undefined;
  // Short values, which most are: hashing in one call costs a third of making a hasher.
  const oneCall = hasher === undefined && options.mode === "sha256";
  const hex = oneCall
    ? hash("sha256", pending)
    : (hasher ?? createHasher(options)).update(pending, "utf8").digest("hex");
  return `${options.mode}:${hex}`;
}

function makesChecksums({ mode, key = "" }: ChecksumOptions): boolean {
  return mode === "sha256" || (mode === "hmac-sha256" && key.length > 0);
}

function createHasher({ mode, key = "" }: ChecksumOptions): Hash | Hmac {
  return mode === "hmac-sha256" ? createHmac("sha256", key) : createHash("sha256");
}

/** An id of a user, session or tenant as it may leave the process: the checksum of the text. */
export function hashedId(id: string | undefined, options: ChecksumOptions): string | undefined {
  return checksum(id, options);
}
