import { isIPv6 } from "node:net";

import type { Candidate, SafetyRule } from "../safety-rule.ts";

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const V4 = new RegExp(`(?<![\\w.-])(?:${OCTET}\\.){3}${OCTET}(?!\\.?\\w|-\\d)`, "g");
/** All eight groups, one of them of three digits or more; shortened only global unicast, unique local and link-local ones. */
const V6 =
  /(?<![\w:.])(?:(?=[\d:a-f]{0,35}[\da-f]{3})(?:[\da-f]{1,4}:){7}[\da-f]{1,4}|(?:[23][\da-f]{3}|f[cd][\da-f]{2}|fe80):[\da-f:]{2,35})(?![\w:])/gi;

/** Four numbers behind such a word are a version. */
const VERSION = /\b(?:version|release|ver|build|firmware|section|chapter)\W{0,3}$/i;
const REACH = 12;

/** Private (RFC 1918, 6598), documentation (RFC 5737), loopback, link-local, unspecified, multicast, and public resolvers. */
const EXAMPLE_V4 =
  /^(?:0\.|10\.|127\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|22[4-9]\.|2[34]\d\.|25[0-5]\.|8\.8\.[84]\.[84]$|1\.[10]\.[10]\.1$|1\.2\.3\.4$|9\.9\.9\.9$)/;
/** Documentation (RFC 3849), unique local, link-local. */
const EXAMPLE_V6 = /^(?:2001:0?db8:|3fff:|f[cd]|fe80:)/;

/** An IP address. */
export const ipAddress: SafetyRule = {
  category: "personal_data",
  rule: "ip_address",
  class: "record",
  pattern: /\d\.\d{1,3}\.\d|[\dA-Fa-f]:[\dA-Fa-f]{0,4}:/,
  *find(text): Iterable<Candidate> {
    for (const match of text.matchAll(V4)) {
      if (VERSION.test(text.slice(Math.max(0, match.index - REACH), match.index))) continue;
      yield candidate(match, EXAMPLE_V4);
    }
    for (const match of text.matchAll(V6)) if (isIPv6(match[0])) yield candidate(match, EXAMPLE_V6);
  },
};

function candidate({ 0: address, index }: RegExpExecArray, examples: RegExp): Candidate {
  const value = address.toLowerCase();
  return { start: index, end: index + address.length, value, example: examples.test(value) };
}
