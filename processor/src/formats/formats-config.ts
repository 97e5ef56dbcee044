import { z } from "zod";

const rule = z
  .strictObject({
    /** `service.name`; absent: any. */
    service: z.string().optional(),
    /** `gen_ai.prompt.name`; absent: any. */
    prompt: z.string().optional(),
    /** A regular expression that occurs in the answer, white space around it removed. */
    pattern: z.string().refine(compiles, { error: "expected a regular expression of JavaScript (flag u)" }).optional(),
    /** `only`: the answer is one fenced block of code and nothing else; `none`: it holds no fence. */
    fence: z.enum(["only", "none"]).optional(),
    /** The answer is a JSON object or array. */
    json: z.literal(true).optional(),
  })
  .refine(({ pattern, fence, json }) => [pattern, fence, json].filter((given) => given !== undefined).length === 1, {
    error: "expected exactly one of pattern, fence, json",
  });

/** Formats that answers must have though no request declares them; the first rule that fits a call counts. */
export const formatsConfig = z.array(rule);

export type FormatsConfig = z.output<typeof formatsConfig>;

function compiles(source: string): boolean {
  try {
    return new RegExp(source, "u") instanceof RegExp;
  } catch {
    return false;
  }
}
