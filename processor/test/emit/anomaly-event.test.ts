import { expect, it } from "vitest";

import { anomalyEvent } from "../../src/emit/anomaly-event.ts";
import { finding, T0 } from "../incidents/fixtures.ts";

it("carries the numbers and the reason it was decided on", () => {
  const traceId = "ab".repeat(16);
  expect(anomalyEvent(finding(T0, { traceId, spanId: "cd".repeat(8) }))).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    eventName: "spanwarden.anomaly.detected",
    severityNumber: 13,
    time: T0,
    traceId,
    spanId: "cd".repeat(8),
    attributes: {
      "service.name": "support",
      "deployment.environment.name": "prod",
      "gen_ai.operation.name": "chat",
      "gen_ai.prompt.name": "answer",
      "spanwarden.incident.type": "quality_degradation",
      "spanwarden.incident.severity": 2,
      "spanwarden.anomaly.rule.name": "quality_drop",
      "spanwarden.anomaly.signal": "quality",
      "spanwarden.anomaly.value": 0.6,
      "spanwarden.anomaly.baseline.value": 0.95,
      "spanwarden.anomaly.threshold.value": 0.8,
      "spanwarden.anomaly.window.duration": 1_800,
      "spanwarden.anomaly.sample.count": 100,
      "spanwarden.decision.reason": "quality fell 36 %",
    },
  });
});

it("has the same id for the same finding and another one for every other", () => {
  const ids = [
    finding(T0),
    finding(T0),
    finding(T0 + 1),
    finding(T0, { rule: "x" }),
    finding(T0, { subject: "anna" }),
  ].map((each) => anomalyEvent(each).id);
  expect(ids[1]).toBe(ids[0]);
  expect(new Set(ids).size).toBe(4);
});
