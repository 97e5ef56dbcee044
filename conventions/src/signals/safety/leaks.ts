import type { SafetyLabel } from "../../observation.ts";
import type { Reading } from "../reading.ts";
import { readWords } from "../words.ts";
import { instructionsOf, LEAK, overlaps } from "./prompt-leak.ts";
import { joined } from "./scanned.ts";

/**
 * Whether the answers repeat the system instructions word for word: class page from `LEAK` words on that instruct, else
 * record. What the user wrote, too, is no leak. Blind to paraphrase and translation.
 */
export function leaks(reading: Reading): readonly { readonly label: SafetyLabel }[] {
  const system = joined(reading.call.content.systemInstructions);
  if (system === "") return [];
  const instructions = instructionsOf(system);
  let user: Uint32Array | undefined;
  const userWords = (): Uint32Array => (user ??= readWords(joined(reading.userTexts).toLowerCase()).hashes);
  const found = reading.answers.flatMap(({ words }) => overlaps(words.hashes, instructions, userWords));
  if (found.length === 0) return [];
  const isLeak = found.some(({ instructing }) => instructing >= LEAK);
  return [
    {
      label: {
        category: "prompt_leak",
        rule: "system_instructions",
        class: isLeak ? "page" : "record",
        origin: "disclosed",
      },
    },
  ];
}
