import type { Recognised } from "./recognised.ts";

/** A call as its own span tells it, with what only the span around it, which tells of the same call, knows. */
export function completedBy(inner: Recognised, around: Recognised | undefined): Recognised {
  if (around === undefined) return inner;
  const { call } = inner;
  const outer = around.call;
  const judged = inner.emitted === undefined && around.emitted !== undefined;
  return {
    ...inner,
    emitted: inner.emitted ?? around.emitted,
    call: {
      ...outer,
      ...defined(call),
      request: { ...outer.request, ...defined(call.request) },
      response: { ...outer.response, ...defined(call.response) },
      timing: { ...outer.timing, ...defined(call.timing) },
      prompt: { ...outer.prompt, ...defined(call.prompt) },
      caller: { ...outer.caller, ...defined(call.caller) },
      // Counts of two emitters do not mix.
      usage: call.usage ?? outer.usage,
      content: call.content.state === "absent" ? outer.content : call.content,
      observations: judged ? outer.observations : call.observations,
    },
  };
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T;
}
