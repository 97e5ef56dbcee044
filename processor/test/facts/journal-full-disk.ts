/** Run by the journal's test under a limit of the file's size: fills a segment, and tells what happened. */
import { statSync } from "node:fs";
import { join } from "node:path";

import { encodeFact } from "../../src/facts/fact-codec.ts";
import { factsConfig } from "../../src/facts/facts-config.ts";
import { Journal } from "../../src/facts/journal.ts";
import { fact } from "./fact.ts";

const [directory = ""] = process.argv.slice(2);
const journal = new Journal(directory, factsConfig.parse({}));
const block = (identity: string): { bytes: Uint8Array; arrival: number }[] => [
  { bytes: encodeFact(fact({ identity })), arrival: 0 },
];

let written = 0;
let failed: unknown[] = [];
// The last block that fits leaves room for less than one more.
while (failed.length === 0) {
  try {
    journal.append(block(`call-${written}`));
    written++;
  } catch (error) {
    const { code, cause } = error as { code: string; cause: { code: string } };
    failed = [code, cause.code];
  }
}
const { segment, offset } = journal.position;
const { size } = statSync(join(directory, "journal", `facts-${String(segment).padStart(9, "0")}.journal`));
process.stdout.write(JSON.stringify({ written, failed, size, offset }));
