import { readFileSync, statSync } from "node:fs";

import { SpanwardenError } from "../errors.ts";

/** A small file that is read again when it has changed: certificates and tokens are renewed while we run. */
export class WatchedFile {
  readonly #key: string;
  readonly #file: string;
  #seen: string;
  #text: string;

  /** `key` is the configuration key that names the file. Throws CONFIG_INVALID where it cannot be read. */
  constructor(key: string, file: string) {
    this.#key = key;
    this.#file = file;
    this.#seen = this.#mark();
    this.#text = this.#read();
  }

  get text(): string {
    return this.#text;
  }

  /** True where it has other contents than before. Throws CONFIG_INVALID where it cannot be read; the old ones stand. */
  refresh(): boolean {
    const mark = this.#mark();
    if (mark === this.#seen) return false;
    const text = this.#read();
    this.#seen = mark;
    const changed = text !== this.#text;
    this.#text = text;
    return changed;
  }

  /** What differs where the file was written or replaced. */
  #mark(): string {
    const { mtimeMs, size, ino } = this.#tried(() => statSync(this.#file));
    return [mtimeMs, size, ino].join(" ");
  }

  #read(): string {
    return this.#tried(() => readFileSync(this.#file, "utf8"));
  }

  #tried<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      const reason = (error as Error).message;
      throw new SpanwardenError("CONFIG_INVALID", `${this.#key}: cannot read "${this.#file}": ${reason}`, {
        cause: error,
      });
    }
  }
}
