import type { SafetyOrigin } from "../../observation.ts";
import type { Reading } from "../reading.ts";
import { KnownValues } from "./known-values.ts";
import type { Hit } from "./scan.ts";
import { joined } from "./scanned.ts";

/** Where a value of the answer stood before; the input is read when there is a match. */
export class Origins {
  readonly #reading: Reading;
  #user: KnownValues | undefined;
  #supplied: KnownValues | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  of(hit: Hit): SafetyOrigin {
    this.#user ??= new KnownValues(joined(this.#reading.userTexts), this.#reading.budget);
    if (this.#user.has(hit)) return "echo";
    this.#supplied ??= new KnownValues(joined(this.#reading.suppliedTexts), this.#reading.budget);
    return this.#supplied.has(hit) ? "disclosed" : "generated";
  }
}
