import { describe, expect, it } from "vitest";

import { incidentEvent } from "../../src/emit/incident-event.ts";
import type { Incident, IncidentChange } from "../../src/incidents/incident.ts";
import { CELL, T0 } from "../incidents/fixtures.ts";

const INCIDENT: Incident = {
  id: "00112233445566ff",
  kind: "quality_degradation",
  cell: CELL,
  state: "open",
  severity: 2,
  rules: ["quality_drop"],
  openedAt: T0 + 90_000,
  onset: {
    time: T0,
    earliest: T0 - 1_000,
    latest: T0 + 1_000,
    firstTraceId: "ab".repeat(16),
    exposedCalls: 40,
    exposedUsers: 7,
  },
  explanation: [{ facet: "gen_ai.response.model", previous: "a", current: "b", score: 0.9, reason: "40 of 40 bad" }],
  facets: { requestModel: "gpt-4o", responseModel: "b", parameters: "sha256:p" },
  reason: "quality fell 36 %",
  action: "Pin the last known-good model a.",
  sampleTraceIds: ["ab".repeat(16)],
};

function change(transition: IncidentChange["transition"], incident: Partial<Incident> = {}): IncidentChange {
  return {
    id: "00112233445566ff:1",
    transition,
    at: T0 + 90_000,
    incident: { ...INCIDENT, ...incident },
    reason: "why",
  };
}

describe("incidentEvent", () => {
  it("tells what a responder needs", () => {
    expect(incidentEvent(change("opened"))).toEqual({
      id: "00112233445566ff:1",
      eventName: "spanwarden.incident.start",
      severityNumber: 17,
      time: T0 + 90_000,
      attributes: {
        "service.name": "support",
        "deployment.environment.name": "prod",
        "gen_ai.operation.name": "chat",
        "gen_ai.prompt.name": "answer",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.response.model": "b",
        "spanwarden.request.parameters.checksum": "sha256:p",
        "spanwarden.incident.id": "00112233445566ff",
        "spanwarden.incident.type": "quality_degradation",
        "spanwarden.incident.severity": 2,
        "spanwarden.incident.state": "open",
        "spanwarden.incident.start_time": "2026-01-05T02:48:30.000Z",
        "spanwarden.incident.cause": "40 of 40 bad",
        "spanwarden.incident.action": "Pin the last known-good model a.",
        "spanwarden.incident.sample.trace_ids": ["ab".repeat(16)],
        "spanwarden.decision.reason": "quality fell 36 %",
        "spanwarden.incident.onset.time": "2026-01-05T02:47:00.000Z",
        "spanwarden.incident.onset.earliest": "2026-01-05T02:46:59.000Z",
        "spanwarden.incident.onset.latest": "2026-01-05T02:47:01.000Z",
        "spanwarden.incident.detection.delay": 90,
        "spanwarden.incident.first.trace_id": "ab".repeat(16),
        "spanwarden.incident.exposed.calls": 40,
        "spanwarden.incident.exposed.users": 7,
      },
    });
  });

  it.each([
    ["opened", {}, "spanwarden.incident.start", 17],
    ["opened", { kind: "safety_violation" }, "spanwarden.incident.start", 21],
    ["updated", {}, "spanwarden.incident.update", 17],
    ["closed", { state: "closed", endReason: "recovered" }, "spanwarden.incident.end", 9],
    ["closed", { kind: "safety_violation", state: "closed" }, "spanwarden.incident.end", 9],
  ] as const)("maps %s %j", (transition, incident, eventName, severityNumber) => {
    expect(incidentEvent(change(transition, incident))).toMatchObject({ eventName, severityNumber });
  });

  it("says why it was updated or ended", () => {
    expect(incidentEvent(change("closed", { endReason: "timeout" })).attributes).toMatchObject({
      "spanwarden.decision.reason": "why",
      "spanwarden.incident.end_reason": "timeout",
    });
  });

  it("leaves out what is unknown", () => {
    const onset = { ...INCIDENT.onset, firstTraceId: "", exposedUsers: undefined };
    const { attributes } = incidentEvent(change("opened", { explanation: [], facets: undefined, onset }));
    expect(Object.keys(attributes)).not.toContain("spanwarden.incident.cause");
    expect(Object.keys(attributes)).not.toContain("spanwarden.incident.first.trace_id");
    expect(Object.values(attributes)).not.toContain(undefined);
  });
});
