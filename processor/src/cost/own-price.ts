import type { LlmCall, TokenUsage } from "@spanwarden/conventions";

import type { OwnPrice } from "./cost-config.ts";

const MILLION = 1_000_000;

/** Whether a configured price is the one of a call of this service. */
export function fits(price: OwnPrice, call: LlmCall, service: string | undefined, tier: string | undefined): boolean {
  const { model, provider, server, service: caller, service_tier: only } = price;
  return (
    (model === undefined || model === call.response.model || model === call.request.model) &&
    (provider === undefined || provider === call.provider) &&
    (server === undefined || isHost(server, call.server?.address)) &&
    (caller === undefined || caller === service) &&
    (only === undefined || only === tier)
  );
}

/** US dollars. Cached, audio and reasoning tokens are part of the input or output; each is paid once. */
export function ownAmount(price: OwnPrice, usage: TokenUsage): number {
  if (price.free === true) return 0;
  const { input: perInput = 0, output: perOutput = 0 } = price;
  const {
    cache_read: perRead = perInput,
    cache_write: perWrite = perInput,
    cache_write_long: perLong = perWrite,
  } = price;
  const { input, output, cacheRead, cacheWrite, cacheWriteLong, inputAudio, outputAudio } = counted(usage);
  const fresh = input - cacheRead - cacheWrite;
  // Cached audio counts in both: the cache's price is taken for it.
  const audio = Math.min(inputAudio, fresh);
  const amount =
    (fresh - audio) * perInput +
    cacheRead * perRead +
    (cacheWrite - cacheWriteLong) * perWrite +
    cacheWriteLong * perLong +
    audio * (price.input_audio ?? perInput) +
    (output - outputAudio) * perOutput +
    outputAudio * (price.output_audio ?? perOutput);
  return amount / MILLION;
}

const NONE = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWriteLong: 0,
  inputAudio: 0,
  outputAudio: 0,
};

/** A count that is not told is one that there was none of; input and output were looked at before. */
function counted(usage: TokenUsage): typeof NONE {
  return { ...NONE, ...Object.fromEntries(Object.entries(usage).filter(([, count]) => count !== undefined)) };
}

function isHost(pattern: string, address: string | undefined): boolean {
  if (address === undefined) return false;
  return pattern.startsWith(".") ? address.endsWith(pattern) : address === pattern;
}
