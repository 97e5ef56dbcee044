import { hash } from "node:crypto";

/** Hexadecimal digits of a hashed id that are kept: 128 bits, enough to count and to compare. */
const ID_DIGITS = 32;

/** An id as facts keep it. One that came in clear is hashed here: no clear id enters a fact. */
export function callerId(id: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  const [, algorithm, digits] = /^(hmac-sha256|sha256):([0-9a-f]{64})$/.exec(id) ?? ["", "sha256", hash("sha256", id)];
  return `${algorithm}:${digits?.slice(0, ID_DIGITS)}`;
}
