import type { Attributes, HrTime } from "@opentelemetry/api";
import { JsonLogsSerializer, ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from "@spanwarden/conventions";

import type { EventRecord } from "./event-record.ts";

/** Who sends: this process of spanwarden, not the service an event is about. */
export interface EventSource {
  readonly instanceId: string;
  readonly version: string;
  readonly schemaUrl: string;
}

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

/** `OTEL_EXPORTER_OTLP_PROTOCOL`, as far as it is understood. */
export type Protocol = "http/protobuf" | "http/json";

/**
 * Encodes events as an `ExportLogsServiceRequest`. `observed` is in milliseconds since the epoch.
 * A trace or span id that is not valid hexadecimal is left out: the receiver would refuse the whole batch.
 */
export function encodeLogs(
  events: readonly EventRecord[],
  source: EventSource,
  observed: number,
  protocol: Protocol = "http/protobuf",
): Uint8Array {
  // The serializer groups records by the identity of these two objects.
  const resource = resourceFromAttributes(
    {
      [ATTR_SERVICE_NAME]: "spanwarden",
      [ATTR_SERVICE_INSTANCE_ID]: source.instanceId,
      [ATTR_SERVICE_VERSION]: source.version,
    },
    { schemaUrl: source.schemaUrl },
  );
  const instrumentationScope = {
    name: "@spanwarden/processor",
    version: source.version,
    schemaUrl: source.schemaUrl,
  };
  const records = events.map((event): ReadableLogRecord => ({
    hrTime: hrTime(event.time),
    hrTimeObserved: hrTime(observed),
    severityNumber: event.severityNumber,
    eventName: event.eventName,
    attributes: event.attributes as Attributes,
    droppedAttributesCount: 0,
    resource,
    instrumentationScope,
    ...spanContext(event),
  }));
  const serializer = protocol === "http/json" ? JsonLogsSerializer : ProtobufLogsSerializer;
  return serializer.serializeRequest(records) ?? new Uint8Array();
}

function spanContext({ traceId = "", spanId = "" }: EventRecord): Pick<ReadableLogRecord, "spanContext"> {
  if (!TRACE_ID.test(traceId)) return {};
  return { spanContext: { traceId, spanId: SPAN_ID.test(spanId) ? spanId : "", traceFlags: 0 } };
}

function hrTime(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1_000);
  return [seconds, Math.round((milliseconds - seconds * 1_000) * 1_000_000)];
}
