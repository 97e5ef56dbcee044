import { trace } from "@opentelemetry/api";

import { guarded } from "../guard.ts";

/**
 * An app that flushes its SDK, as it must before its function is frozen or its process ends, means the calls that have
 * just ended, too: they are told first. No SDK offers a hook for it, so the provider's own two methods are extended.
 */
export class FlushFirst {
  readonly #flush: () => void;
  readonly #extended = new WeakSet();

  constructor(flush: () => void) {
    this.#flush = flush;
  }

  /** Extends the provider that is registered now, once. */
  extend(): void {
    const registered: object = trace.getTracerProvider();
    const provider = "getDelegate" in registered ? (registered as { getDelegate(): object }).getDelegate() : registered;
    if (this.#extended.has(provider)) return;
    this.#extended.add(provider);
    for (const name of ["forceFlush", "shutdown"]) {
      const original: unknown = Reflect.get(provider, name);
      if (typeof original !== "function") continue;
      Reflect.set(provider, name, (...given: unknown[]): unknown => {
        guarded(this.#flush);
        return Reflect.apply(original, provider, given);
      });
    }
  }
}
