import { z } from "zod";

/** US dollars for a million tokens. */
const dollars = z.number().min(0);
const name = z.string().min(1);

const SUBJECTS = ["model", "provider", "server", "service"] as const;
const EXTRAS = ["cache_read", "cache_write", "cache_write_long", "input_audio", "output_audio"] as const;

const ownPrice = z
  .strictObject({
    /** The model that answered or that was asked for, exactly; on Azure the latter is the deployment's name. */
    model: name.optional(),
    /** `gen_ai.provider.name`. */
    provider: name.optional(),
    /** `server.address`; one that begins with a dot fits every host below it. */
    server: name.optional(),
    /** `service.name` of who calls. */
    service: name.optional(),
    /** Only calls served in this tier: `priority`, `flex`, ...; absent: any tier, at its share of this price. */
    service_tier: name.optional(),
    /** It costs nothing by the token: self-hosted. Said aloud, for 0 is no default. */
    free: z.literal(true).optional(),
    input: dollars.optional(),
    output: dollars.optional(),
    /** As `input` where absent; `cache_write_long` as `cache_write`. */
    cache_read: dollars.optional(),
    cache_write: dollars.optional(),
    cache_write_long: dollars.optional(),
    /** As `input` and `output` where absent. */
    input_audio: dollars.optional(),
    output_audio: dollars.optional(),
  })
  .superRefine((price, context) => {
    const problem = (path: string[], message: string): void => context.addIssue({ code: "custom", path, message });
    if (SUBJECTS.every((key) => price[key] === undefined)) {
      problem([], `expected at least one of ${SUBJECTS.join(", ")}: it would be the price of every call`);
    }
    for (const key of ["input", "output"] as const) {
      if (price.free === true && price[key] !== undefined) problem([key], "expected no price beside free: true");
      if (price.free !== true && price[key] === undefined) {
        problem([key], "expected US dollars for a million tokens, or free: true");
      }
    }
    for (const key of EXTRAS) {
      if (price.free === true && price[key] !== undefined) problem([key], "expected no price beside free: true");
    }
  });

/** What calls cost, where the built-in table does not know it or knows it wrongly. */
export const costConfig = z.strictObject({
  /** Own prices, before the built-in table: of the entries that fit a call the first counts. */
  prices: z.array(ownPrice).default([]),
});

export type CostConfig = z.output<typeof costConfig>;
export type OwnPrice = CostConfig["prices"][number];
