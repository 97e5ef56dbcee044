import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { parseConfig } from "../src/config.ts";

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/** Optional keys, which a parsed configuration does not show. */
const OPTIONAL = [
  "forward.endpoint",
  "forward.tls.ca_file",
  "forward.tls.cert_file",
  "forward.tls.key_file",
  "export.endpoint",
  "store.directory",
  "safety.policy_file",
  "receiver.grpc_port",
  "input.default",
  "receiver.tls.cert_file",
  "receiver.tls.key_file",
  "receiver.tls.client_ca_file",
  "receiver.tls.min_version",
  "receiver.auth.bearer_token_file",
  "receiver.auth.bearer_token_env",
];

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const rows = new Map(
  [...readme.matchAll(/^\| `([a-z_.]+)` +\| (.*?) +\|/gm)].map(([, key = "", shown = ""]) => [key, shown] as const),
);

const config = parseConfig({ forward: { endpoint: "http://localhost" } });
// One destination stands for each of a list.
const keys = leaves({ ...config, forward: config.forward?.[0] }, "").filter(
  ([key]) => !OPTIONAL.includes(key) && key !== "forward.tls",
);

it.each(keys)("the README tells of %s and its default", (key, value) => {
  expect(rows.get(key)).toMatch(readings(value));
});

it("the README tells of no key that does not exist", () => {
  const known = new Set([...keys.map(([key]) => key), ...OPTIONAL]);
  expect([...rows.keys()].filter((key) => key.includes(".") && !known.has(key))).toEqual([]);
});

function leaves(value: unknown, path: string): (readonly [string, unknown])[] {
  // One listener stands for the list of them.
  if (path === "receiver" && Array.isArray(value)) return leaves(value[0], path);
  const isBranch =
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (!isBranch) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

/** How a default may be written: a number as itself, as a duration in any unit, or as a size; a list in words. */
function readings(value: unknown): RegExp {
  if (typeof value === "object") return /./;
  if (typeof value !== "number") return new RegExp(`^\`${JSON.stringify(value).replaceAll('"', "")}\`$`);
  const durations = UNITS.map(([unit, size]) => `${value / size}${unit}`);
  return new RegExp(
    `^(?:\`(?:${[value, ...durations].join("|")})\`|${value / 1_024 / 1_024} MiB|${value / 1_024 ** 3} GiB)$`,
  );
}
