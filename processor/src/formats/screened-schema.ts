import { isPlainPattern } from "./plain-pattern.ts";

/** A schema that can be given to the validator. */
export interface ScreenedSchema {
  readonly schema: object | boolean;
  /** Parts of it, references followed: what one value may be held against. */
  readonly size: number;
  /** It refers to itself or holds what takes more than a step a part. */
  readonly slow: boolean;
}

/** Levels of a schema, references not counted. */
const DEPTH = 64;
/** Counting stops here. */
const MOST = 1_000_000;

const TYPES: readonly unknown[] = ["object", "array", "string", "number", "integer", "boolean", "null"];
/** Members that hold values, not schemas. */
const VALUES = new Set(["const", "enum", "default", "examples", "example"]);
/** Not done by the validator: a schema with one of them would be judged by half. */
const FOREIGN = new Set(["$dynamicRef", "$recursiveRef", "nullable", "discriminator"]);

/**
 * Looks through a schema that came from outside; `undefined` where no verdict by it could be relied on: types of another
 * language (`STRING`), keywords that the validator does not do, a reference to another document or to nowhere, too deep.
 * `format` is taken out, which JSON Schema 2020-12 has for an annotation, not for a rule.
 */
export function screenedSchema(schema: unknown): ScreenedSchema | undefined {
  const screen = new Screen(schema);
  const copy = screen.copy(schema, 0);
  if (screen.unusable || !isSchema(copy)) return undefined;
  const size = screen.sizeOf(schema);
  return screen.unusable ? undefined : { schema: copy, size, slow: screen.slow };
}

function isSchema(value: unknown): value is object | boolean {
  return typeof value === "boolean" || (typeof value === "object" && value !== null && !Array.isArray(value));
}

class Screen {
  unusable = false;
  slow = false;
  readonly #root: unknown;
  readonly #sizes = new Map<object, number>();
  readonly #under = new Set<object>();

  constructor(root: unknown) {
    this.#root = root;
  }

  copy(given: unknown, depth: number): unknown {
    if (depth > DEPTH) this.unusable = true;
    if (this.unusable || typeof given !== "object" || given === null) return given;
    if (Array.isArray(given)) return given.map((item) => this.copy(item, depth + 1));
    const copied: [string, unknown][] = [];
    for (const [key, value] of Object.entries(given)) {
      this.#look(key, value);
      if (key === "format" && typeof value === "string") continue;
      copied.push([key, VALUES.has(key) ? value : this.copy(value, depth + 1)]);
    }
    return Object.fromEntries(copied);
  }

  /** A property may bear the name of a keyword, but what is said of it is a schema, never a text or a flag. */
  #look(key: string, value: unknown): void {
    const types = key === "type" ? [value].flat() : [];
    if (types.some((type) => typeof type === "string" && !TYPES.includes(type))) this.unusable = true;
    if (FOREIGN.has(key) && typeof value !== "object") this.unusable = true;
    if (key === "pattern" && typeof value === "string" && !isPlainPattern(value)) this.slow = true;
    if (key === "uniqueItems" && value === true) this.slow = true;
    if (key === "patternProperties" && typeof value === "object" && value !== null)
      this.slow ||= !Object.keys(value).every(isPlainPattern);
  }

  sizeOf(given: unknown): number {
    if (typeof given !== "object" || given === null) return 1;
    const known = this.#sizes.get(given);
    if (known !== undefined) return known;
    if (this.#under.has(given)) {
      this.slow = true;
      return 1;
    }
    this.#under.add(given);
    let size = 1;
    for (const [key, value] of Object.entries(given)) {
      size += key === "$ref" && typeof value === "string" ? this.#referred(value) : this.sizeOf(value);
    }
    this.#under.delete(given);
    size = Math.min(size, MOST);
    this.#sizes.set(given, size);
    return size;
  }

  #referred(reference: string): number {
    let at = reference === "#" || reference.startsWith("#/") ? this.#root : undefined;
    for (const part of reference.split("/").slice(1)) {
      const key = pointerPart(part);
      at =
        typeof at === "object" && at !== null && Object.hasOwn(at, key)
          ? (at as Record<string, unknown>)[key]
          : undefined;
    }
    if (at === undefined) this.unusable = true;
    return this.sizeOf(at);
  }
}

/** RFC 6901, in a fragment of a URI. */
function pointerPart(part: string): string {
  const plain = part.replaceAll("~1", "/").replaceAll("~0", "~");
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
