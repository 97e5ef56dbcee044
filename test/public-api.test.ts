import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

/** What each package promises. A change here is a change for users: it belongs in the CHANGELOG. */
const API = {
  conventions: {
    values: [
      "EDGES",
      "PolicyError",
      "SIGNALS_VERSION",
      "callQuality",
      "canonicalJson",
      "checksum",
      "classifyFailure",
      "decodedText",
      "formatSafetyLabel",
      "hashedId",
      "injectionScore",
      "observationAttributes",
      "observe",
      "ownRules",
      "pages",
      "parseSafetyLabel",
      "promptChecksums",
      "toolCallsChecksum",
    ],
    types: [
      "CallQualityInput",
      "Canary",
      "ChecksumOptions",
      "ChecksumSubject",
      "FormatRule",
      "FormatVerdict",
      "Observed",
      "OwnRules",
      "OwnRulesInput",
      "PolicyRule",
      "PromptChecksums",
      "SignalOptions",
      "Text",
      "UsualAnswer",
    ],
  },
  instrumentation: {
    values: ["LlmInstrumentation", "instrumentFetch", "recordFeedback", "withCaller", "withPrompt"],
    types: ["CallerIds", "Feedback", "LlmInstrumentationConfig", "Prompt"],
  },
  processor: {
    values: ["SpanwardenError", "createProcessor", "parseConfig", "readConfig"],
    types: [
      "CallFact",
      "Caller",
      "Cause",
      "Cell",
      "Clock",
      "Config",
      "ConfigInput",
      "ErrorCode",
      "Facets",
      "Fields",
      "Incident",
      "IncidentKind",
      "ListenerAddress",
      "Logger",
      "Onset",
      "Processor",
      "Settings",
      "Severity",
      "Totals",
    ],
  },
} as const;

/** Names that the model generates, which have a test of their own. */
const GENERATED = /^(ATTR|EVENT|METRIC|FLAG)_|_VALUE_|^(SCHEMA_URL|UPSTREAM_CORE_VERSION|UPSTREAM_GEN_AI_COMMIT)$/;

describe.each(Object.entries(API))("%s", (name, { values, types }) => {
  it("exports exactly these values", async () => {
    const exported = Object.keys((await import(`@spanwarden/${name}`)) as object);
    expect(exported.filter((key) => !GENERATED.test(key)).toSorted()).toEqual([...values]);
  });

  it("exports exactly these types by name", () => {
    const source = readFileSync(new URL(`../${name}/src/index.ts`, import.meta.url), "utf8");
    const named = [...source.matchAll(/^export type \{([^}]*)\}/gm)].flatMap(([, list = ""]) => list.split(","));
    expect(
      named
        .map((type) => type.trim())
        .filter((type) => type !== "")
        .toSorted(),
    ).toEqual([...types]);
  });
});
