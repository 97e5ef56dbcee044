import type { AttributeReader, AttributeValue } from "../otlp/records.ts";

/** What the attribute of a name would be, had the emitter spoken the latest OpenTelemetry conventions. */
export type Translation = (attributes: AttributeReader) => AttributeValue | undefined;

/** Another way to write a model call down: a table from OpenTelemetry's names to where this dialect keeps the same. */
export interface Dialect {
  readonly name: string;
  /** A key that only this dialect writes. */
  readonly mark: string;
  readonly fields: Readonly<Record<string, Translation>>;
}

/** Reads the attributes of a dialect under OpenTelemetry's names. What stands there under such a name already counts first. */
export function translated(attributes: AttributeReader, { fields }: Dialect): AttributeReader {
  return { get: (key) => attributes.get(key) ?? fields[key]?.(attributes) };
}

/** The first of these keys that is there. */
export function from(...keys: readonly string[]): Translation {
  return (attributes) => {
    for (const key of keys) {
      const value = attributes.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

/** As `from`, with its values renamed; a value without another name stays as it is. */
export function renamed(names: Readonly<Record<string, string>>, ...keys: readonly string[]): Translation {
  const read = from(...keys);
  return (attributes) => {
    const value = read(attributes);
    return typeof value === "string" && Object.hasOwn(names, value) ? names[value] : value;
  };
}

/** As `from`, for what OpenTelemetry writes as a list. */
export function listed(...keys: readonly string[]): Translation {
  const read = from(...keys);
  return (attributes) => {
    const value = read(attributes);
    return value === undefined || Array.isArray(value) ? value : [value];
  };
}
