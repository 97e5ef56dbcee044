import { hasNear } from "../context.ts";
import type { Candidate, SafetyRule } from "../safety-rule.ts";

/** With separators, or nine digits on end. */
const NUMBER = /(?<![\w.+-])(\d{3})([- ]?)(\d{2})\2(\d{4})(?![\w]|[.-]\w)/g;
const CONTEXT = /(?<![a-z])(?:ssn|social[ _-]?security|soc\.? sec)/i;
const REACH = 60;

/** Printed in advertisements and documentation. */
const EXAMPLES: ReadonlySet<string> = new Set(["078051120", "219099999", "457555462", "123456789", "123121234"]);

/** A US social security number: an area, group and serial that are given out. It pages only with a context that names it. */
export const usSsn: SafetyRule = {
  category: "personal_data",
  rule: "us_ssn",
  class: "page",
  pattern: NUMBER,
  *find(text): Iterable<Candidate> {
    for (const match of text.matchAll(NUMBER)) {
      const [all, area = "", separator = "", group = "", serial = ""] = match;
      if (!isGivenOut(area, group, serial)) continue;
      const start = match.index;
      const end = start + all.length;
      const weak = !hasNear(text, start, end, REACH, CONTEXT);
      if (weak && separator !== "-") continue;
      const value = area + group + serial;
      yield { start, end, value, example: EXAMPLES.has(value) || /^(\d)\1+$/.test(value), weak };
    }
  },
};

/** Source: Social Security Administration, randomization FAQ: never area 000, 666 or 900 to 999, group 00, serial 0000. */
function isGivenOut(area: string, group: string, serial: string): boolean {
  return area !== "000" && area !== "666" && !area.startsWith("9") && group !== "00" && serial !== "0000";
}
