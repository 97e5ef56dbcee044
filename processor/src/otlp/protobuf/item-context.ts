import type { Resource, Scope } from "../records.ts";
import { text } from "./attributes.ts";
import type { Slice } from "./merge.ts";
import { ProtobufReader } from "./reader.ts";

/** What the items of one scope have in common. */
export class ItemContext {
  readonly resource: Resource;
  readonly #contents: Slice;
  #scope: Scope | undefined;

  /** `scope`: the contents of the `InstrumentationScope`. */
  constructor(resource: Resource, scope: Slice) {
    this.resource = resource;
    this.#contents = scope;
  }

  get scope(): Scope {
    return (this.#scope ??= scopeOf(this.#contents));
  }
}

/** `InstrumentationScope`: 1 name, 2 version. */
function scopeOf(contents: Slice): Scope {
  const reader = new ProtobufReader(contents.bytes, contents);
  let name = "";
  let version = "";
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === ((1 << 3) | 2)) name = text(contents.bytes, reader.range());
    else if (tag === ((2 << 3) | 2)) version = text(contents.bytes, reader.range());
    else reader.skip(tag);
  }
  return { name, version };
}
