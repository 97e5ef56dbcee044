import type { DumpFile } from "./dump-files.ts";

/** Where progress is shown: a terminal gets a bar, anything else a line every so often. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Milliseconds between two showings. */
const SHOWN = { terminal: 200, other: 10_000 };
const BAR = 24;

/** How much of the files has been read. */
export class Progress {
  readonly #total: number;
  readonly #output: ProgressOutput;
  readonly #began = performance.now();
  #shown = this.#began;
  #bytes = 0;
  #items = 0;

  constructor(files: readonly DumpFile[], output: ProgressOutput) {
    this.#total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#output = output;
  }

  read(bytes: number): void {
    this.#bytes += bytes;
  }

  items(count: number): void {
    this.#items += count;
    const now = performance.now();
    const isTerminal = this.#output.isTTY === true;
    if (now - this.#shown < (isTerminal ? SHOWN.terminal : SHOWN.other)) return;
    this.#shown = now;
    this.#output.write(isTerminal ? `\r${this.#bar()}${this.#text(now)}` : `${this.#text(now)}\n`);
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#output.isTTY === true) this.#output.write("\r\u001B[K");
  }

  #bar(): string {
    const filled = Math.round(BAR * this.#share());
    return `[${"=".repeat(filled)}${" ".repeat(BAR - filled)}] `;
  }

  #text(now: number): string {
    const rate = Math.round(this.#items / Math.max(0.001, (now - this.#began) / 1_000));
    return `${Math.floor(100 * this.#share())} %, ${this.#items} spans and records, ${rate} a second `;
  }

  #share(): number {
    return this.#total === 0 ? 0 : Math.min(1, this.#bytes / this.#total);
  }
}
