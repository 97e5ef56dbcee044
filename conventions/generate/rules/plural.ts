/** Whether the last word of a name is a plural; English, by its ending: `calls` is, `status` and `class` are not. */
export function looksPlural(name: string): boolean {
  const word = name.split(/[._]/).at(-1) ?? "";
  return word.length > 2 && word.endsWith("s") && !/(ss|us|is)$/.test(word);
}
