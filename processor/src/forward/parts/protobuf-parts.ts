import { varint } from "../../otlp/protobuf/writer.ts";
import { ProtobufReader, WIRE, type Range } from "../../otlp/protobuf/reader.ts";
import type { Parts } from "./parts.ts";

/** Tag and longest length of an enclosing message. */
const MOST_HEADER = 6;
const GROUP = (1 << 3) | WIRE.bytes;
/** The field of the lower level: scopes in a resource's group, items in a scope's group. */
const INNER = (2 << 3) | WIRE.bytes;

/** A message without its children: what is copied into every part. */
interface Frame {
  readonly rest: readonly Uint8Array[];
  readonly bytes: number;
}

interface Leaf {
  readonly group: Frame;
  /** Absent: a group without scopes. */
  readonly scope: Frame | undefined;
  /** The item with its tag and length; absent: a scope without items. */
  readonly item: Uint8Array | undefined;
}

/**
 * The three levels are alike for traces, logs and metrics: request { 1 groups }, group { 1 resource, 2 scopes, 3 schema_url },
 * scope { 1 scope, 2 items, 3 schema_url }. Whatever else stands in a level goes with it. Throws OTLP_MALFORMED.
 */
export function protobufParts(bytes: Uint8Array): Parts {
  const root = levelOf(bytes, { start: 0, end: bytes.length }, GROUP);
  const leaves = root.children.flatMap(({ contents }) => leavesOf(bytes, contents));
  return {
    count: leaves.length,
    isItem: (index) => leaves[index]?.item !== undefined,
    bytes: (index, first) => sizeOf(leaves[index], first ? undefined : leaves[index - 1], root.frame),
    encode: (from, to) => encode(root.frame, leaves.slice(from, to)),
  };
}

function leavesOf(bytes: Uint8Array, contents: Range): Leaf[] {
  const { frame: group, children: scopes } = levelOf(bytes, contents, INNER);
  if (scopes.length === 0) return [{ group, scope: undefined, item: undefined }];
  return scopes.flatMap((scoped): Leaf[] => {
    const { frame: scope, children: items } = levelOf(bytes, scoped.contents, INNER);
    if (items.length === 0) return [{ group, scope, item: undefined }];
    return items.map(({ whole }) => ({ group, scope, item: whole }));
  });
}

interface Child {
  readonly whole: Uint8Array;
  readonly contents: Range;
}

function levelOf(bytes: Uint8Array, range: Range, childTag: number): { frame: Frame; children: readonly Child[] } {
  const reader = new ProtobufReader(bytes, range);
  const rest: Uint8Array[] = [];
  const children: Child[] = [];
  while (!reader.done) {
    const start = reader.position;
    const tag = reader.tag();
    if (tag === childTag) {
      const contents = reader.range();
      children.push({ contents, whole: bytes.subarray(start, reader.position) });
    } else {
      reader.skip(tag);
      rest.push(bytes.subarray(start, reader.position));
    }
  }
  return { frame: { rest, bytes: lengthOf(rest) }, children };
}

function sizeOf(leaf: Leaf | undefined, before: Leaf | undefined, root: Frame): number {
  if (leaf === undefined) return 0;
  let size = leaf.item?.length ?? 0;
  if (before === undefined) size += root.bytes;
  if (leaf.group !== before?.group) size += leaf.group.bytes + MOST_HEADER;
  if (leaf.scope !== undefined && leaf.scope !== before?.scope) size += leaf.scope.bytes + MOST_HEADER;
  return size;
}

function encode(root: Frame, leaves: readonly Leaf[]): Uint8Array {
  const chunks = [...root.rest];
  for (const ofGroup of runs(leaves, ({ group }) => group)) {
    const inGroup = [...(ofGroup[0]?.group.rest ?? [])];
    for (const ofScope of runs(ofGroup, ({ scope }) => scope)) {
      const scope = ofScope[0]?.scope;
      if (scope === undefined) continue;
      inGroup.push(...delimited(INNER, [...scope.rest, ...ofScope.flatMap(({ item }) => item ?? [])]));
    }
    chunks.push(...delimited(GROUP, inGroup));
  }
  return Buffer.concat(chunks);
}

/** Neighbours with the same key, together. */
function runs<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[][] {
  const found: Item[][] = [];
  let key: unknown;
  for (const item of items) {
    const last = found.at(-1);
    if (last !== undefined && keyOf(item) === key) last.push(item);
    else found.push([item]);
    key = keyOf(item);
  }
  return found;
}

function delimited(tag: number, contents: readonly Uint8Array[]): Uint8Array[] {
  return [varint(tag), varint(lengthOf(contents)), ...contents];
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
