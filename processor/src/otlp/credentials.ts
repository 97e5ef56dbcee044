import { Authentication } from "./authentication.ts";
import { Certificates } from "./certificates.ts";
import type { ListenerConfig } from "./receiver-config.ts";

/** What a listener shows of itself and asks of its clients. */
export interface Credentials {
  readonly listener: ListenerConfig;
  readonly certificates: Certificates | undefined;
  readonly authentication: Authentication | undefined;
}

/** The key of a listener as a user would write it: a single one stands without its number. */
export function listenerKey(listeners: readonly ListenerConfig[], index: number): string {
  return listeners.length === 1 ? "receiver" : `receiver.${index}`;
}

/** Of every listener, read before anything is opened. Throws CONFIG_INVALID where a file or a variable is of no use. */
export function readCredentials(
  listeners: readonly ListenerConfig[],
  env: Readonly<Record<string, string | undefined>>,
): readonly Credentials[] {
  return listeners.map((listener, index) => {
    const { tls, auth } = listener;
    const key = listenerKey(listeners, index);
    return {
      listener,
      certificates: tls && new Certificates(`${key}.tls`, tls),
      authentication: auth && new Authentication(`${key}.auth`, auth, env),
    };
  });
}
