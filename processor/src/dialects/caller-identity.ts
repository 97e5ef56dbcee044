import {
  ATTR_SPANWARDEN_CALLER_ROUTE,
  ATTR_SPANWARDEN_CALLER_SESSION,
  ATTR_SPANWARDEN_CALLER_TENANT,
  ATTR_SPANWARDEN_CALLER_USER,
  type CallerIdentity,
} from "@spanwarden/conventions";

import type { AttributeReader } from "../otlp/records.ts";
import { parsedJson } from "./attribute-values.ts";
import type { IdentityAttributes } from "./identity-config.ts";

/** Longer than any id that means one caller; what is longer is something else. */
const LONGEST = 512;

/** Whose call it was, as the attributes say; ids in clear are hashed where the fact is made. */
export function callerIdentity(attributes: AttributeReader, names: IdentityAttributes): CallerIdentity {
  return {
    user: idAt(attributes, [ATTR_SPANWARDEN_CALLER_USER, ...names.user]),
    session: idAt(attributes, [ATTR_SPANWARDEN_CALLER_SESSION, ...names.session]),
    tenant: idAt(attributes, [ATTR_SPANWARDEN_CALLER_TENANT, ...names.tenant]),
    route: idAt(attributes, [ATTR_SPANWARDEN_CALLER_ROUTE, ...names.route]),
  };
}

function idAt(attributes: AttributeReader, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const id = idOf(attributes.get(key));
    if (id !== undefined) return id;
  }
  return undefined;
}

/** A text or a whole number; metadata that was serialised as a JSON text counts as what it holds. */
function idOf(value: unknown): string | undefined {
  if (typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value))) return String(value);
  if (typeof value !== "string" || value === "" || value.length > LONGEST) return undefined;
  if (!value.startsWith('"')) return value;
  const held = parsedJson(value);
  return typeof held === "string" ? held || undefined : value;
}
