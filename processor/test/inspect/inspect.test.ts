import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { afterAll, describe, expect, it } from "vitest";

import { inspect } from "../../src/inspect/inspect.ts";
import type { Report } from "../../src/inspect/inspection.ts";
import { request, stream, type Attributes } from "./dump.ts";

const CHAT = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "gpt-4o" };

async function report(...spans: readonly Attributes[]): Promise<Report> {
  return JSON.parse(await inspect(["-", "--json"], stream(JSON.stringify(request(...spans))))) as Report;
}

describe("the report", () => {
  it("counts calls by what they are, and the fields that they have", async () => {
    const usage = { "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 2 };
    expect(
      await report({ ...CHAT, ...usage }, CHAT, { "llm.request.type": "embedding" }, { "http.route": "/" }),
    ).toMatchObject({
      spans: 4,
      calls: 3,
      by: {
        dialect: { opentelemetry: 2, openllmetry: 1 },
        operation: { chat: 2, embeddings: 1 },
        provider: { openai: 2, "(none)": 1 },
        model: { "gpt-4o": 2, "(none)": 1 },
      },
      fields: { "request model": 2, "input tokens": 1, user: 0 },
      tokens: { input: 10, output: 2 },
    });
  });

  it("says why what tells of a call does not count", async () => {
    const again = { ...CHAT, "gen_ai.response.id": "r" };
    const dump = request(again, { "ai.operationId": "ai.generateText" });
    const text = `${JSON.stringify(dump)}\n${JSON.stringify(dump)}`;
    const { calls, notCounted } = JSON.parse(await inspect(["-", "--json"], stream(text))) as Report;
    expect({ calls, notCounted }).toEqual({ calls: 1, notCounted: { repeat: 1, wraps: 2 } });
  });

  it("names what gave a missed call away, and no value of it", async () => {
    const { missed, otherOperations } = await report(
      { "llm.vendor": "x", "llm.usage.prompt_tokens": 7, "llm.prompts.0.content": "my secret" },
      { "gen_ai.operation.name": "invoke_agent" },
      { "user.id": "u", "langfuse.user.id": "u" },
    );
    expect(missed).toEqual({
      spans: 1,
      reasons: { no_dialect: 1 },
      attributes: { "llm.prompts.N.content": 1, "llm.usage.prompt_tokens": 1 },
    });
    expect(otherOperations).toEqual({ invoke_agent: 1 });
  });

  it("names attributes of calls that nothing reads; not those in whose place another stood", async () => {
    const { unread } = await report({ ...CHAT, "gen_ai.system": "openai", "gen_ai.new.thing": "x", "app.own": "y" });
    expect(unread).toEqual({ "gen_ai.new.thing": 1 });
  });
});

it("prints nothing that a terminal takes for a command, and no content", async () => {
  const spans = [
    {
      ...CHAT,
      "gen_ai.request.model": "\u001b]0;x\u0007\u009b2J\u202eevil",
      "gen_ai.output.messages": '["my secret"]',
    },
    { ...CHAT, "gen_ai.\u001b[2J.prompt": "my secret", "gen_ai.request.model": "m".repeat(1_000) },
  ];
  for (const options of [[], ["--json"]]) {
    const printed = await inspect(["-", ...options], stream(JSON.stringify(request(...spans))));
    expect(printed).not.toContain("my secret");
    expect(printed).not.toMatch(/[^\P{C}\n]/u);
    expect(printed).not.toContain("m".repeat(101));
    expect(printed).toContain("u{1b}");
  }
});

it("keeps a bounded number of names", async () => {
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`gen_ai.new.x${n}`, "v"]));
  const { unread } = await report({ ...CHAT, ...many });
  expect(Object.keys(unread)).toHaveLength(501);
  expect(unread["_OTHER"]).toBe(1_500);
});

describe("the command", () => {
  const directory = mkdtempSync(join(tmpdir(), "spanwarden-inspect-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

  async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    try {
      const node = ["--conditions=spanwarden-source", main, "inspect", ...args];
      return { code: 0, ...(await promisify(execFile)(process.execPath, node)) };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, stdout, stderr };
    }
  }

  it("ends with 0 and the report", async () => {
    const file = join(directory, "dump.jsonl");
    writeFileSync(file, JSON.stringify(request(CHAT)));
    const { code, stdout } = await run(file, file);
    expect([code, stdout]).toEqual([0, expect.stringContaining("1 model calls")]);
  });

  it("ends with 2 where its input cannot be read", async () => {
    const { code, stderr } = await run(join(directory, "none"));
    expect([code, stderr]).toEqual([2, expect.stringContaining("no such file")]);
  });

  it("says what is wrong, without what a terminal takes for a command", async () => {
    const wrong = join(directory, "wrong\u001b[2J");
    writeFileSync(wrong, '{"a":1}');
    await expect(inspect([], stream(""))).rejects.toThrow("expected the name of a file");
    await expect(inspect(["--what"], stream(""))).rejects.toThrow("--what");
    await expect(inspect([wrong], stream(""))).rejects.toThrow("wrong\\u001b[2J");
  });
});
