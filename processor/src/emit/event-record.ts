import {
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_NAMESPACE,
} from "@spanwarden/conventions";

import type { Cell } from "../facts/call-fact.ts";

/** An event on its way out: plain data without content, as it is stored and as it is encoded. */
export interface EventRecord {
  /** The key under which it is emitted once. */
  readonly id: string;
  readonly eventName: string;
  /** OTLP's `SeverityNumber`. */
  readonly severityNumber: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly attributes: EventAttributes;
}

export type EventAttributes = Readonly<
  Record<string, string | number | boolean | readonly string[] | readonly number[]>
>;

/** OTLP severity numbers in use. */
export const SEVERITY = { info: 9, warn: 13, error: 17, fatal: 21 } as const;

/** The attributes that are known. */
export function knownAttributes(
  attributes: Readonly<Record<string, EventAttributes[string] | undefined>>,
): EventAttributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** What an event is about. */
export function subjectAttributes(cell: Cell): EventAttributes {
  return knownAttributes({
    [ATTR_SERVICE_NAMESPACE]: cell.namespace || undefined,
    [ATTR_SERVICE_NAME]: cell.service,
    [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: cell.environment || undefined,
    [ATTR_GEN_AI_OPERATION_NAME]: cell.operation,
    [ATTR_GEN_AI_PROMPT_NAME]: promptName(cell),
  });
}

/** `undefined` for calls without a named prompt. */
export function promptName(cell: Cell): string | undefined {
  return cell.prompt === "-" ? undefined : cell.prompt;
}
