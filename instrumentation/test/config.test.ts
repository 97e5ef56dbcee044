import { diag, DiagLogLevel, type DiagLogger } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { resolveConfig } from "../src/config.ts";

const CAPTURE = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const warnings: string[] = [];
const silent = (): void => undefined;
const logger: DiagLogger = {
  error: silent,
  warn: (text) => warnings.push(text),
  info: silent,
  debug: silent,
  verbose: silent,
};

beforeEach(() => {
  warnings.length = 0;
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
});
afterEach(() => diag.disable());

describe("the configuration", () => {
  it("captures no content, tells unsampled calls and makes plain checksums by default", () => {
    expect(resolveConfig({}, {})).toEqual({
      captureContent: false,
      unsampledCalls: "event",
      checksum: { mode: "sha256", key: "" },
    });
  });

  it.each([
    ["true", true],
    ["True", true],
    ["1", true],
    ["span", true],
    ["span_only", true],
    ["SPAN_ONLY", true],
    ["SPAN_AND_EVENT", true],
    ["false", false],
    ["0", false],
    ["none", false],
    ["NO_CONTENT", false],
    ["EVENT_ONLY", false],
    ["", false],
  ])("understands every language's spelling of content capture: %s", (value, captureContent) => {
    expect(resolveConfig({}, { [CAPTURE]: value })).toMatchObject({ captureContent });
    expect(warnings).toEqual([]);
  });

  it.each([
    [CAPTURE, "yes please"],
    ["SPANWARDEN_UNSAMPLED_CALLS", "sometimes"],
    ["SPANWARDEN_CHECKSUM", "md5"],
    ["SPANWARDEN_CHECKSUM", "toString"],
  ])("names %s where it does not understand %s, and keeps the default", (name, value) => {
    expect(resolveConfig({}, { [name]: value })).toEqual(resolveConfig({}, {}));
    expect(warnings).toEqual([
      expect.stringMatching(new RegExp(`^${name}: got "${value.toLowerCase()}", expected one of`)),
    ]);
  });

  it("keys checksums where there is a key, and says so where one is missing", () => {
    expect(resolveConfig({}, { SPANWARDEN_CHECKSUM_KEY: "k" }).checksum).toEqual({ mode: "hmac-sha256", key: "k" });
    expect(resolveConfig({}, { SPANWARDEN_CHECKSUM: "off", SPANWARDEN_CHECKSUM_KEY: "k" }).checksum.mode).toBe("off");
    resolveConfig({}, { SPANWARDEN_CHECKSUM: "hmac-sha256" });
    expect(warnings).toEqual([expect.stringContaining("SPANWARDEN_CHECKSUM_KEY")]);
  });

  it("lets code win over the environment", () => {
    expect(resolveConfig({ captureContent: false, unsampledCalls: "none" }, { [CAPTURE]: "true" })).toMatchObject({
      captureContent: false,
      unsampledCalls: "none",
    });
  });
});
