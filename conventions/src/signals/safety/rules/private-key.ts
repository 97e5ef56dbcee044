import type { Candidate, SafetyRule } from "../safety-rule.ts";
import { isPlaceholder } from "../placeholder.ts";

const HEADER = /-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
/** Header lines of old PEM and of PGP, then base64. */
const BODY = /\s{0,8}(?:[A-Za-z-]{1,32}: ?[^\n]{0,128}\n\s{0,4}){0,6}([A-Za-z0-9+/=\s]{1,16384})/y;
/** Base64 digits below which there is no key: 32 bytes of an Ed25519 key with its wrapping are 64. */
const LEAST = 64;

/** A private key in PEM or PGP armour. A header without a key behind it is an example. */
export const privateKey: SafetyRule = {
  category: "secret",
  rule: "private_key",
  class: "page",
  pattern: HEADER,
  *find(text): Iterable<Candidate> {
    for (const match of text.matchAll(HEADER)) {
      BODY.lastIndex = match.index + match[0].length;
      const body = BODY.exec(text);
      const value = (body?.[1] ?? "").replaceAll(/\s/g, "").slice(0, LEAST);
      const end = body === null ? match.index + match[0].length : BODY.lastIndex;
      yield { start: match.index, end, value, example: value.length < LEAST || isPlaceholder(value) };
    }
  },
};
