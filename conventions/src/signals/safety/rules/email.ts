import type { Candidate, SafetyRule } from "../safety-rule.ts";

/** Octets before the `@`, RFC 5321. */
const LOCAL_LIMIT = 64;
const LOCAL = /[A-Za-z0-9._%+'-]/;
const DOMAIN = /(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/y;

/** RFC 2606 and RFC 6761, and the names that stand for anybody's. */
const EXAMPLE_DOMAIN =
  /(?:^|\.)(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost|(?:your-?)?(?:domain|company|email|site|organization)\.(?:com|org|net))$/;

/** An e-mail address. */
export const email: SafetyRule = {
  category: "personal_data",
  rule: "email",
  class: "record",
  pattern: /@/,
  *find(text): Iterable<Candidate> {
    for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
      const start = startOfLocal(text, at);
      DOMAIN.lastIndex = at + 1;
      const domain = DOMAIN.exec(text)?.[0].toLowerCase();
      // Behind a colon or a slash it is the password of a URL.
      if (start === at || domain === undefined || /[:/@]/.test(text[start - 1] ?? "")) continue;
      const local = text.slice(start, at).toLowerCase();
      const example = EXAMPLE_DOMAIN.test(domain) || local === "git";
      yield { start, end: at + 1 + domain.length, value: `${local}@${domain}`, example };
    }
  },
};

function startOfLocal(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < LOCAL_LIMIT && LOCAL.test(text[start - 1] ?? "")) start--;
  // Marks of a sentence are no part of it.
  while (start < at && /[.'%+-]/.test(text[start] ?? "")) start++;
  return start;
}
