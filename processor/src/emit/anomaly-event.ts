import { hash } from "node:crypto";

import {
  ATTR_SPANWARDEN_ANOMALY_BASELINE_VALUE,
  ATTR_SPANWARDEN_ANOMALY_RULE_NAME,
  ATTR_SPANWARDEN_ANOMALY_SAMPLE_COUNT,
  ATTR_SPANWARDEN_ANOMALY_SIGNAL,
  ATTR_SPANWARDEN_ANOMALY_THRESHOLD_VALUE,
  ATTR_SPANWARDEN_ANOMALY_VALUE,
  ATTR_SPANWARDEN_ANOMALY_WINDOW_DURATION,
  ATTR_SPANWARDEN_DECISION_REASON,
  ATTR_SPANWARDEN_INCIDENT_SEVERITY,
  ATTR_SPANWARDEN_INCIDENT_TYPE,
  EVENT_SPANWARDEN_ANOMALY_DETECTED,
} from "@spanwarden/conventions";

import type { Finding } from "../detectors/finding.ts";
import { cellKey } from "../facts/call-fact.ts";
import { knownAttributes, SEVERITY, subjectAttributes, type EventRecord } from "./event-record.ts";

/** `spanwarden.anomaly.detected`: what a rule found, with the numbers it was decided on. */
export function anomalyEvent(finding: Finding): EventRecord {
  const { cell, kind, rule, at, traceId, spanId, subject } = finding;
  return {
    id: hash("sha256", ["anomaly", cellKey(cell), kind, rule, at, traceId, spanId, subject].join("\n")).slice(0, 32),
    eventName: EVENT_SPANWARDEN_ANOMALY_DETECTED,
    severityNumber: SEVERITY.warn,
    time: at,
    traceId,
    spanId,
    attributes: knownAttributes({
      ...subjectAttributes(cell),
      [ATTR_SPANWARDEN_INCIDENT_TYPE]: kind,
      [ATTR_SPANWARDEN_INCIDENT_SEVERITY]: finding.severity,
      [ATTR_SPANWARDEN_ANOMALY_RULE_NAME]: rule,
      [ATTR_SPANWARDEN_ANOMALY_SIGNAL]: finding.signal,
      [ATTR_SPANWARDEN_ANOMALY_VALUE]: finding.value,
      [ATTR_SPANWARDEN_ANOMALY_BASELINE_VALUE]: finding.baseline,
      [ATTR_SPANWARDEN_ANOMALY_THRESHOLD_VALUE]: finding.threshold,
      [ATTR_SPANWARDEN_ANOMALY_WINDOW_DURATION]: finding.window,
      [ATTR_SPANWARDEN_ANOMALY_SAMPLE_COUNT]: finding.samples,
      [ATTR_SPANWARDEN_DECISION_REASON]: finding.reason,
    }),
  };
}
