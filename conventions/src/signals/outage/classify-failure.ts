import type { FailureClass } from "../../call.ts";

/** What is known of a failure: any of the three may be missing. */
export interface FailureEvidence {
  /** HTTP status. */
  readonly status?: number | undefined;
  /** The provider's error code or type, the exception's name, or a code of the network stack. */
  readonly type?: string | undefined;
  /** The error's message; read for its class only, never kept. */
  readonly message?: string | undefined;
}

/** Characters of a message that are looked at. */
const MESSAGE_LIMIT = 1_000;

/** Provider codes and exception names, in the order in which they win. Compared in lower case without `_`, `-`, `.` and spaces. */
const TYPES: readonly (readonly [FailureClass, RegExp])[] = [
  [
    "refused_by_provider",
    /contentfilter|contentpolicy|responsibleai|moderationblocked|guardrailintervened|^safety$|prohibitedcontent|^recitation$|^blocklist$|^spii$|imagesafety|^refusal$|invalidprompt|cyberpolicy|usagepolicy/,
  ],
  ["rate_limited", /ratelimit|toomanyrequests|throttl|resourceexhausted|quota|tokenlimitreached|^slowdown$/],
  ["timeout", /timeout|timedout|deadlineexceeded/],
  ["cancelled", /abort|cancel/],
  [
    "auth",
    /^auth|authentication|authorization|unauthenticated|unauthorized|permission|invalidapikey|accessdenied|forbidden|unrecognizedclient|expiredtoken|invalidsignature|billing/,
  ],
  [
    "network",
    /^econn|^enotfound|^eaiagain|^epipe|^ehostunreach|^enetunreach|^errtls|^cert|unabletoverify|selfsigned|apiconnectionerror|^connectionerror|^underr|socket|fetchfailed|networkerror|dns/,
  ],
  [
    "server_error",
    /overloaded|servererror|internalerror|internalserver|^internal$|^apierror$|unavailable|badgateway|modelnotready|modelerror|enginefailure/,
  ],
  [
    "invalid_request",
    /invalidrequest|invalidargument|badrequest|validation|notfound|unprocessable|contextlength|contextwindow|toolarge|unsupported|failedprecondition|conflict/,
  ],
  ["empty", /^empty/],
];

/** For failures that have only a message. */
const MESSAGES: readonly (readonly [FailureClass, RegExp])[] = [
  ["refused_by_provider", /content (?:management )?policy|content filter|safety system|usage polic/],
  ["rate_limited", /rate limit|too many requests|quota/],
  ["timeout", /timed out|timeout/],
  [
    "network",
    /fetch failed|socket hang up|econn|enotfound|network error|connection (?:error|refused|reset|closed)|^terminated$/,
  ],
  ["cancelled", /aborted|cancell?ed/],
  ["server_error", /overloaded|internal server error|service unavailable|bad gateway/],
  ["auth", /api key|unauthori[sz]ed|permission denied/],
];

/**
 * The class of a failure, for codecs and dialects alike. A code that says that content was refused wins over everything
 * (providers send it with status 400 and with 200), then the HTTP status, then the other codes, then the message.
 */
export function classifyFailure({ status, type, message }: FailureEvidence): FailureClass {
  const word = type?.toLowerCase().replaceAll(/[_\-.\s]/g, "") ?? "";
  const byType = classIn(TYPES, word);
  if (byType === "refused_by_provider") return byType;
  const text = message?.slice(0, MESSAGE_LIMIT).toLowerCase() ?? "";
  const byMessage = classIn(MESSAGES, text);
  if (byMessage === "refused_by_provider" && (status === 400 || status === 403)) return byMessage;
  const statusInType = /^[1-5]\d\d$/.test(word) ? Number(word) : undefined;
  return byStatus(status ?? statusInType) ?? byType ?? byMessage ?? "other";
}

function classIn(table: readonly (readonly [FailureClass, RegExp])[], text: string): FailureClass | undefined {
  return table.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Statuses that mean a failure; a 2xx or 3xx says nothing about an error that came with it. */
function byStatus(status: number | undefined): FailureClass | undefined {
  if (status === undefined || status < 400) return undefined;
  if (status === 429) return "rate_limited";
  // 408 request timeout, 504 gateway timeout, 522 and 524 of a well-known proxy.
  if (status === 408 || status === 504 || status === 522 || status === 524) return "timeout";
  if (status === 401 || status === 402 || status === 403 || status === 407) return "auth";
  if (status === 499) return "cancelled";
  return status >= 500 ? "server_error" : "invalid_request";
}
