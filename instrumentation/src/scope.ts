import { trace, type Tracer, type TracerProvider } from "@opentelemetry/api";
import { SCHEMA_URL } from "@spanwarden/conventions";

/** Scope of everything we emit. */
export const SCOPE = { name: "@spanwarden/instrumentation", version: "0.1.0", schemaUrl: SCHEMA_URL } as const;

/** Tells whether somebody has brought an SDK. */
interface Proxy extends TracerProvider {
  getDelegateTracer(...scope: Parameters<TracerProvider["getTracer"]>): Tracer | undefined;
}

/** `undefined` where no provider is registered: then nobody listens, and there is nothing to tell. */
export function tracer(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  const scope = [SCOPE.name, SCOPE.version, { schemaUrl: SCOPE.schemaUrl }] as const;
  // By shape: the API may be there in two copies.
  return "getDelegateTracer" in provider
    ? (provider as Proxy).getDelegateTracer(...scope)
    : provider.getTracer(...scope);
}
