import {
  ATTR_SPANWARDEN_DECISION_REASON,
  ATTR_SPANWARDEN_INCIDENT_ACTION,
  ATTR_SPANWARDEN_INCIDENT_CAUSE,
  ATTR_SPANWARDEN_INCIDENT_DETECTION_DELAY,
  ATTR_SPANWARDEN_INCIDENT_END_REASON,
  ATTR_SPANWARDEN_INCIDENT_EXPOSED_CALLS,
  ATTR_SPANWARDEN_INCIDENT_EXPOSED_USERS,
  ATTR_SPANWARDEN_INCIDENT_FIRST_TRACE_ID,
  ATTR_SPANWARDEN_INCIDENT_ID,
  ATTR_SPANWARDEN_INCIDENT_ONSET_EARLIEST,
  ATTR_SPANWARDEN_INCIDENT_ONSET_LATEST,
  ATTR_SPANWARDEN_INCIDENT_ONSET_TIME,
  ATTR_SPANWARDEN_INCIDENT_SAMPLE_TRACE_IDS,
  ATTR_SPANWARDEN_INCIDENT_SEVERITY,
  ATTR_SPANWARDEN_INCIDENT_START_TIME,
  ATTR_SPANWARDEN_INCIDENT_STATE,
  ATTR_SPANWARDEN_INCIDENT_TYPE,
  EVENT_SPANWARDEN_INCIDENT_END,
  EVENT_SPANWARDEN_INCIDENT_START,
  EVENT_SPANWARDEN_INCIDENT_UPDATE,
} from "@spanwarden/conventions";

import { LEDGER_FACETS } from "../incidents/facets.ts";
import type { Incident, IncidentChange, Onset } from "../incidents/incident.ts";
import {
  knownAttributes,
  SEVERITY,
  subjectAttributes,
  type EventAttributes,
  type EventRecord,
} from "./event-record.ts";

const NAMES = {
  opened: EVENT_SPANWARDEN_INCIDENT_START,
  updated: EVENT_SPANWARDEN_INCIDENT_UPDATE,
  closed: EVENT_SPANWARDEN_INCIDENT_END,
} as const satisfies Record<IncidentChange["transition"], string>;

/** `spanwarden.incident.start`, `.update` or `.end`. Moments are ISO 8601 in UTC, the delay is in seconds. */
export function incidentEvent(change: IncidentChange): EventRecord {
  const { incident, transition } = change;
  const bad = incident.kind === "safety_violation" ? SEVERITY.fatal : SEVERITY.error;
  return {
    id: change.id,
    eventName: NAMES[transition],
    severityNumber: transition === "closed" ? SEVERITY.info : bad,
    time: change.at,
    attributes: knownAttributes({
      ...subjectAttributes(incident.cell),
      ...facetAttributes(incident),
      [ATTR_SPANWARDEN_INCIDENT_ID]: incident.id,
      [ATTR_SPANWARDEN_INCIDENT_TYPE]: incident.kind,
      [ATTR_SPANWARDEN_INCIDENT_SEVERITY]: incident.severity,
      [ATTR_SPANWARDEN_INCIDENT_STATE]: incident.state,
      [ATTR_SPANWARDEN_INCIDENT_START_TIME]: iso(incident.openedAt),
      [ATTR_SPANWARDEN_INCIDENT_END_REASON]: incident.endReason,
      [ATTR_SPANWARDEN_INCIDENT_CAUSE]: incident.explanation[0]?.reason,
      [ATTR_SPANWARDEN_INCIDENT_ACTION]: incident.action,
      [ATTR_SPANWARDEN_INCIDENT_SAMPLE_TRACE_IDS]: incident.sampleTraceIds,
      [ATTR_SPANWARDEN_DECISION_REASON]: transition === "opened" ? incident.reason : change.reason,
      ...onsetAttributes(incident.onset, incident.openedAt),
    }),
  };
}

function onsetAttributes(
  onset: Onset,
  openedAt: number,
): Readonly<Record<string, EventAttributes[string] | undefined>> {
  return {
    [ATTR_SPANWARDEN_INCIDENT_ONSET_TIME]: iso(onset.time),
    [ATTR_SPANWARDEN_INCIDENT_ONSET_EARLIEST]: iso(onset.earliest),
    [ATTR_SPANWARDEN_INCIDENT_ONSET_LATEST]: iso(onset.latest),
    [ATTR_SPANWARDEN_INCIDENT_DETECTION_DELAY]: Math.max(0, openedAt - onset.time) / 1_000,
    [ATTR_SPANWARDEN_INCIDENT_FIRST_TRACE_ID]: onset.firstTraceId || undefined,
    [ATTR_SPANWARDEN_INCIDENT_EXPOSED_CALLS]: onset.exposedCalls,
    [ATTR_SPANWARDEN_INCIDENT_EXPOSED_USERS]: onset.exposedUsers,
  };
}

function facetAttributes({ facets }: Incident): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(LEDGER_FACETS.map(({ name, key }) => [name, facets?.[key]]));
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
