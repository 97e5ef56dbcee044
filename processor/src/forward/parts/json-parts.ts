import { SpanwardenError } from "../../errors.ts";
import { parseExact, stringifyExact } from "../../otlp/json/exact-json.ts";
import type { SignalKind } from "../../otlp/outcome.ts";
import type { Parts } from "./parts.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** What the three levels are called. */
const LEVELS = {
  traces: { groups: "resourceSpans", scopes: "scopeSpans", items: "spans" },
  logs: { groups: "resourceLogs", scopes: "scopeLogs", items: "logRecords" },
  metrics: { groups: "resourceMetrics", scopes: "scopeMetrics", items: "metrics" },
} as const satisfies Record<SignalKind, object>;

interface Leaf {
  readonly group: unknown;
  readonly scope: unknown;
  readonly item: unknown;
}

/** Says that a level has no inner one: such a leaf stands for the level itself. */
const NONE = Symbol("none");

/** As `protobufParts`, by value. Throws OTLP_MALFORMED. */
export function jsonParts(signal: SignalKind, bytes: Uint8Array): Parts {
  const { groups, scopes, items } = LEVELS[signal];
  const request = parse(bytes);
  const leaves = listIn(request, groups).flatMap((group) =>
    orNone(listIn(group, scopes)).flatMap((scope) =>
      orNone(listIn(scope, items)).map((item): Leaf => ({ group, scope, item })),
    ),
  );
  const frames = new Map<unknown, number>();
  const frameBytes = (level: unknown, inner: string): number => {
    if (level === NONE) return 0;
    const known = frames.get(level) ?? sizeOf(isObject(level) ? { ...level, [inner]: [] } : level);
    frames.set(level, known);
    return known;
  };
  return {
    count: leaves.length,
    isItem: (index) => leaves[index]?.item !== NONE,
    bytes: (index, first) => {
      const [leaf, before] = [leaves[index], first ? undefined : leaves[index - 1]];
      if (leaf === undefined) return 0;
      let size = leaf.item === NONE ? 0 : sizeOf(leaf.item) + 1;
      if (before === undefined) size += frameBytes(request, groups);
      if (leaf.group !== before?.group) size += frameBytes(leaf.group, scopes) + 1;
      if (leaf.scope !== before?.scope) size += frameBytes(leaf.scope, items) + 1;
      return size;
    },
    encode: (from, to) => encode(signal, request, leaves.slice(from, to)),
  };
}

/** One request with the groups of all; whatever else stands in a request is taken from the first. */
export function mergedJson(signal: SignalKind, bodies: readonly Uint8Array[]): Uint8Array {
  const { groups } = LEVELS[signal];
  const requests = bodies.map(parse);
  return Buffer.from(
    stringifyExact({ ...requests[0], [groups]: requests.flatMap((request) => listIn(request, groups)) }),
  );
}

function encode(signal: SignalKind, request: JsonObject, leaves: readonly Leaf[]): Uint8Array {
  const names = LEVELS[signal];
  const groups: { level: unknown; scopes: { level: unknown; items: unknown[] }[] }[] = [];
  for (const { group, scope, item } of leaves) {
    if (groups.at(-1)?.level !== group) groups.push({ level: group, scopes: [] });
    const { scopes = [] } = groups.at(-1) ?? {};
    if (scope === NONE) continue;
    if (scopes.at(-1)?.level !== scope) scopes.push({ level: scope, items: [] });
    if (item !== NONE) scopes.at(-1)?.items.push(item);
  }
  const encoded = groups.map(({ level, scopes }) =>
    filled(
      level,
      names.scopes,
      scopes.map((scope) => filled(scope.level, names.items, scope.items)),
    ),
  );
  return Buffer.from(stringifyExact({ ...request, [names.groups]: encoded }));
}

/** A copy of a level that holds `inner`; a level that had none stays as it came. */
function filled(level: unknown, name: string, inner: readonly unknown[]): unknown {
  return isObject(level) && inner.length > 0 ? { ...level, [name]: inner } : level;
}

function parse(bytes: Uint8Array): JsonObject {
  let request: unknown;
  try {
    request = parseExact(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new SpanwardenError("OTLP_MALFORMED", `JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isObject(request)) throw new SpanwardenError("OTLP_MALFORMED", "JSON: expected an object");
  return request;
}

function listIn(level: unknown, name: string): readonly unknown[] {
  const list = isObject(level) ? level[name] : undefined;
  return Array.isArray(list) ? (list as unknown[]) : [];
}

function orNone(list: readonly unknown[]): readonly unknown[] {
  return list.length === 0 ? [NONE] : list;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(stringifyExact(value));
}
