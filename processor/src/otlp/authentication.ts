import { hash, timingSafeEqual } from "node:crypto";

import { SpanwardenError } from "../errors.ts";
import type { ListenerConfig } from "./receiver-config.ts";
import { WatchedFile } from "./watched-file.ts";

/** Knows the bearer tokens that a listener accepts. Tokens are compared by their digests, in constant time. */
export class Authentication {
  /** What is told where there is no token. */
  readonly #expected: string;
  readonly #file: WatchedFile | undefined;
  #digests: readonly Buffer[];

  /** Throws CONFIG_INVALID, naming `key`, where there is no token. */
  constructor(
    key: string,
    { bearer_token_file: file, bearer_token_env: variable = "" }: NonNullable<ListenerConfig["auth"]>,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.#file = file === undefined ? undefined : new WatchedFile(`${key}.bearer_token_file`, file);
    const source = file === undefined ? "bearer_token_env" : "bearer_token_file";
    this.#expected = `${key}.${source}: expected a bearer token in ${file ?? variable}`;
    this.#digests = this.#required(this.#file?.text ?? env[variable] ?? "");
  }

  /** Whether the value of an `authorization` header holds a token that is accepted. */
  accepts(header: string | undefined): boolean {
    const token = /^bearer +(\S+) *$/i.exec(header ?? "")?.[1];
    if (token === undefined) return false;
    const given = digestOf(token);
    // Every token is compared, so that the time tells nothing of which one it was.
    return this.#digests.map((digest) => timingSafeEqual(digest, given)).includes(true);
  }

  /** Takes over the file's tokens where it has changed; true where it was. Throws CONFIG_INVALID where none is left. */
  refresh(): boolean {
    if (this.#file?.refresh() !== true) return false;
    this.#digests = this.#required(this.#file.text);
    return true;
  }

  #required(text: string): readonly Buffer[] {
    const digests = digestsOf(text);
    if (digests.length > 0) return digests;
    throw new SpanwardenError("CONFIG_INVALID", this.#expected);
  }
}

function digestsOf(text: string): readonly Buffer[] {
  return text
    .split(/\s+/)
    .filter((token) => token !== "")
    .map(digestOf);
}

function digestOf(token: string): Buffer {
  return hash("sha256", token, "buffer");
}
