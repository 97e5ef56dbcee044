import { z } from "zod";

/**
 * `complete`: every call comes, as a span or in its place a record. `head_sampled`: the decision fell before the call was
 * made. `tail_sampled`: it fell on how the call went, as a Collector's tail sampling does.
 */
const input = z.enum(["complete", "head_sampled", "tail_sampled"]);

/** Which part of a service's calls comes here. */
export const inputConfig = z.strictObject({
  /** Where a service is not named below; absent is not known. */
  default: input.optional(),
  services: z.record(z.string(), input).default({}),
});

export type InputConfig = z.output<typeof inputConfig>;

/** What is known of a service's input. */
export function inputOf(config: InputConfig, service: string): z.output<typeof input> | undefined {
  return Object.hasOwn(config.services, service) ? config.services[service] : config.default;
}
