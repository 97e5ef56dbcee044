/** Wilson's score interval of a share: `hits` of `n` at `z` standard deviations. The whole range for no data. */
export function wilson(hits: number, n: number, z: number): { readonly low: number; readonly high: number } {
  if (n <= 0) return { low: 0, high: 1 };
  const share = hits / n;
  const z2 = (z * z) / n;
  const center = (share + z2 / 2) / (1 + z2);
  const half = (z * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n))) / (1 + z2);
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}
