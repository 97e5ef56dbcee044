import type { AttributeReader, AttributeValue } from "../otlp/records.ts";
import { asRecord, structureAt } from "./attribute-values.ts";

/** Where a dialect keeps one field, and how it is read from there. */
export interface Source {
  /** The attributes it looks at, best first; what lies inside a JSON text is `attribute → member`. */
  readonly keys: readonly string[];
  readonly read: (attributes: AttributeReader) => AttributeValue | undefined;
}

/** Another way to write a model call down: a table from OpenTelemetry's names to where this dialect keeps the same. */
export interface Dialect {
  readonly name: string;
  /** What only this dialect writes: an attribute, or the name of the instrumentation's scope. */
  readonly marks: readonly Mark[];
  readonly fields: Readonly<Record<string, Source>>;
  /** Its input tokens leave out the cached ones, which Anthropic counts beside them. */
  readonly cachedBesideInput?: ((attributes: AttributeReader) => boolean) | undefined;
  /** Why a span is no call of its own though it looks like one; `undefined` where it may be one. */
  readonly notOwn?: ((attributes: AttributeReader, failed: boolean) => NotOwn | undefined) | undefined;
}

export type Mark = { readonly attribute: string; readonly value?: string } | { readonly scope: string };

/** `wraps`: the calls within have spans of their own. `unfinished`: another span or record has the answer. */
export type NotOwn = "wraps" | "unfinished";

/** Whether a span or record carries a mark of the dialect. A scope counts with everything below it. */
export function speaks({ marks }: Dialect, attributes: AttributeReader, scope: string): boolean {
  return marks.some((mark) => {
    if ("scope" in mark) return scope.startsWith(mark.scope);
    const value = attributes.get(mark.attribute);
    return mark.value === undefined ? value !== undefined : value === mark.value;
  });
}

/**
 * Reads attributes under OpenTelemetry's names. What stands there under such a name counts first, then the dialects in
 * their order, so that of a value written twice one is read.
 */
export function translated(attributes: AttributeReader, dialects: readonly Dialect[]): AttributeReader {
  return {
    get(key) {
      const value = attributes.get(key);
      if (value !== undefined) return value;
      for (const { fields } of dialects) {
        const found = fields[key]?.read(attributes);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    keys: () => attributes.keys(),
  };
}

/** The first of these attributes that is there. */
export function from(...keys: readonly string[]): Source {
  return {
    keys,
    read: (attributes) => {
      for (const key of keys) {
        const value = attributes.get(key);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}

/** A source that computes its value from these attributes. */
export function computed(keys: readonly string[], read: Source["read"]): Source {
  return { keys, read };
}

/** The first of several sources that has a value. */
export function firstOf(...sources: readonly Source[]): Source {
  return {
    keys: sources.flatMap(({ keys }) => keys),
    read: (attributes) => {
      for (const { read } of sources) {
        const value = read(attributes);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
}

/** As `from`, with its values renamed; a value without another name stays as it is. */
export function renamed(names: Readonly<Record<string, string>>, ...keys: readonly string[]): Source {
  const { read } = from(...keys);
  return {
    keys,
    read: (attributes) => {
      const value = read(attributes);
      return typeof value === "string" && Object.hasOwn(names, value) ? names[value] : value;
    },
  };
}

/** As the source, for what OpenTelemetry writes as a list. */
export function listed({ keys, read }: Source): Source {
  return {
    keys,
    read: (attributes) => {
      const value = read(attributes);
      return value === undefined || Array.isArray(value) ? value : [value];
    },
  };
}

/** The first of these members of a structured attribute, or of one that is JSON text. */
export function member(key: string, ...names: readonly string[]): Source {
  return {
    keys: names.map((name) => `${key} → ${name}`),
    read: (attributes) => {
      const record = recordAt(attributes, key);
      for (const name of names) {
        const value = Object.hasOwn(record, name) ? record[name] : undefined;
        if (value !== undefined && value !== null) return value as AttributeValue;
      }
      return undefined;
    },
  };
}

const parsed = new WeakMap<AttributeReader, Map<string, Readonly<Record<string, unknown>>>>();

/** A structured attribute as a record; parsed once for one span. */
export function recordAt(attributes: AttributeReader, key: string): Readonly<Record<string, unknown>> {
  const known = parsed.get(attributes) ?? new Map<string, Readonly<Record<string, unknown>>>();
  parsed.set(attributes, known);
  const record = known.get(key) ?? asRecord(structureAt(attributes, key));
  known.set(key, record);
  return record;
}
