/** Cases of a property test: `PROPERTY_RUNS=100000 PROPERTY_SEED=2 npx vitest run processor/test/otlp` searches for long. */
export function runs(usual: number): number {
  return Number(process.env["PROPERTY_RUNS"] ?? usual);
}
