import {
  formatSafetyLabel,
  type Observation,
  pages,
  type SafetyLabel,
  type SafetyMatch,
  type SafetyOrigin,
  type SafetySource,
} from "../../observation.ts";
import type { Message } from "../../call.ts";
import { ATTR_SPANWARDEN_SAFETY_RULES } from "../../names/attributes.ts";
import type { Text } from "../../text.ts";
import { type Reading, textsOf, toolResultsOf } from "../reading.ts";
import type { Signal } from "../signal.ts";
import { KnownValues } from "./known-values.ts";
import { type Hit, scan } from "./scan.ts";

/** Matches kept of one call, those that page first; each is a label in a source, with up to `OFFSETS` places. */
const MATCHES = 16;
/** Places kept of one match. */
const OFFSETS = 16;

/**
 * Personal data and secrets in the answers and in the arguments of their tool calls, and, as records that never page,
 * in what the last turn put in: the user's message and the results of tools.
 *
 * Values come back without their text. Nothing where nothing matched. Context that an app writes into the user's
 * message counts as the user's own.
 */
export const safetyRules: Signal = {
  name: ATTR_SPANWARDEN_SAFETY_RULES,
  of(reading) {
    const { output, input } = reading.call.content;
    const origins = new Origins(reading);
    const lastTurn = input.slice(input.findLastIndex(({ role }) => role === "assistant") + 1);
    const matches = [
      ...matchesIn("output", output.flatMap(shownTexts), (hit) => labelOf(hit, origins.of(hit))),
      ...matchesIn("tool_input", output.flatMap(argumentsOf), (hit) => labelOf(hit, origins.of(hit))),
      ...matchesIn("input", textsOf(lastTurn.filter(({ role }) => role === "user")), (hit) => recordOf(hit, "echo")),
      ...matchesIn("tool_output", toolResultsOf(lastTurn), (hit) => recordOf(hit, "disclosed")),
    ];
    return matches
      .toSorted((a, b) => gravity(b.label) - gravity(a.label))
      .map(({ match }) => match)
      .slice(0, MATCHES);
  },
};

interface Labelled {
  readonly label: SafetyLabel;
  readonly match: SafetyMatch & Observation;
}

/** One match for each label. Offsets count in the texts of the source, joined by line feeds. */
function matchesIn(
  source: SafetySource,
  texts: readonly Text[],
  label: (hit: Hit) => SafetyLabel,
): readonly Labelled[] {
  const found = new Map<string, { readonly label: SafetyLabel; readonly offsets: number[] }>();
  for (const hit of scan(joined(texts))) {
    const named = label(hit);
    const key = formatSafetyLabel(named);
    const entry = found.get(key) ?? { label: named, offsets: [] };
    if (entry.offsets.length < 2 * OFFSETS) entry.offsets.push(hit.start, hit.end);
    found.set(key, entry);
  }
  return Array.from(found, ([text, { label: named, offsets }]) => ({
    label: named,
    match: { name: ATTR_SPANWARDEN_SAFETY_RULES, label: text, source, offsets },
  }));
}

function labelOf({ rule, page, example }: Hit, origin: SafetyOrigin): SafetyLabel {
  const { category, rule: name } = rule;
  return { category, rule: name, class: page ? "page" : "record", origin: example ? "example" : origin };
}

function recordOf(hit: Hit, origin: SafetyOrigin): SafetyLabel {
  return { ...labelOf(hit, origin), class: "record" };
}

function gravity(label: SafetyLabel): number {
  if (pages(label)) return 2;
  return label.class === "page" ? 1 : 0;
}

/** Where a value of the answer stood before; the input is read when there is a match. */
class Origins {
  readonly #reading: Reading;
  #user: KnownValues | undefined;
  #supplied: KnownValues | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  of(hit: Hit): SafetyOrigin {
    this.#user ??= new KnownValues(joined(this.#reading.userTexts));
    if (this.#user.has(hit)) return "echo";
    this.#supplied ??= new KnownValues(joined(this.#reading.suppliedTexts));
    return this.#supplied.has(hit) ? "disclosed" : "generated";
  }
}

function joined(texts: readonly Text[]): string {
  return texts.map((text) => text.text()).join("\n");
}

/** What is delivered: text, and a refusal's. */
function shownTexts({ parts }: Message): readonly Text[] {
  return parts.flatMap((part) => (part.kind === "text" || part.kind === "refusal" ? [part.text] : []));
}

function argumentsOf({ parts }: Message): readonly Text[] {
  return parts.flatMap((part) => (part.kind === "tool_call" ? [part.arguments] : []));
}
