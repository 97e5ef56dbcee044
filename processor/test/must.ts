/** The value, which the test takes for granted. */
export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a value is missing");
  return value;
}
