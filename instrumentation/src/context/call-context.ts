import { AsyncLocalStorage } from "node:async_hooks";

import { trace, type Span } from "@opentelemetry/api";

/** A prompt by the name and version under which the app, or its prompt management, knows it. */
export interface Prompt {
  readonly name: string;
  readonly version?: string | undefined;
  /** The text before variables are put in; only its checksum leaves the process. */
  readonly template?: string | undefined;
}

/** On whose behalf a call is made. Ids leave the process hashed. */
export interface CallerIds {
  readonly user?: string | undefined;
  readonly session?: string | undefined;
  readonly tenant?: string | undefined;
  /** A route of the app such as `/reply`; leaves as it is. */
  readonly route?: string | undefined;
}

interface CallContext {
  readonly prompt?: Prompt | undefined;
  readonly caller?: CallerIds | undefined;
}

const storage = new AsyncLocalStorage<CallContext>();

/** Names the prompt of every model call that `run` makes, at any depth. Returns what `run` returns. */
export function withPrompt<T>(prompt: Prompt, run: () => T): T {
  return storage.run({ ...storage.getStore(), prompt }, run);
}

/** Names the caller of every model call that `run` makes, at any depth; joins an outer `withCaller`. */
export function withCaller<T>(caller: CallerIds, run: () => T): T {
  const outer = storage.getStore();
  return storage.run({ ...outer, caller: { ...outer?.caller, ...caller } }, run);
}

/** What was said of the calls made from here; of the caller, what was not said is what the active span says. */
export function callContext(): CallContext {
  const said = storage.getStore();
  const told = callerOf(trace.getActiveSpan());
  return told === undefined ? (said ?? {}) : { ...said, caller: { ...told, ...said?.caller } };
}

/** Whom a server's span is about, in OpenTelemetry's words. SDK spans can be read, others tell nothing. */
const TOLD_BY: Readonly<Record<keyof CallerIds, readonly string[]>> = {
  user: ["user.id", "enduser.id"],
  session: ["session.id"],
  tenant: [],
  route: ["http.route"],
};

function callerOf(span: Span | undefined): CallerIds | undefined {
  const attributes = (span as { attributes?: Readonly<Record<string, unknown>> } | undefined)?.attributes;
  if (attributes === undefined) return undefined;
  const told = Object.entries(TOLD_BY).flatMap(([field, keys]) => {
    const value = keys.map((key) => attributes[key]).find((one) => typeof one === "string" && one !== "");
    return value === undefined ? [] : [[field, value] as const];
  });
  return told.length === 0 ? undefined : Object.fromEntries(told);
}
