import { z } from "zod";

/** US dollars for a million tokens. */
const dollars = z.number().min(0);

/** What calls cost, where the built-in table does not know it or knows it wrongly. */
export const costConfig = z.strictObject({
  /** Own prices; the first whose model, and provider if named, fits a call counts, before the built-in table. */
  prices: z
    .array(
      z.strictObject({
        /** Response or request model, exactly. */
        model: z.string().min(1),
        /** `gen_ai.provider.name`; absent: any. */
        provider: z.string().min(1).optional(),
        input: dollars,
        output: dollars,
        /** Tokens read from and written to the provider's cache; as `input` where absent. */
        cache_read: dollars.optional(),
        cache_write: dollars.optional(),
      }),
    )
    .default([]),
});

export type CostConfig = z.output<typeof costConfig>;
