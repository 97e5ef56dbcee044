import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

import {
  canonicalJson,
  checksum,
  decodedText,
  promptChecksums,
  toolCallsChecksum,
  type CallRequest,
  type ChecksumOptions,
  type ChecksumSubject,
  type ContentState,
  type Message,
  type MessagePart,
  type ToolDefinition,
} from "@spanwarden/conventions";
import { describe, expect, it } from "vitest";

interface Hashes {
  readonly canonical: string;
  readonly sha256: string;
  readonly "hmac-sha256": string;
}

/** Parts as in `MessagePart`, with strings for texts. */
interface PlainMessage {
  readonly role: string;
  readonly parts: readonly Readonly<Record<string, string>>[];
}

interface PlainCall {
  readonly template?: string;
  readonly request: CallRequest;
  readonly content: {
    readonly state: ContentState;
    readonly systemInstructions: readonly string[];
    readonly input: readonly PlainMessage[];
    readonly output: readonly PlainMessage[];
    readonly tools: readonly ToolDefinition[];
  };
}

interface Vectors {
  readonly hmac_key: string;
  readonly values: readonly ({ readonly name: string; readonly value: unknown } & Hashes)[];
  readonly calls: readonly {
    readonly name: string;
    readonly call: PlainCall;
    readonly expected: Readonly<Record<string, Hashes | null>>;
  }[];
}

const vectors = JSON.parse(readFileSync(new URL("../../checksum-vectors.json", import.meta.url), "utf8")) as Vectors;
const MODES: readonly ChecksumOptions[] = [{ mode: "sha256" }, { mode: "hmac-sha256", key: vectors.hmac_key }];

function hashesOf(canonical: string): Hashes {
  return {
    canonical,
    sha256: `sha256:${createHash("sha256").update(canonical, "utf8").digest("hex")}`,
    "hmac-sha256": `hmac-sha256:${createHmac("sha256", vectors.hmac_key).update(canonical, "utf8").digest("hex")}`,
  };
}

function messageOf({ role, parts }: PlainMessage): Message {
  return { role, parts: parts.map(partOf) };
}

function partOf({ kind, text = "", arguments: args = "", ...rest }: Readonly<Record<string, string>>): MessagePart {
  return { kind, ...rest, text: decodedText(text), arguments: decodedText(args) } as unknown as MessagePart;
}

function subjectOf({ template, request, content }: PlainCall): ChecksumSubject {
  return {
    template,
    request,
    content: {
      ...content,
      systemInstructions: content.systemInstructions.map((text) => decodedText(text)),
      input: content.input.map(messageOf),
      output: content.output.map(messageOf),
    },
  };
}

describe("published values", () => {
  it.each(vectors.values)("$name", ({ value, canonical, ...published }) => {
    expect({ canonical, ...published }).toMatchObject(hashesOf(canonical));
    expect(canonicalJson(value)).toBe(canonical);
    for (const options of MODES) expect(checksum(value, options)).toBe(hashesOf(canonical)[options.mode as "sha256"]);
  });
});

describe("published calls", () => {
  it.each(vectors.calls)("$name", ({ call, expected }) => {
    const subject = subjectOf(call);
    for (const options of MODES) {
      const made = promptChecksums(subject, options);
      const named: Readonly<Record<string, string | undefined>> = {
        template: made.templateChecksum,
        rendered: made.renderedChecksum,
        system_instructions: made.systemInstructionsChecksum,
        tool_definitions: made.toolDefinitionsChecksum,
        parameters: made.parametersChecksum,
        tool_calls: toolCallsChecksum(subject.content.output, options),
      };
      expect(Object.keys(named).toSorted()).toEqual(Object.keys(expected).toSorted());
      const published = Object.entries(expected).map(([name, hashes]) => [name, hashes?.[options.mode as "sha256"]]);
      expect(named).toEqual(Object.fromEntries(published));
    }
    const canonical = Object.values(expected).filter((hashes) => hashes !== null);
    expect(canonical).toEqual(canonical.map((hashes) => hashesOf(hashes.canonical)));
  });
});
