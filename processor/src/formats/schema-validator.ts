import { hash } from "node:crypto";

import { Validator, type SchemaDraft } from "@cfworker/json-schema";

import { screenedSchema } from "./screened-schema.ts";
import { withinTime } from "./within-time.ts";

/** Characters of a schema; a longer one is not used. */
const SCHEMA_LIMIT = 131_072;
/** Schemas kept, and characters of all of them; the one unused for longest goes first and is prepared anew when it comes. */
const KEPT = 256;
const KEPT_CHARACTERS = 4_194_304;
/** Parts of the schema times parts of the value up to which it is done in some milliseconds. */
const QUICK = 100_000;
/** Milliseconds for a validation that may take long. */
const TIME_LIMIT = 100;
/** A schema that took too long so often is not used again. */
const STRIKES = 3;
/** Milliseconds that may be lost to slow schemas in one go; every validation gives a little back. */
const DEBT = 1_000;
const REPAID = 0.1;

interface Prepared {
  readonly characters: number;
  /** `undefined` for a schema that cannot be relied on. */
  readonly validator: Validator | undefined;
  readonly size: number;
  readonly slow: boolean;
  strikes: number;
}

/**
 * Values against JSON Schemas that came with spans, of which anybody may have written any: interpreted, never made into
 * code; nothing is fetched; what may take long is broken off. `undefined` where it cannot be told.
 */
export class SchemaValidator {
  readonly #prepared = new Map<string, Prepared>();
  #characters = 0;
  #debt = 0;

  validate(schema: unknown, value: unknown): boolean | undefined {
    this.#debt = Math.max(0, this.#debt - REPAID);
    try {
      const prepared = this.#prepare(schema);
      return prepared?.validator === undefined ? undefined : this.#run(prepared, prepared.validator, value);
    } catch {
      // Deeper than the stack, a pattern that is none, an identifier that is no URI.
      return undefined;
    }
  }

  #run(prepared: Prepared, validator: Validator, value: unknown): boolean | undefined {
    const most = QUICK / prepared.size;
    if (!prepared.slow && countUpTo(value, most) <= most) return validator.validate(value).valid;
    if (prepared.strikes >= STRIKES || this.#debt > DEBT) return undefined;
    const done = withinTime(TIME_LIMIT, () => validator.validate(value).valid);
    if (done !== "too_slow") return done.value;
    prepared.strikes++;
    this.#debt += TIME_LIMIT;
    return undefined;
  }

  #prepare(schema: unknown): Prepared | undefined {
    const text = JSON.stringify(schema);
    if (text === undefined || text.length > SCHEMA_LIMIT) return undefined;
    const checksum = hash("sha256", text, "base64");
    const known = this.#prepared.get(checksum);
    const prepared = known ?? prepare(schema, text.length);
    // A map keeps its entries in the order of insertion.
    if (known !== undefined) this.#prepared.delete(checksum);
    else this.#characters += text.length;
    this.#prepared.set(checksum, prepared);
    for (const [oldest, { characters }] of this.#prepared) {
      if (this.#prepared.size <= KEPT && this.#characters <= KEPT_CHARACTERS) break;
      this.#prepared.delete(oldest);
      this.#characters -= characters;
    }
    return prepared;
  }
}

function prepare(given: unknown, characters: number): Prepared {
  const screened = screenedSchema(given);
  if (screened === undefined) return { characters, validator: undefined, size: 0, slow: false, strikes: 0 };
  const { schema, size, slow } = screened;
  return { characters, validator: new Validator(schema, draftOf(given), true), size, slow, strikes: 0 };
}

/** As `$schema` says, 2020-12 where it says nothing. */
function draftOf(schema: unknown): SchemaDraft {
  const declared = typeof schema === "object" && schema !== null && "$schema" in schema ? String(schema.$schema) : "";
  if (declared.includes("draft-04")) return "4";
  if (declared.includes("draft-06") || declared.includes("draft-07")) return "7";
  return declared.includes("2019-09") ? "2019-09" : "2020-12";
}

/** Values within a value; one more than `most` where there are more. */
function countUpTo(value: unknown, most: number): number {
  let count = 0;
  const waiting = [value];
  while (waiting.length > 0 && count <= most) {
    const next = waiting.pop();
    count++;
    if (typeof next === "object" && next !== null) for (const inner of Object.values(next)) waiting.push(inner);
  }
  return count;
}
