import { expect, it } from "vitest";

import { changeEvent } from "../../src/emit/change-event.ts";
import { LEDGER_FACETS } from "../../src/incidents/facets.ts";
import type { Change } from "../../src/incidents/incident.ts";
import { CELL, T0 } from "../incidents/fixtures.ts";

function change(facet: string, previous: string | undefined): Change {
  return {
    id: "ab",
    facet,
    kind: "new",
    cell: CELL,
    at: T0,
    previous,
    current: "now",
    traceId: "cd".repeat(16),
    reason: "first sight",
  };
}

it.each([
  ["service.version", "spanwarden.service.changed", "spanwarden.service.previous.version"],
  ["gen_ai.provider.name", "spanwarden.model.changed", undefined],
  ["gen_ai.request.model", "spanwarden.model.changed", "spanwarden.model.previous.name"],
  ["gen_ai.response.model", "spanwarden.model.changed", "spanwarden.model.previous.name"],
  ["openai.response.system_fingerprint", "spanwarden.model.changed", "spanwarden.model.previous.system_fingerprint"],
  ["gen_ai.prompt.version", "spanwarden.prompt.changed", "spanwarden.prompt.previous.version"],
  ["spanwarden.prompt.template.checksum", "spanwarden.prompt.changed", "spanwarden.prompt.previous.template.checksum"],
  [
    "spanwarden.prompt.system_instructions.checksum",
    "spanwarden.prompt.changed",
    "spanwarden.prompt.previous.system_instructions.checksum",
  ],
  ["spanwarden.tool.definitions.checksum", "spanwarden.tool.changed", "spanwarden.tool.previous.definitions.checksum"],
  [
    "spanwarden.request.parameters.checksum",
    "spanwarden.parameters.changed",
    "spanwarden.request.previous.parameters.checksum",
  ],
])("tells a change of %s as %s", (facet, eventName, previous) => {
  const event = changeEvent(change(facet, "before"));
  expect(event).toMatchObject({ id: "ab", eventName, severityNumber: 9, time: T0, traceId: "cd".repeat(16) });
  expect(event.attributes).toMatchObject({
    [facet]: "now",
    "spanwarden.change.kind": "new",
    "spanwarden.change.current": "now",
    "spanwarden.change.previous": "before",
    "spanwarden.decision.reason": "first sight",
    "service.name": "support",
  });
  const named = Object.entries(event.attributes).filter(([key]) => key.includes(".previous."));
  expect(named).toEqual(previous === undefined ? [] : [[previous, "before"]]);
});

it("leaves out a previous value that is not known", () => {
  expect(Object.keys(changeEvent(change("service.version", undefined)).attributes).join()).not.toContain("previous");
});

it("has an event for every facet of the ledger", () => {
  const names = LEDGER_FACETS.map(({ name }) => changeEvent(change(name, undefined)).eventName);
  expect(names.every((name) => name.endsWith(".changed"))).toBe(true);
  expect(names.filter((name) => name === "spanwarden.parameters.changed")).toHaveLength(1);
});
