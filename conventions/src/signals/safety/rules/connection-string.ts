import { isPlaceholder } from "../placeholder.ts";
import type { Candidate, SafetyRule } from "../safety-rule.ts";

const URL_WITH_PASSWORD =
  /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/([^\s:@/"'<>`]{0,128}):([^\s@/"'<>`]{1,256})@([^\s/"'<>`:,?#]{1,253})/gi;

/** Passwords of manuals, and names that stand for one: `PASSWORD`, `$DB_PASS`. */
const USUAL =
  /^(?:(?:my)?(?:secret|pass(?:word|wd)?|pwd)|postgres|mysql|root|admin|user(?:name)?|guest|test|\d{1,6}|\$?[A-Z][A-Z_]*)\d{0,3}$|^(?:mysecretpassword|s3cr3t|p4ssw0rd)$/i;
const EXAMPLE_HOST = /(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid)$|^(?:host(?:name)?|server|your.*)$/i;
/** A developer's own machine, or a container beside the app; a password there is usual unless it is a strong one. */
const LOCAL_HOST =
  /^(?:localhost|127\.0\.0\.1|host\.docker\.internal|db|database|redis|postgres|mysql|mongo(?:db)?|rabbitmq)$/i;
const STRONG = 12;

/** A URL that bears a password, as databases and queues are configured with. */
export const connectionString: SafetyRule = {
  category: "secret",
  rule: "connection_string",
  class: "page",
  pattern: URL_WITH_PASSWORD,
  *find(text): Iterable<Candidate> {
    for (const match of text.matchAll(URL_WITH_PASSWORD)) {
      const [value, user = "", password = "", host = ""] = match;
      const example = isExample(user, password, host);
      yield { start: match.index, end: match.index + value.length, value, example };
    }
  },
};

function isExample(user: string, password: string, host: string): boolean {
  if (EXAMPLE_HOST.test(host) || USUAL.test(password) || isPlaceholder(password) || password === user) return true;
  return LOCAL_HOST.test(host) && password.length < STRONG;
}
