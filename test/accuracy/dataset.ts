import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A directory of labelled sets, each a folder of JSON lines: `NAME/PART.jsonl.gz`, in it or in its `datasets` folder. */
export class Datasets {
  readonly missing = new Set<string>();
  readonly #directory: string;

  constructor(directory: string) {
    const nested = join(directory, "datasets");
    this.#directory = existsSync(nested) ? nested : directory;
  }

  /** A part that is one JSON document, `NAME/PART.json.gz`; `undefined`, and it is noted as missing, where there is no such file. */
  document(name: string): unknown {
    const file = join(this.#directory, `${name}.json.gz`);
    if (existsSync(file)) return JSON.parse(gunzipSync(readFileSync(file)).toString("utf8")) as unknown;
    this.missing.add(name);
    return undefined;
  }

  /** The rows of one part; none, and it is noted as missing, where there is no such file. */
  rows(name: string): readonly unknown[] {
    return this.lines(`${name}.jsonl`).map((line) => JSON.parse(line) as unknown);
  }

  /** The lines of a file that is kept with `.gz`; none, and it is noted as missing, where there is none. */
  lines(name: string): readonly string[] {
    const file = join(this.#directory, `${name}.gz`);
    if (!existsSync(file)) {
      this.missing.add(name);
      return [];
    }
    return gunzipSync(readFileSync(file)).toString("utf8").trimEnd().split("\n");
  }

  /** A file that is one JSON document; `undefined`, and noted as missing, where there is none. */
  json(name: string): unknown {
    const file = join(this.#directory, `${name}.json`);
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
    this.missing.add(name);
    return undefined;
  }
}
