import { diag } from "@opentelemetry/api";

let told = false;

/** Runs our own work within somebody else's: what it throws is told once, to OpenTelemetry's diagnostics, and goes no further. */
export function guarded<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!told) diag.error("spanwarden: instrumentation failed; the app is not affected", error);
    told = true;
    return undefined;
  }
}
