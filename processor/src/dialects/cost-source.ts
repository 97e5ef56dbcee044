import type { Source } from "./dialect.ts";

/** A cost that an emitter computed, in US dollars. Its 0 is unknown: it is what they write for a model without a price. */
export function knownCost({ keys, read }: Source): Source {
  return {
    keys,
    read: (attributes) => {
      const cost = Number(read(attributes));
      return cost > 0 ? cost : undefined;
    },
  };
}
