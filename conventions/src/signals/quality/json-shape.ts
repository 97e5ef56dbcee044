/** Deviation of a value from a JSON Schema's outline, in words that hold nothing of the value; `undefined` for none. */
export type ShapeDeviation = string | undefined;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Checks what can be checked without a JSON Schema validator: the top-level type, the required keys, and the declared
 * primitive types and enums of the top-level properties. All other keywords are passed over.
 */
export function deviationFromShape(schema: unknown, value: unknown): ShapeDeviation {
  if (!isObject(schema)) return schema === false ? "the schema allows nothing" : undefined;
  if (!hasType(schema["type"], value)) return "another type than declared";
  if (!isEnumerated(schema, value)) return "not one of the declared values";
  if (!isObject(value)) return undefined;
  const required = Array.isArray(schema["required"]) ? (schema["required"] as unknown[]) : [];
  if (required.some((key) => typeof key === "string" && !Object.hasOwn(value, key))) return "a required key is missing";
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  for (const [key, property] of Object.entries(properties)) {
    if (!isObject(property) || !Object.hasOwn(value, key)) continue;
    if (!hasType(property["type"], value[key])) return "a property has another type than declared";
    if (!isEnumerated(property, value[key])) return "a property is not one of the declared values";
  }
  return undefined;
}

function hasType(type: unknown, value: unknown): boolean {
  if (Array.isArray(type)) return type.some((each) => hasType(each, value));
  switch (type) {
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "string":
    case "number":
    case "boolean":
      return typeof value === type;
    default:
      return true;
  }
}

/** Only enums of primitives are compared. */
function isEnumerated(schema: JsonObject, value: unknown): boolean {
  const values = schema["enum"];
  if (!Array.isArray(values) || values.some((each) => typeof each === "object" && each !== null)) return true;
  return values.includes(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
