import type { Candidate, SafetyRule } from "../safety-rule.ts";

const TOKEN = /(?<![\w-])(eyJ[\w-]{8,2048})\.(eyJ[\w-]{4,8192})\.[\w-]{16,1024}(?![\w-])/g;
/** The token that documentation shows. */
const EXAMPLE = /"sub":\s?"1234567890"|John Doe|example/;

/** A signed JSON Web Token: its first part is the JSON of a header. */
export const jwt: SafetyRule = {
  category: "secret",
  rule: "jwt",
  class: "page",
  pattern: TOKEN,
  *find(text): Iterable<Candidate> {
    for (const match of text.matchAll(TOKEN)) {
      const [value, header = "", payload = ""] = match;
      if (!isHeader(decode(header))) continue;
      yield { start: match.index, end: match.index + value.length, value, example: EXAMPLE.test(decode(payload)) };
    }
  },
};

function decode(part: string): string {
  return Buffer.from(part, "base64url").toString("utf8");
}

function isHeader(json: string): boolean {
  try {
    const header: unknown = JSON.parse(json);
    return typeof header === "object" && header !== null && "alg" in header;
  } catch {
    return false;
  }
}
