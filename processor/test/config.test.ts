import { describe, expect, it } from "vitest";

import { parseConfig, readConfig } from "../src/config.ts";
import { SpanwardenError } from "../src/errors.ts";

function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof SpanwardenError && error.code === "CONFIG_INVALID") return error.message;
    throw error;
  }
  throw new Error("was accepted");
}

describe("a configuration", () => {
  it("is complete though nothing is written", () => {
    expect(parseConfig({})).toMatchObject({
      receiver: [{ host: "127.0.0.1", port: 4318, max_concurrent_requests: 64 }],
      export: { headers: {}, protocol: "http/protobuf", metrics_interval: 60_000 },
      facts: { allowed_lateness: 120_000, max_age: 172_800_000 },
      store: { checkpoint_interval: 10_000 },
      cost: { prices: [] },
      trust_signals: [],
      stop_deadline: 10_000,
      log: { level: "info" },
    });
    expect(parseConfig({})).not.toHaveProperty("forward");
    expect(parseConfig({})).not.toHaveProperty("store.directory");
    expect(readConfig("", {}, "x.yaml")).toEqual(parseConfig({}));
    expect(readConfig("# nothing\n", {}, "x.yaml")).toEqual(parseConfig({}));
  });

  it("is what is written, and defaults for the rest", () => {
    const text =
      "receiver:\n  port: 0\nforward:\n  endpoint: http://collector:4318\n  timeout: 2s\nstop_deadline: 1m\n";
    expect(readConfig(text, {}, "x.yaml")).toMatchObject({
      receiver: [{ host: "127.0.0.1", port: 0 }],
      forward: [{ endpoint: "http://collector:4318", timeout: 2_000, attempts: 3, compression: "auto", headers: {} }],
      stop_deadline: 60_000,
    });
  });
});

describe("a mistake", () => {
  it.each<[string, unknown, RegExp]>([
    ["a number out of range", { receiver: { port: 70_000 } }, /receiver\.port: got 70000; .*65535/],
    [
      "a text for a number",
      { receiver: { port: "80" } },
      /receiver\.port: got "80"; expected int|receiver\.port: got "80"; expected number/,
    ],
    [
      "a duration that is none",
      { stop_deadline: "soon" },
      /stop_deadline: got "soon"; expected a duration such as "250ms"/,
    ],
    [
      "a page that nobody serves",
      { receiver: { grpc_port: 0 }, export: { prometheus: true } },
      /export\.prometheus: got true; expected a listener for OTLP\/HTTP/,
    ],
    [
      "a time out of range",
      { receiver: [{}, { request_timeout: "2h" }] },
      /receiver\.1\.request_timeout: got "2h"; expected 100ms to 1h/,
    ],
    ["a number for a duration", { stop_deadline: 5 }, /stop_deadline: got 5; expected a duration such as/],
    ["a word that is not offered", { log: { level: "loud" } }, /log\.level: got "loud"; .*"debug"\|"info"/],
    [
      "an address that is none",
      { forward: { endpoint: "collector" } },
      /forward\.endpoint: got "collector"; expected an http or https address/,
    ],
    ["an address of another protocol", { forward: { endpoint: "ftp://x" } }, /forward\.endpoint: got "ftp:\/\/x"/],
    ["what is missing", { forward: {} }, /forward\.endpoint: got nothing; expected an http or https address/],
    [
      "an item of a list",
      { cost: { prices: [{ model: "m", input: -1, output: 0 }] } },
      /cost\.prices\.0\.input: got -1; .*>=0/,
    ],
    ["a list for a section", { store: [] }, /store: got \[\]; expected object/],
    ["no listener at all", { receiver: [] }, /receiver: got \[\]; .*>=1 item/],
    ["a key of the second listener", { receiver: [{}, { port: -1 }] }, /receiver\.1\.port: got -1/],
    ["half of a certificate", { receiver: { tls: { cert_file: "a" } } }, /receiver\.tls\.key_file: got nothing/],
    ["a listener with two kinds of token", { receiver: { auth: {} } }, /receiver\.auth: got \{\}; expected either/],
    [
      "a key of one of several destinations",
      { forward: [{ endpoint: "http://a" }, { name: "b", endpoint: "b" }], store: { directory: "x" } },
      /forward\.1\.endpoint: got "b"; expected an http or https address/,
    ],
    [
      "two destinations of one name",
      { forward: [{ endpoint: "http://a" }, { endpoint: "http://b" }], store: { directory: "x" } },
      /forward\.1\.name: .*expected a name that no other destination has/,
    ],
    [
      "several destinations without a directory",
      { forward: [{ endpoint: "http://a" }, { name: "b", endpoint: "http://b" }] },
      /store\.directory: got nothing; expected a directory, for each of several destinations/,
    ],
    [
      "destinations of which none takes our events",
      { forward: { endpoint: "http://a", protocol: "grpc" } },
      /export\.endpoint: got nothing; expected an address for our events/,
    ],
    [
      "a path where gRPC has none",
      { forward: { endpoint: "http://a/otlp", protocol: "grpc" } },
      /forward\.endpoint: .*no path/,
    ],
    [
      "a certificate without its key",
      { forward: { endpoint: "https://a", protocol: "grpc", tls: { cert_file: "x" } } },
      /forward\.tls: .*together/,
    ],
    [
      "a queue that holds no request",
      { forward: { endpoint: "http://a", queue: { max_bytes: 100_000 } } },
      /forward\.queue\.max_bytes: .*at least twice max_request_bytes/,
    ],
    [
      "a header that would be refused with every request, without its value",
      { forward: { endpoint: "http://a", headers: { authorization: "s3cret\n" } } },
      /forward\.headers\.authorization: got a value; expected the value of a header, on one line/,
    ],
    ["an unknown key", { recever: {} }, /unknown key "recever"; expected one that the README lists/],
    ["unknown keys of a section", { receiver: { prot: 1, hots: 2 } }, /unknown key "prot", "hots" in receiver;/],
    ["no configuration", "text", /got "text"; expected object/],
  ])("is told with its key, its value and what was expected: %s", (_, input, expected) => {
    expect(messageOf(() => parseConfig(input, "x.yaml"))).toMatch(expected);
  });

  it("does not hide another one", () => {
    const message = messageOf(() => parseConfig({ receiver: { port: -1 }, log: { level: 7 }, foo: 1 }, "x.yaml"));
    expect(message.split("\n")).toEqual([
      "x.yaml is wrong:",
      expect.stringContaining("receiver.port"),
      expect.stringContaining("log.level"),
      expect.stringContaining('"foo"'),
    ]);
  });

  it.each([
    ["whose value is no text", { forward: { endpoint: "http://x", headers: { authorization: ["s3cret"] } } }],
    ["that are no map", { forward: { endpoint: "http://x", headers: "authorization: s3cret" } }],
    ["in a section that is wrong as a whole", { forward: [{ headers: { authorization: "s3cret" } }] }],
    ["of the export", { export: { headers: { authorization: { value: "s3cret" } } } }],
  ])("does not tell what stands in headers %s", (_, input) => {
    const message = messageOf(() => parseConfig(input));
    expect(message).not.toContain("s3cret");
    expect(message).toMatch(/forward|export/);
  });

  it.each([
    ["a bracket that is open", "receiver: {port: 1\n", /^dir\/x\.yaml: line \d+, column \d+: /],
    ["a line that is indented wrongly", "receiver:\n  port: 1\n host: x\n", /^dir\/x\.yaml: line 3, column \d+: /],
    ["a key that stands twice", "log: {}\nlog: {}\n", /^dir\/x\.yaml: line 2, column 1: Map keys must be unique/],
    ["an alias of nothing", "log: *other\n", /^dir\/x\.yaml: .*alias/],
    ["two documents", "log: {}\n---\nlog: {}\n", /^dir\/x\.yaml: line \d/],
  ])("of YAML is told with the file and the place: %s", (_, text, expected) => {
    expect(messageOf(() => readConfig(text, {}, "dir/x.yaml"))).toMatch(expected);
  });

  it("of YAML beside a credential does not tell it", () => {
    const texts = [
      'forward:\n  headers:\n    authorization: "s3cret" }\n',
      "forward:\n  headers:\n    authorization: s3cret: x\n",
      "forward: { headers: { authorization: s3cret\n",
      "forward:\n  headers:\n    authorization: 's3cret\n",
      "forward:\n  headers:\n\tauthorization: s3cret\n",
      "forward:\n  headers:\n    authorization: s3cret\n   x-other: s3cret\n",
    ];
    for (const text of texts) expect(messageOf(() => readConfig(text, {}, "x.yaml"))).not.toContain("s3cret");
  });
});

describe("the environment", () => {
  const forward = (header: string): string =>
    `forward:\n  endpoint: http://\${env:HOST:-collector}:4318\n  headers:\n    authorization: "${header}"\n`;
  const header = (text: string, env: Record<string, string>): unknown =>
    readConfig(forward(text), env, "x.yaml").forward?.[0]?.headers["authorization"];

  it("replaces what refers to it, or the default does", () => {
    expect(header("Bearer ${env:TOKEN}", { TOKEN: "abc" })).toBe("Bearer abc");
    expect(header("${env:A}${env:B}", { A: "1", B: "2" })).toBe("12");
    expect(header("${env:NONE:-}", {})).toBe("");
    expect(header("${env:DIGITS}", { DIGITS: "4711" })).toBe("4711");
    expect(readConfig(forward("x"), {}, "x").forward?.[0]?.endpoint).toBe("http://collector:4318");
    expect(readConfig(forward("x"), { HOST: "other" }, "x").forward?.[0]?.endpoint).toBe("http://other:4318");
  });

  it("is not looked into for anything else, nor twice", () => {
    expect(header("$TOKEN ${TOKEN} ${ENV:TOKEN}", { TOKEN: "abc" })).toBe("$TOKEN ${TOKEN} ${ENV:TOKEN}");
    expect(header("${env:A}", { A: "${env:B}", B: "deep" })).toBe("${env:B}");
  });

  it("that lacks a variable is told, with the key that refers to it", () => {
    expect(messageOf(() => header("Bearer ${env:TOKEN}", {}))).toMatch(
      /forward\.headers\.authorization: expected the environment variable TOKEN to be set/,
    );
    expect(messageOf(() => readConfig("trust_signals: [a, '${env:X}']", {}, "x"))).toContain("trust_signals.1:");
  });

  it("that has it empty has it", () => {
    expect(header("${env:TOKEN:-default}", { TOKEN: "" })).toBe("");
  });

  it("reads a number and a flag in a variable as such", () => {
    const yaml = "receiver: { port: '${env:PORT:-5318}' }\nemit: { derive_usage_metrics: '${env:DERIVE}' }";
    const config = readConfig(yaml, { DERIVE: "true" }, "x");
    expect(config.receiver).toMatchObject([{ port: 5_318 }]);
    expect(config.emit.derive_usage_metrics).toBe(true);
    expect(() => readConfig(yaml, { PORT: "many", DERIVE: "true" }, "x")).toThrow(/receiver\.port: got "many"/);
  });
});
