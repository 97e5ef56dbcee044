import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { OutgoingRequest } from "./outgoing-request.ts";

interface RejectedFile {
  readonly name: string;
  readonly bytes: number;
}

/**
 * Requests that the next hop refused for good, one file each, ready to be sent again by hand once the reason is mended.
 * Bound: `maxBytes`; the oldest files make room.
 */
export class RejectedFiles {
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #files: RejectedFile[];
  #number = 0;

  constructor(directory: string, maxBytes: number) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#files = readdirSync(directory)
      .filter((name) => /\.(?:pb|json)$/.test(name))
      .toSorted()
      .map((name) => ({ name, bytes: statSync(join(directory, name)).size }));
  }

  get bytes(): number {
    return this.#files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The file's name; `undefined` where it has no room or the disk refuses. `now` in milliseconds since the epoch. */
  add({ signal, contentType, body }: OutgoingRequest, now: number): string | undefined {
    if (body.length > this.#maxBytes) return undefined;
    const time = new Date(now).toISOString().replaceAll(/[:.]/g, "-");
    const number = String(this.#number++).padStart(6, "0");
    const name = `${time}-${number}-${signal}.${contentType === "application/json" ? "json" : "pb"}`;
    try {
      while (this.bytes + body.length > this.#maxBytes) this.#removeOldest();
      writeFileSync(join(this.#directory, name), body, { mode: 0o600 });
    } catch {
      rmSync(join(this.#directory, name), { force: true });
      return undefined;
    }
    this.#files.push({ name, bytes: body.length });
    return name;
  }

  #removeOldest(): void {
    const oldest = this.#files.shift();
    if (oldest !== undefined) rmSync(join(this.#directory, oldest.name), { force: true });
  }
}
