import {
  ATTR_GEN_AI_PROMPT_VERSION,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
  ATTR_SERVICE_INSTANCE_ID,
  ATTR_SERVICE_VERSION,
  ATTR_SPANWARDEN_CALLER_ROUTE,
  ATTR_SPANWARDEN_CALLER_USER,
  ATTR_SPANWARDEN_INPUT_LANGUAGE,
  ATTR_SPANWARDEN_PROMPT_SYSTEM_INSTRUCTIONS_CHECKSUM,
  ATTR_SPANWARDEN_PROMPT_TEMPLATE_CHECKSUM,
  ATTR_SPANWARDEN_REQUEST_PARAMETERS_CHECKSUM,
  ATTR_SPANWARDEN_TOOL_DEFINITIONS_CHECKSUM,
} from "@spanwarden/conventions";

import type { CallFact, Facets } from "../facts/call-fact.ts";

/** One thing about a call that may explain a finding. */
export interface Facet {
  /** The attribute that carries it. */
  readonly name: string;
  /** In words, for reasons. */
  readonly words: string;
  read(fact: CallFact): string | undefined;
}

/** A facet whose first sight is a change. */
export interface LedgerFacet extends Facet {
  readonly key: keyof Facets;
  /** A checksum may hold a date or a name and so never repeat; it must be seen twice before it counts. */
  readonly checksum: boolean;
}

function ledgerFacet(key: keyof Facets, name: string, words: string, checksum = false): LedgerFacet {
  return { key, name, words, checksum, read: (fact) => fact.facets[key] };
}

/** What the change ledger watches. Versions and request models come first: what follows them is told apart by them. */
export const LEDGER_FACETS: readonly LedgerFacet[] = [
  ledgerFacet("serviceVersion", ATTR_SERVICE_VERSION, "service version"),
  ledgerFacet("provider", ATTR_GEN_AI_PROVIDER_NAME, "provider"),
  ledgerFacet("requestModel", ATTR_GEN_AI_REQUEST_MODEL, "request model"),
  ledgerFacet("responseModel", ATTR_GEN_AI_RESPONSE_MODEL, "response model"),
  ledgerFacet("systemFingerprint", ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT, "system fingerprint"),
  ledgerFacet("promptVersion", ATTR_GEN_AI_PROMPT_VERSION, "prompt version"),
  ledgerFacet("template", ATTR_SPANWARDEN_PROMPT_TEMPLATE_CHECKSUM, "prompt template", true),
  ledgerFacet("systemInstructions", ATTR_SPANWARDEN_PROMPT_SYSTEM_INSTRUCTIONS_CHECKSUM, "system instructions", true),
  ledgerFacet("toolDefinitions", ATTR_SPANWARDEN_TOOL_DEFINITIONS_CHECKSUM, "tool definitions", true),
  ledgerFacet("parameters", ATTR_SPANWARDEN_REQUEST_PARAMETERS_CHECKSUM, "request parameters", true),
];

/** What explains without being a change. */
const OTHER_FACETS: readonly Facet[] = [
  { name: ATTR_SERVICE_INSTANCE_ID, words: "service instance", read: (fact) => fact.facets.serviceInstance },
  { name: ATTR_SPANWARDEN_CALLER_USER, words: "user", read: (fact) => fact.caller.user },
  { name: ATTR_SPANWARDEN_CALLER_ROUTE, words: "route", read: (fact) => fact.caller.route },
  {
    name: ATTR_SPANWARDEN_INPUT_LANGUAGE,
    words: "input language",
    read: (fact) => fact.labels[ATTR_SPANWARDEN_INPUT_LANGUAGE],
  },
];

/** Everything that may explain an incident. */
export const EXPLAINING_FACETS: readonly Facet[] = [...LEDGER_FACETS, ...OTHER_FACETS];
