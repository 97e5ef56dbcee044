/** Whether a pattern stands near a match: within so many characters before it, or half as many behind. */
export function hasNear(text: string, start: number, end: number, reach: number, pattern: RegExp): boolean {
  return pattern.test(text.slice(Math.max(0, start - reach), start)) || pattern.test(text.slice(end, end + reach / 2));
}
