import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Authentication } from "../../src/otlp/authentication.ts";

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "spanwarden-tokens-"));
  file = join(directory, "tokens");
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe("a token", () => {
  const authentication = new Authentication("receiver.auth", { bearer_token_env: "TOKEN" }, { TOKEN: "s3cret" });

  it.each(["Bearer s3cret", "bearer s3cret", "Bearer   s3cret "])("is accepted in %j", (header) => {
    expect(authentication.accepts(header)).toBe(true);
  });

  it.each([undefined, "", "s3cret", "Basic s3cret", "Bearer", "Bearer s3cre", "Bearer s3cret2", "Bearer s3cret x"])(
    "is not in %j",
    (header) => expect(authentication.accepts(header)).toBe(false),
  );
});

describe("a file of tokens", () => {
  const make = (): Authentication => new Authentication("receiver.1.auth", { bearer_token_file: file }, {});

  it("accepts every one of them", () => {
    writeFileSync(file, "old-token\nnew-token\n");
    const authentication = make();
    expect(
      ["old-token", "new-token", "old-token\nnew-token"].map((t) => authentication.accepts(`Bearer ${t}`)),
    ).toEqual([true, true, false]);
  });

  it("is read again when it has changed, and what is gone is accepted no more", () => {
    writeFileSync(file, "old-token");
    const authentication = make();
    expect(authentication.refresh()).toBe(false);
    writeFileSync(file, "a-new-token");
    expect(authentication.refresh()).toBe(true);
    expect(authentication.accepts("Bearer old-token")).toBe(false);
    expect(authentication.accepts("Bearer a-new-token")).toBe(true);
  });

  it("that is emptied, or gone, leaves the tokens as they were", () => {
    writeFileSync(file, "token");
    const authentication = make();
    writeFileSync(file, "\n");
    expect(() => authentication.refresh()).toThrow(/receiver\.1\.auth\.bearer_token_file: expected a bearer token/);
    rmSync(file);
    expect(() => authentication.refresh()).toThrow(/receiver\.1\.auth\.bearer_token_file: cannot read/);
    expect(authentication.accepts("Bearer token")).toBe(true);
  });

  it("that does not exist, or is empty, is told with its key", () => {
    expect(make).toThrow(/receiver\.1\.auth\.bearer_token_file: cannot read ".*tokens"/);
    writeFileSync(file, " \n");
    expect(make).toThrow(/receiver\.1\.auth\.bearer_token_file: expected a bearer token/);
  });

  it("a variable that is not set is told with its name, never with a value", () => {
    expect(() => new Authentication("receiver.auth", { bearer_token_env: "TOKEN" }, { OTHER: "x" })).toThrow(
      /^receiver\.auth\.bearer_token_env: expected a bearer token in TOKEN$/,
    );
  });
});
