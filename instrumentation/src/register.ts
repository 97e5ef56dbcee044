/**
 * The preload: `node --import @spanwarden/instrumentation/register app.js`. The seam first; then, if nobody has brought an
 * SDK by the first call of a model, OpenTelemetry's for Node with its `OTEL_*` variables.
 */
import { createRequire } from "node:module";
import { join } from "node:path";

import { installSeam } from "./fetch/global-fetch.ts";
import { seam } from "./fetch/instrument-fetch.ts";
import { tracer } from "./scope.ts";

interface Sdk {
  start(): void;
  shutdown(): Promise<void>;
}

type SdkModule = { readonly NodeSDK: new (options: { instrumentations: [] }) => Sdk };

const SDK = "@opentelemetry/sdk-node";
/** The end of the process waits so long for the last export, in milliseconds. */
const LAST_EXPORT = 5_000;

installSeam();
seam.beforeFirstCall = () => {
  if (tracer() === undefined) startSdk();
};

function startSdk(): void {
  const loaded = loadSdk();
  if (loaded === undefined) {
    process.stderr.write(
      `spanwarden: no OpenTelemetry SDK was started and ${SDK} is not installed: npm install ${SDK}\n`,
    );
    return;
  }
  const sdk = new loaded.NodeSDK({ instrumentations: [] });
  sdk.start();
  process.once("beforeExit", () => void lastExport(sdk));
  // First in line: whether the app has its own say shows only before its handlers have run.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.prependOnceListener(signal, () => onSignal(sdk, signal));
}

/** The app's own copy first: its version is what the app's exporters and settings are for. */
function loadSdk(): SdkModule | undefined {
  for (const from of [join(process.cwd(), "package.json"), import.meta.url]) {
    try {
      return createRequire(from)(SDK) as SdkModule;
    } catch {
      // The next place.
    }
  }
  return undefined;
}

/** An app that handles the signal ends by itself, its last calls included. One that does not is ended as without us. */
function onSignal(sdk: Sdk, signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 0) return;
  void lastExport(sdk).then(() => process.kill(process.pid, signal));
}

async function lastExport(sdk: Sdk): Promise<void> {
  seam.flush();
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, LAST_EXPORT);
  await Promise.race([sdk.shutdown().catch(() => undefined), late]);
  clearTimeout(timer);
}
