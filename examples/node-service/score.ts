import type { SeenEvent } from "./backend.ts";
import type { Fault } from "./scenario.ts";

/** What was injected: a fault, and when it first touched an answer (milliseconds since the epoch). */
export interface Truth {
  readonly fault: Fault;
  readonly first: number;
  readonly last: number;
}

/** What the exported events say of one incident. */
interface SeenIncident {
  readonly id: string;
  readonly kind: string;
  readonly prompt: string;
  readonly severity: number;
  /** Milliseconds since the epoch. */
  readonly opened: number;
  readonly onset: number;
  readonly closed: number | undefined;
  readonly reason: string;
  readonly cause: string;
}

export interface Score {
  readonly caught: readonly { truth: Truth; incidents: readonly SeenIncident[]; delay: number; onsetError: number }[];
  readonly missed: readonly Truth[];
  readonly falseAlarms: readonly SeenIncident[];
  readonly unclosed: readonly SeenIncident[];
}

/** Seconds after a fault's end within which an incident may still open because of it. */
const GRACE = 4_000;

/** Holds the incidents that were exported against what was injected; knows nothing of how they were found. */
export function scoreOf(truths: readonly Truth[], events: readonly SeenEvent[]): Score {
  const incidents = incidentsOf(events);
  const matches = (truth: Truth, incident: SeenIncident): boolean =>
    incident.kind === truth.fault.kind &&
    incident.opened >= truth.first - 1_000 &&
    incident.opened <= truth.last + GRACE;
  const caught = truths.flatMap((truth) => {
    const own = incidents.filter((incident) => matches(truth, incident));
    const [earliest] = own.toSorted((a, b) => a.opened - b.opened);
    if (earliest === undefined) return [];
    const delay = (earliest.opened - truth.first) / 1_000;
    return [{ truth, incidents: own, delay, onsetError: (earliest.onset - truth.first) / 1_000 }];
  });
  return {
    caught,
    missed: truths.filter((truth) => !caught.some((hit) => hit.truth === truth)),
    falseAlarms: incidents.filter((incident) => !truths.some((truth) => matches(truth, incident))),
    unclosed: incidents.filter((incident) => incident.closed === undefined),
  };
}

export function perfect(score: Score): boolean {
  return score.missed.length === 0 && score.falseAlarms.length === 0 && score.unclosed.length === 0;
}

function incidentsOf(events: readonly SeenEvent[]): SeenIncident[] {
  const text = (event: SeenEvent, key: string): string => String(event.attributes[key] ?? "");
  const ends = new Map(
    events.filter((e) => e.name === "spanwarden.incident.end").map((e) => [text(e, "spanwarden.incident.id"), e.time]),
  );
  return events
    .filter((event) => event.name === "spanwarden.incident.start")
    .map((event) => ({
      id: text(event, "spanwarden.incident.id"),
      kind: text(event, "spanwarden.incident.type"),
      prompt: text(event, "gen_ai.prompt.name"),
      severity: Number(event.attributes["spanwarden.incident.severity"]),
      opened: event.time,
      onset: Date.parse(text(event, "spanwarden.incident.onset.time")),
      closed: ends.get(text(event, "spanwarden.incident.id")),
      reason: text(event, "spanwarden.decision.reason"),
      cause: text(event, "spanwarden.incident.cause"),
    }));
}
