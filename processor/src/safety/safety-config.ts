import { z } from "zod";

/** What is looked for beside the built-in rules. */
export const safetyConfig = z.strictObject({
  /** YAML of `rules` and `canaries`, read at the start. */
  policy_file: z.string().min(1).optional(),
  /** Tokens that stand nowhere but where they were planted, by a name that may be told; those of old stay in the list. */
  canaries: z.record(z.string(), z.array(z.string())).default({}),
});

export type SafetyConfig = z.output<typeof safetyConfig>;
