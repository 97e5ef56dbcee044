import {
  formatSafetyLabel,
  type Observation,
  pages,
  type SafetyLabel,
  type SafetyMatch,
  type SafetySource,
} from "../../observation.ts";
import { ATTR_SPANWARDEN_SAFETY_RULES } from "../../names/attributes.ts";
import type { Signal } from "../signal.ts";
import { scanBuiltIn } from "./built-in.ts";
import { leaks } from "./leaks.ts";
import { Origins } from "./origins.ts";
import { scannedTexts } from "./scanned.ts";

/** Matches kept of one call, those that page first; each is a label in a source, with up to `OFFSETS` places. */
const MATCHES = 16;
/** Places kept of one match. */
const OFFSETS = 16;

/**
 * Personal data, secrets, the user's own rules, canaries and the system instructions in the answers and in the arguments
 * of their tool calls; and, as records that never page, what the rules and the marks of injection find in what the last
 * turn put in: the user's message and the results of tools.
 *
 * Values come back without their text. Nothing where nothing matched. Context that an app writes into the user's
 * message counts as the user's own. Blind to what is paraphrased, translated or enciphered.
 */
export const safetyRules: Signal = {
  name: ATTR_SPANWARDEN_SAFETY_RULES,
  of(reading, { ownRules }) {
    const origins = new Origins(reading);
    const found = new Found();
    for (const scanned of scannedTexts(reading)) {
      const admits = scanned.admits.bind(scanned);
      const { plain, source } = scanned;
      const hits = [...scanBuiltIn(plain, admits), ...(ownRules?.policy.scan(plain, reading.budget, admits) ?? [])];
      for (const { rule, page, example, start, end, ...hit } of hits) {
        const origin = example
          ? "example"
          : (scanned.origin ?? origins.of({ rule, page, example, start, end, ...hit }));
        const cls = page && !scanned.isInput ? "page" : "record";
        found.note(
          { category: rule.category, rule: rule.rule, class: cls, origin },
          source,
          [start, end],
          rule.severity,
        );
      }
      for (const { name, start, end } of ownRules?.canaries.find(plain.text) ?? []) {
        const origin = scanned.origin ?? "disclosed";
        const label: SafetyLabel = {
          category: "canary",
          rule: name,
          class: scanned.isInput ? "record" : "page",
          origin,
        };
        found.note(label, source, [plain.original(start), plain.original(end)]);
      }
    }
    for (const leak of leaks(reading)) found.note(leak.label, "output", []);
    return found.matches();
  },
};

/** One match for each label in a source. Offsets count in the texts of the source, joined by line feeds. */
class Found {
  readonly #entries = new Map<
    string,
    { readonly label: SafetyLabel; readonly match: SafetyMatch; offsets: number[] }
  >();

  note(label: SafetyLabel, source: SafetySource, place: readonly number[], severity?: number): void {
    const text = formatSafetyLabel(label);
    const key = `${source} ${text}`;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      const offsets: number[] = [];
      const match = { name: ATTR_SPANWARDEN_SAFETY_RULES, label: text, source, offsets, severity } as const;
      entry = { label, match, offsets };
      this.#entries.set(key, entry);
    }
    if (entry.offsets.length < 2 * OFFSETS) entry.offsets.push(...place);
  }

  matches(): readonly Observation[] {
    return [...this.#entries.values()]
      .toSorted((a, b) => gravity(b.label) - gravity(a.label))
      .map(({ match }) => match)
      .slice(0, MATCHES);
  }
}

function gravity(label: SafetyLabel): number {
  if (pages(label)) return 2;
  return label.class === "page" ? 1 : 0;
}
