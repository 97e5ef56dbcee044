/**
 * What a signal found out about one call.
 *
 * `name` is the attribute that carries it on the span, so encoding an observation is copying it. A signal that cannot
 * be computed yields nothing: absent is unknown, never 0 and never good.
 */
export type Observation = Measurement | Label | SafetyMatch;

/** A number: a length in characters, a score in [0, 1], a count, seconds; flags are 1 or 0. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  /** Why the value is what it is, for people; never holds content. */
  readonly reason?: string | undefined;
}

/** One word of a small, known vocabulary, a language tag, or a hexadecimal fingerprint. */
export interface Label {
  readonly name: string;
  readonly label: string;
  readonly reason?: string | undefined;
}

/** A safety rule that matched. The label is all that leaves the process; the matched text never does. */
export interface SafetyMatch {
  readonly name: "spanwarden.safety.rules";
  /** `category/rule/class/origin`, as `parseSafetyLabel` reads it. */
  readonly label: string;
  readonly source: SafetySource;
  /** Start and end of each place, flattened: `[start, end, start, end]`; characters of the source's texts, joined by line feeds. */
  readonly offsets: readonly number[];
  /** 0, the gravest, to 3, where the rule's author said. */
  readonly severity?: number | undefined;
  readonly reason?: string | undefined;
}

export type SafetySource = "input" | "output" | "tool_input" | "tool_output";

/** `page`: someone is woken. `record`: counted and exported, nobody is woken. */
export type SafetyClass = "page" | "record";

/**
 * Where a match came from: `echo`, in this user's own messages; `disclosed`, only in retrieved context or tool results;
 * `generated`, by the model; `example`, a documentation value (RFC 5737 address, published test card, placeholder).
 */
export type SafetyOrigin = "echo" | "disclosed" | "generated" | "example";

export interface SafetyLabel {
  readonly category: string;
  readonly rule: string;
  readonly class: SafetyClass;
  readonly origin: SafetyOrigin;
}

const CLASSES: ReadonlySet<string> = new Set<SafetyClass>(["page", "record"]);
const ORIGINS: ReadonlySet<string> = new Set<SafetyOrigin>(["echo", "disclosed", "generated", "example"]);

/** Writes `category/rule/class/origin`. */
export function formatSafetyLabel(label: SafetyLabel): string {
  return `${label.category}/${label.rule}/${label.class}/${label.origin}`;
}

/** Reads `category/rule/class/origin`; `undefined` for anything else, for the text comes from other processes. */
export function parseSafetyLabel(text: string): SafetyLabel | undefined {
  const [category, rule, cls, origin, ...rest] = text.split("/");
  if (!category || !rule || !cls || !origin || rest.length > 0) return undefined;
  if (!CLASSES.has(cls) || !ORIGINS.has(origin)) return undefined;
  return { category, rule, class: cls as SafetyClass, origin: origin as SafetyOrigin };
}

/** Whether a match of this label wakes someone: of a page class, and from the model rather than from this user or a book. */
export function pages(label: SafetyLabel): boolean {
  return label.class === "page" && (label.origin === "generated" || label.origin === "disclosed");
}
