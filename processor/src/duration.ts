import { z } from "zod";

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

const EXPECTED = 'expected a duration such as "250ms", "10s", "30m", "2h" or "7d"';

/** A span of time as a user writes it: `250ms`, `10s`, `30m`, `2h`, `7d`. Parsed to milliseconds. */
export const duration = z.string(EXPECTED).transform((text, context) => {
  const match = PATTERN.exec(text);
  if (match === null) {
    context.addIssue({ code: "custom", message: EXPECTED });
    return z.NEVER;
  }
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
});
