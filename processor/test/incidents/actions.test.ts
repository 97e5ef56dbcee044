import { expect, it } from "vitest";

import { recommendAction } from "../../src/incidents/actions.ts";
import type { Cause } from "../../src/incidents/incident.ts";

function cause(facet: string, current: string, previous?: string): Cause {
  return { facet, current, previous, score: 0.9, reason: "" };
}

it.each([
  [[cause("gen_ai.response.model", "b", "a")], "Pin the last known-good model a,"],
  [[cause("gen_ai.response.model", "b")], "Pin the last known-good model,"],
  [[cause("openai.response.system_fingerprint", "fp_2", "fp_1")], "Pin a dated model version"],
  [[cause("gen_ai.prompt.version", "8", "7")], "Roll the prompt back to version 7."],
  [
    [cause("spanwarden.prompt.system_instructions.checksum", "sha256:b", "sha256:a")],
    "Roll the prompt back to its earlier text, checksum sha256:a.",
  ],
  [[cause("service.version", "2", "1")], "Roll the service back to version 1."],
  [[cause("spanwarden.input.language", "fi", "en")], "Pin the last known-good model or shift 10 %"],
  [[], "Pin the last known-good model or shift 10 %"],
])("sets a quality degradation back to before %j", (causes, words) => {
  expect(recommendAction("quality_degradation", causes)).toContain(words);
});

it.each([
  ["runaway loop", [cause("spanwarden.caller.user", "anna")], "Throttle user anna or stop the run"],
  ["greedy caller", [cause("spanwarden.caller.user", "anna")], "Throttle user anna;"],
  ["model or price change", [cause("gen_ai.response.model", "b", "a")], "Pin the last known-good model a"],
  ["larger requests", [], "Lower the token limits"],
  ["legitimate load", [], "No fault is seen"],
])("answers the cost pattern %s", (pattern, causes, words) => {
  expect(recommendAction("cost_anomaly", [cause("cost pattern", pattern), ...causes])).toContain(words);
});

it("answers an unexplained cost anomaly with a throttle", () => {
  expect(recommendAction("cost_anomaly", [])).toContain("Throttle the heaviest user");
});

it("fails over in an outage", () => {
  expect(recommendAction("outage", [])).toContain("Fail over");
});

it("never remediates a safety violation by itself, whatever its cause", () => {
  const action = recommendAction("safety_violation", [cause("gen_ai.response.model", "b", "a")]);
  expect(action).toContain("Do not remediate automatically");
  expect(action).toContain("legal and communications within 30 minutes");
  expect(action).not.toContain("Pin");
});
