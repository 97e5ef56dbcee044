const MILLISECONDS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** Milliseconds; a timer that is told to wait longer does not wait at all. */
const LONGEST = 2 ** 31 - 1;

/** Milliseconds that a `grpc-timeout` header allows; `undefined` where there is none, or it is not one. */
export function timeoutOf(header: string | readonly string[] | undefined): number | undefined {
  const [, amount, unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(String(header ?? "")) ?? [];
  const scale = MILLISECONDS[unit];
  return amount === undefined || scale === undefined ? undefined : Math.min(LONGEST, Math.ceil(Number(amount) * scale));
}
