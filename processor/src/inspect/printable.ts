const LONGEST = 100;

/**
 * A text of a stranger, safe to print: control characters, those that turn the direction of writing and those that cannot be
 * seen as `\u{...}`, and cut.
 */
export function printable(text: string, longest = LONGEST): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return cut.replaceAll(
    /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
