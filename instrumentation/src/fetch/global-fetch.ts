import { seam } from "./instrument-fetch.ts";

type Fetch = typeof globalThis.fetch;

let installed: { readonly original: Fetch; readonly ours: Fetch } | undefined;

/** Puts the seam into the global `fetch`; again does no harm. */
export function installSeam(): void {
  seam.enabled = true;
  const original = globalThis.fetch;
  const ours = seam.instrument(original);
  if (ours === original) return;
  installed = { original, ours };
  globalThis.fetch = ours;
}

/** Takes it out again, unless somebody has since wrapped it. Clients that kept the instrumented one tell nothing more. */
export function removeSeam(): void {
  seam.enabled = false;
  if (installed !== undefined && globalThis.fetch === installed.ours) globalThis.fetch = installed.original;
}
