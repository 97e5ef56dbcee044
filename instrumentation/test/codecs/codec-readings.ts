import type { Message } from "@spanwarden/conventions";

import type { Codec, ResponseReading } from "../../src/codecs/codec.ts";

/** Parts as they can be compared. */
export function plain(messages: readonly Message[]): unknown {
  return messages.map(({ role, parts }) => ({
    role,
    parts: parts.map((part) => {
      if (part.kind === "other") return part;
      if (part.kind === "tool_call") return { ...part, arguments: part.arguments.text() };
      return { ...part, text: part.text.text() };
    }),
  }));
}

export function streamed(codec: Codec, events: readonly (object | string)[]): ReturnType<Codec["readStream"]> {
  const stream = codec.readStream();
  for (const event of events)
    stream.push({ event: "", data: typeof event === "string" ? event : JSON.stringify(event) });
  return stream;
}

/** An answer, as it can be compared. */
export function answerOf({ output }: ResponseReading): unknown {
  return plain(output);
}
