import { context, diag, trace, type DiagLogger } from "@opentelemetry/api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { withCaller } from "../src/context/call-context.ts";
import { seam } from "../src/fetch/instrument-fetch.ts";
import { recordFeedback, type Feedback } from "../src/record-feedback.ts";
import { Telemetry } from "./telemetry.ts";

const telemetry = new Telemetry();
const warnings: string[] = [];
const nothing = (): void => {};
const logger: DiagLogger = {
  error: nothing,
  warn: (message) => void warnings.push(message),
  info: nothing,
  debug: nothing,
  verbose: nothing,
};

beforeAll(() => {
  diag.setLogger(logger);
  telemetry.start();
});
afterAll(async () => {
  await telemetry.stop();
  diag.disable();
  seam.configure({});
});
beforeEach(() => {
  telemetry.clear();
  warnings.length = 0;
  seam.configure({});
});

const ANSWER = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };

describe("feedback", () => {
  it("is an evaluation by a person, of the span that it names", () => {
    recordFeedback({ spanContext: ANSWER, name: "helpful", score: 0 });
    const [record] = telemetry.records;
    expect(record).toMatchObject({ eventName: "gen_ai.evaluation.result", spanContext: ANSWER });
    expect(record?.attributes).toEqual({
      "gen_ai.evaluation.name": "helpful",
      "gen_ai.evaluation.score.value": 0,
      "spanwarden.evaluator.type": "human",
    });
  });

  it("known by the answer's id is not of the span of the request that brings it", () => {
    const server = trace.getTracer("app").startSpan("POST /feedback");
    context.with(trace.setSpan(context.active(), server), () =>
      recordFeedback({ responseId: "msg_1", name: "thumbs", label: "fail" }),
    );
    server.end();
    const [record] = telemetry.records;
    expect(record?.spanContext).toBeUndefined();
    expect(record?.attributes).toMatchObject({
      "gen_ai.response.id": "msg_1",
      "gen_ai.evaluation.score.label": "fail",
    });
  });

  it("names its user hashed, and leaves the person's words out unless content is captured", () => {
    const given = { responseId: "msg_1", name: "unsafe", label: "fail", comment: "it told me to mix them" };
    withCaller({ user: "ada" }, () => recordFeedback(given));
    const [record] = telemetry.records;
    expect(record?.attributes["spanwarden.caller.user"]).toMatch(/^sha256:/);
    expect(JSON.stringify(record?.attributes)).not.toMatch(/ada|mix/);
    seam.configure({ captureContent: true });
    recordFeedback(given);
    expect(telemetry.records[1]?.attributes["gen_ai.evaluation.explanation"]).toBe(given.comment);
  });

  it.each<[Feedback, RegExp]>([
    [{ name: "", responseId: "r", score: 1 }, /name/],
    [{ name: "helpful", responseId: "r" }, /score/],
    [{ name: "helpful", responseId: "r", score: Number.NaN }, /score/],
    [{ name: "helpful", score: 1 }, /responseId or spanContext/],
  ])("%j is not recorded, and diagnostics say why", (feedback, why) => {
    recordFeedback(feedback);
    expect(telemetry.records).toEqual([]);
    expect(warnings.join("\n")).toMatch(why);
  });

  it("of the wrong type does not throw", () => {
    expect(() => recordFeedback(undefined as unknown as Feedback)).not.toThrow();
  });
});
