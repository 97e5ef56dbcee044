import {
  ATTR_GEN_AI_PROMPT_VERSION,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
  ATTR_SERVICE_VERSION,
  ATTR_SPANWARDEN_CALLER_USER,
  ATTR_SPANWARDEN_PROMPT_SYSTEM_INSTRUCTIONS_CHECKSUM,
  ATTR_SPANWARDEN_PROMPT_TEMPLATE_CHECKSUM,
  ATTR_SPANWARDEN_REQUEST_PARAMETERS_CHECKSUM,
  ATTR_SPANWARDEN_TOOL_DEFINITIONS_CHECKSUM,
} from "@spanwarden/conventions";

import type { IncidentKind } from "../detectors/finding.ts";
import { COST_PATTERN } from "./cost-pattern.ts";
import type { Cause } from "./incident.ts";

/** The first action a responder should think of, from the kind of incident and its likeliest cause. */
export function recommendAction(kind: IncidentKind, causes: readonly Cause[]): string {
  switch (kind) {
    case "safety_violation":
      return (
        "Do not remediate automatically. Contain by hand, notify legal and communications within 30 minutes, " +
        "keep the evidence; the root cause must be known before it is closed."
      );
    case "outage":
      return "Fail over to the fallback provider or model; shift back 10 % first, more only while calls succeed.";
    case "cost_anomaly":
      return costAction(causes);
    case "quality_degradation":
      return (
        undoing(causes[0]) ??
        "Pin the last known-good model or shift 10 % of the traffic to an alternate, more only while quality holds."
      );
  }
}

function costAction(causes: readonly Cause[]): string {
  const pattern = causes.find((cause) => cause.facet === COST_PATTERN)?.current ?? "";
  const user = causes.find((cause) => cause.facet === ATTR_SPANWARDEN_CALLER_USER)?.current;
  const undo = undoing(causes.find((cause) => cause.facet !== COST_PATTERN));
  const throttle = user === undefined ? "Throttle the heaviest user" : `Throttle user ${user}`;
  const actions: Readonly<Record<string, string>> = {
    "runaway loop": `${throttle} or stop the run; then bound the agent's steps.`,
    "greedy caller": `${throttle}; then set a limit per user.`,
    "model or price change": undo ?? "Pin the model that was used before, or accept the new price as the baseline.",
    "larger requests": undo ?? "Lower the token limits; look for what made prompts or answers longer.",
    "legitimate load": "No fault is seen: raise the budget, or lower the token limits.",
  };
  return actions[pattern] ?? `${throttle} or lower the token limits until the cause is known.`;
}

/** How to take a change back; `undefined` where the cause is not something that can be set back. */
function undoing(cause: Cause | undefined): string | undefined {
  if (cause === undefined) return undefined;
  return UNDOING[cause.facet]?.((words) => (cause.previous === undefined ? "" : `${words}${cause.previous}`));
}

/** Given words to put before the earlier value, both are left out where that is not known. */
type Earlier = (words: string) => string;

const PIN = (earlier: Earlier): string =>
  `Pin the last known-good model${earlier(" ")}, or shift 10 % to an alternate.`;
const ROLL_BACK_TEXT = (earlier: Earlier): string =>
  `Roll the prompt back to its earlier text${earlier(", checksum ")}.`;

const UNDOING: Readonly<Record<string, (earlier: Earlier) => string>> = {
  [ATTR_GEN_AI_RESPONSE_MODEL]: PIN,
  [ATTR_GEN_AI_REQUEST_MODEL]: PIN,
  [ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT]: () =>
    "Pin a dated model version: the provider changed the one behind this name; or shift 10 % to an alternate.",
  [ATTR_GEN_AI_PROVIDER_NAME]: (earlier) => `Move the traffic back${earlier(" to ")}, 10 % first.`,
  [ATTR_GEN_AI_PROMPT_VERSION]: (earlier) => `Roll the prompt back${earlier(" to version ")}.`,
  [ATTR_SPANWARDEN_PROMPT_TEMPLATE_CHECKSUM]: ROLL_BACK_TEXT,
  [ATTR_SPANWARDEN_PROMPT_SYSTEM_INSTRUCTIONS_CHECKSUM]: ROLL_BACK_TEXT,
  [ATTR_SPANWARDEN_TOOL_DEFINITIONS_CHECKSUM]: () => "Take the change of the tool definitions back.",
  [ATTR_SPANWARDEN_REQUEST_PARAMETERS_CHECKSUM]: () => "Take the change of the request parameters back.",
  [ATTR_SERVICE_VERSION]: (earlier) => `Roll the service back${earlier(" to version ")}.`,
};
