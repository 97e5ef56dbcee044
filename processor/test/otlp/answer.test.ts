import { JsonTraceSerializer, ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { errorBody, readPartialSuccess, successBody, type ContentType } from "../../src/otlp/answer.ts";
import { encode, integer, message, text } from "./wire.ts";

const types: readonly ContentType[] = ["application/x-protobuf", "application/json"];
const partial = { rejected: 300, message: "zu groß" };

describe("successBody", () => {
  it("is empty in protobuf and an empty object in JSON where everything was taken", () => {
    expect(successBody("application/x-protobuf", "traces")).toHaveLength(0);
    expect(Buffer.from(successBody("application/json", "traces")).toString()).toBe("{}");
  });

  it("is a partial success that the OpenTelemetry SDK reads", () => {
    const read = ProtobufTraceSerializer.deserializeResponse(successBody("application/x-protobuf", "traces", partial));
    expect(read.partialSuccess).toMatchObject({ rejectedSpans: 300, errorMessage: "zu groß" });
    const logs = ProtobufLogsSerializer.deserializeResponse(successBody("application/x-protobuf", "logs", partial));
    expect(logs.partialSuccess).toMatchObject({ rejectedLogRecords: 300, errorMessage: "zu groß" });
    const json = JsonTraceSerializer.deserializeResponse(successBody("application/json", "traces", partial));
    expect(json.partialSuccess).toMatchObject({ rejectedSpans: "300", errorMessage: "zu groß" });
  });
});

describe("errorBody", () => {
  it("is a google.rpc.Status", () => {
    expect(Buffer.from(errorBody("application/x-protobuf", 3, "no"))).toEqual(encode([integer(1, 3), text(2, "no")]));
    expect(JSON.parse(Buffer.from(errorBody("application/json", 3, "no")).toString())).toEqual({
      code: 3,
      message: "no",
    });
  });
});

describe("readPartialSuccess", () => {
  it.each(types.flatMap((type) => [[type, "traces"] as const, [type, "logs"] as const]))(
    "reads what was written as %s for %s",
    (type, signal) => {
      expect(readPartialSuccess(type, successBody(type, signal, partial))).toEqual(partial);
      expect(readPartialSuccess(type, successBody(type, signal))).toBeUndefined();
    },
  );

  it("has none where nothing was rejected: a warning is no loss", () => {
    const warning = encode([message(1, text(2, "deprecated"))]);
    expect(readPartialSuccess("application/x-protobuf", warning)).toBeUndefined();
    const json = Buffer.from('{"partialSuccess":{"errorMessage":"deprecated"}}');
    expect(readPartialSuccess("application/json", json)).toBeUndefined();
  });

  it("passes over fields it does not know", () => {
    const body = encode([integer(9, 1), message(1, integer(9, 1), integer(1, 2))]);
    expect(readPartialSuccess("application/x-protobuf", body)).toEqual({ rejected: 2, message: "" });
  });

  it.each(["null", '{"partialSuccess":null}', "[]", "{", '{"partialSuccess":{"rejectedSpans":"x"}}'])(
    "does not fail on %s",
    (body) => {
      expect(readPartialSuccess("application/json", Buffer.from(body))).toBeUndefined();
    },
  );

  it("does not fail on any bytes", () => {
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 40 }), (type, bytes) => {
        expect(() => readPartialSuccess(type, bytes)).not.toThrow();
      }),
      { numRuns: 500 },
    );
  });
});
