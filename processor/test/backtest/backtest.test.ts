import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize } from "node:v8";
import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { backtest } from "../../src/backtest/backtest.ts";
import type { Outcome } from "../../src/backtest/outcome.ts";
import { parseConfig } from "../../src/config.ts";
import { Judgement } from "../../src/judgement.ts";
import { Store } from "../../src/store/store.ts";
import { lineOf, T0, type DumpedCall } from "./dump.ts";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "backtest-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const silent = { write: () => undefined };
const never = (): boolean => false;

/** Calls ten seconds apart, of which those from `from` to `to` fail. */
function calls(count: number, from: number, to: number, service = "support"): DumpedCall[] {
  return Array.from({ length: count }, (_, n) => ({
    end: T0 + n * 10_000,
    service,
    failed: n >= from && n < to,
    answer: "Your order is packed and waits for the courier.",
  }));
}

function linesOf(all: readonly DumpedCall[], seed = 1): string {
  const lines: string[] = [];
  for (let n = 0; n < all.length; n += 5) lines.push(lineOf(all.slice(n, n + 5), seed + n));
  return lines.join("");
}

function write(name: string, content: string | Buffer): string {
  const file = join(directory, name);
  writeFileSync(file, content);
  return file;
}

async function run(...args: readonly string[]): Promise<Outcome & { readonly text: string }> {
  const json = join(directory, "outcome.json");
  const text = await backtest([...args, "--json", json], silent, never);
  return { ...(JSON.parse(readFileSync(json, "utf8")) as Outcome), text };
}

const FAULT = calls(1_000, 700, 760);

describe("a backtest", () => {
  it("finds the outage in a dump, at its time, and says what it rests on", async () => {
    const { incidents, pages, totals, text, learning } = await run(write("fault.jsonl", linesOf(FAULT)));
    expect(incidents.map(({ kind, rules }) => [kind, rules])).toEqual([["outage", ["error_share"]]]);
    expect(Math.abs((incidents[0]?.onset.time ?? 0) - (T0 + 7_000_000))).toBeLessThan(60_000);
    expect([pages.outage.count, totals.calls, learning]).toEqual([1, 1_000, []]);
    expect(text).toMatch(/PAGE +outage severity 1 +support \/ chat/);
    expect(text).toMatch(/1000 model calls/);
  });

  it("says that a short dump leaves its cells learning", async () => {
    const { learning, cells, text } = await run(write("short.jsonl", linesOf(calls(100, 0, 0))));
    expect([learning[0]?.missing, cells]).toEqual([400, 1]);
    expect(text).toContain("support / chat / -: 100 calls, 400 missing");
  });

  it("is the same for one file, several, and a directory of them, compressed or not", async () => {
    const whole = await run(
      write("whole.jsonl", linesOf([...FAULT, ...calls(1_000, 0, 0, "search")].toSorted((a, b) => a.end - b.end))),
    );
    const parts = join(directory, "parts-a.jsonl");
    writeFileSync(parts, linesOf(FAULT));
    const other = write("parts-b.jsonl.gz", gzipSync(linesOf(calls(1_000, 0, 0, "search"), 10_000)));
    const merged = await run(parts, other);
    const seen = ({ incidents, totals }: Outcome): unknown => [
      incidents.map(({ kind, cell }) => [kind, cell]),
      totals.calls,
    ];
    expect(seen(merged)).toEqual(seen(whole));
    // Requests end where they ended when they were recorded, by at most half a minute.
    expect(Math.abs((merged.incidents[0]?.openedAt ?? 0) - (whole.incidents[0]?.openedAt ?? 0))).toBeLessThan(30_000);
    expect(merged.files).toBe(2);
  });

  it("judges a request that holds an hour as if it had come bit by bit", async () => {
    const { incidents } = await run(write("hour.json", lineOf(FAULT, 1)));
    expect(incidents.map(({ kind }) => kind)).toEqual(["outage"]);
  });

  it("names what it cannot read, and loses nothing else", async () => {
    const lines = linesOf(FAULT).split("\n");
    lines.splice(10, 0, "{not json}", '{"other": 1}');
    const { problems, totals } = await run(
      write("damaged.jsonl", lines.join("\n")),
      write("noise.bin", Buffer.from([7, 7, 7])),
    );
    expect(totals.calls).toBe(1_000);
    expect(problems.map(({ file, problem }) => [file.split("/").at(-1), problem])).toEqual(
      expect.arrayContaining([
        ["damaged.jsonl", "not_otlp"],
        ["noise.bin", expect.stringContaining("expected OTLP")],
      ]),
    );
  });

  it.each([
    [[], /expected the name of a file/],
    [["/nowhere/at/all"], /\/nowhere\/at\/all/],
    [["--pages-per-week", "many", "x"], /--pages-per-week/],
  ])("of %j says what was expected", async (args, message) => {
    await expect(backtest(args, silent, never)).rejects.toThrow(message);
  });

  it("that is broken off says so, with what was found until then", async () => {
    let seen = 0;
    const text = await backtest([write("long.jsonl", linesOf(FAULT))], silent, () => ++seen > 100);
    expect(text).toMatch(/^Broken off/);
    expect(Number(/(\d+) model calls/.exec(text)?.[1])).toBeLessThan(1_000);
  });

  it("prints no control characters of a stranger's, and no markup on the page", async () => {
    const service = '<img src=x onerror=alert(1)>\u001B[31m"&';
    const html = join(directory, "page.html");
    const { text } = await run(write("hostile.jsonl", linesOf(calls(1_000, 700, 760, service))), "--html", html);
    expect(text).not.toContain("\u001B");
    const page = readFileSync(html, "utf8");
    expect(page).toContain("&#60;img src");
    expect(page).not.toContain("<img");
  });

  it("tries other thresholds in the same pass", async () => {
    const { sweep } = await run(write("sweep.jsonl", linesOf(calls(800, 600, 640))), "--sweep");
    const shares = sweep.filter(({ rule }) => rule === "error_share");
    expect(shares.map(({ value, isConfigured }) => [value, isConfigured])).toEqual([
      [0.02, false],
      [0.05, true],
      [0.1, false],
      [0.2, false],
    ]);
    const delays = shares.map(({ delay }) => delay ?? Number.NaN);
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  });
});

describe("what a backtest learns", () => {
  const config = (name: string): string => write(`${name}.yaml`, `store: { directory: ${join(directory, name)} }\n`);

  it("is what a processor begins with: cells that judge, no incident open", async () => {
    const open = calls(1_000, 980, 1_000);
    const text = await backtest(
      [write("learn.jsonl", linesOf(open)), "--config", config("state"), "--learn"],
      silent,
      never,
    );
    expect(text).toContain("Baselines of 1 cells");
    const store = new Store(join(directory, "state"));
    const checkpoint = store.latestCheckpoint();
    store.close();
    const { detection, incidents } = parseConfig({});
    const judgement = new Judgement(detection, incidents);
    expect(judgement.restore(deserialize(checkpoint?.state ?? new Uint8Array()))).toBe(true);
    expect([judgement.openIncidents(), judgement.cells.learning, judgement.totals.calls]).toEqual([[], [], 0]);
  });

  it("replaces what was learned before only when it is told to", async () => {
    const args = [write("again.jsonl", linesOf(calls(600, 0, 0))), "--config", config("kept"), "--learn"];
    await backtest(args, silent, never);
    await expect(backtest(args, silent, never)).rejects.toThrow(/--replace/);
    await expect(backtest([...args, "--replace"], silent, never)).resolves.toContain("Baselines");
  });

  it("needs a directory", async () => {
    await expect(backtest([write("none.jsonl", linesOf(calls(10, 0, 0))), "--learn"], silent, never)).rejects.toThrow(
      /store\.directory/,
    );
  });
});
