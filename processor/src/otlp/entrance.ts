import type { IncomingHttpHeaders } from "node:http";
import type { SecureContextOptions } from "node:tls";

import type { Counter } from "@opentelemetry/api";
import { ATTR_ERROR_TYPE, METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED } from "@spanwarden/conventions";

import type { Settings } from "../settings.ts";
import { ByteBudget, type ByteShare } from "./byte-budget.ts";
import type { Certificates } from "./certificates.ts";
import type { Credentials } from "./credentials.ts";
import { GRPC, overloaded, Refusal } from "./failure.ts";
import type { ListenerConfig } from "./receiver-config.ts";

type EntranceSettings = Pick<Settings, "logger" | "meter">;

/**
 * What a listener's two protocols have in common: who may come in, and how much of it at once.
 * Bounds: `max_concurrent_requests` read to their end, `max_bytes_under_way` of all bodies; beyond them 503, counted.
 */
export class Entrance {
  readonly config: ListenerConfig;
  readonly certificates: Certificates | undefined;
  readonly #settings: EntranceSettings;
  readonly #authentication: Credentials["authentication"];
  readonly #budget: ByteBudget;
  readonly #refused: Counter;
  #underWay = 0;

  constructor(credentials: Credentials, settings: EntranceSettings) {
    this.config = credentials.listener;
    this.#settings = settings;
    this.certificates = credentials.certificates;
    this.#authentication = credentials.authentication;
    this.#budget = new ByteBudget(this.config.max_bytes_under_way);
    this.#refused = settings.meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED, {
      unit: "{request}",
      description: "OTLP requests and connections that were turned away, by reason.",
    });
  }

  /** Throws a refusal where the request shows no token that is accepted, or there is no room for another one. */
  check(headers: IncomingHttpHeaders): void {
    if (this.#authentication?.accepts(headers.authorization) === false)
      throw new Refusal(401, GRPC.unauthenticated, "expected a bearer token that is accepted");
    if (this.#underWay >= this.config.max_concurrent_requests) throw overloaded("too_many_requests");
  }

  /** Reads a request and hands it on; both within the bounds. What is slow to come in takes memory, but no turn. */
  async admit<Body, Outcome>(
    read: (share: ByteShare) => Promise<Body>,
    handOn: (body: Body) => Promise<Outcome>,
  ): Promise<Outcome> {
    const share = this.#budget.open();
    try {
      const body = await read(share);
      if (this.#underWay >= this.config.max_concurrent_requests) throw overloaded("too_many_requests");
      this.#underWay++;
      try {
        return await handOn(body);
      } finally {
        this.#underWay--;
      }
    } finally {
      share.release();
    }
  }

  /** Counts what was turned away. */
  refused(reason: string): void {
    this.#refused.add(1, { [ATTR_ERROR_TYPE]: reason });
  }

  /** Looks for renewed files; certificates are handed to `use`. What cannot be used is logged, and the old ones stand. */
  refresh(use: (context: SecureContextOptions) => void): void {
    this.#renewed("certificates", () => {
      const context = this.certificates?.refresh();
      if (context !== undefined) use(context);
      return context !== undefined;
    });
    this.#renewed("bearer tokens", () => this.#authentication?.refresh() === true);
  }

  #renewed(what: string, refresh: () => boolean): void {
    const { logger } = this.#settings;
    try {
      if (refresh()) logger.info(`${what} renewed`);
    } catch (error) {
      const { message } = error as Error;
      logger.error("a renewed file cannot be used; the one before stands", { error: message });
    }
  }
}
