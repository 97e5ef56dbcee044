import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, it } from "vitest";

import { RejectedFiles } from "../../src/forward/rejected-files.ts";
import { requestOf } from "./requests.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spanwarden-rejected-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const request = (text: string) => requestOf([], { body: Buffer.from(text) });

it("keeps each request as it was, under a name that tells when and what", () => {
  const files = new RejectedFiles(directory, 100);
  files.add(request("a"), Date.UTC(2026, 0, 2, 3, 4, 5, 6));
  files.add(requestOf([], { body: Buffer.from("{}"), signal: "logs", contentType: "application/json" }), 0);
  const names = ["1970-01-01T00-00-00-000Z-000001-logs.json", "2026-01-02T03-04-05-006Z-000000-traces.pb"];
  expect(readdirSync(directory).toSorted()).toEqual(names);
  expect(readFileSync(join(directory, names[1] ?? ""), "utf8")).toBe("a");
});

it("makes room by its oldest, those of an earlier process too", () => {
  new RejectedFiles(directory, 10).add(request("12345"), 1);
  const files = new RejectedFiles(directory, 10);
  files.add(request("abcde"), 2);
  files.add(request("x"), 3);
  expect([files.bytes, readdirSync(directory).length]).toEqual([6, 2]);
});

it("does not keep what is larger than its bound, or where the disk refuses", () => {
  const files = new RejectedFiles(directory, 4);
  expect([files.add(request("12345"), 1), files.bytes]).toEqual([undefined, 0]);
  rmSync(directory, { recursive: true });
  expect(files.add(request("1"), 1)).toBeUndefined();
});
