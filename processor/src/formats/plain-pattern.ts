const QUANTIFIED_GROUP = /\)\??[*+{]/;
/** A back reference, or a group that looks around. */
const BEYOND = /\\[1-9k]|\(\?[=!<]/;
const REPEAT = /[*+]|\{\d+,\d*\}/g;

/**
 * Whether a regular expression's work is at most proportional to the text: it repeats one thing at most, and where it does,
 * it is tied to the start. True only where that is plain to see; `^\d{4}-\d\d$` and `^[a-z]+$` are, `(a+)+$` is not.
 */
export function isPlainPattern(source: string): boolean {
  if (QUANTIFIED_GROUP.test(source) || BEYOND.test(source)) return false;
  const repeats = source.match(REPEAT)?.length ?? 0;
  return repeats === 0 || (repeats === 1 && source.startsWith("^") && !source.includes("|"));
}
