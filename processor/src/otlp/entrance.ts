import type { IncomingHttpHeaders } from "node:http";
import type { SecureContextOptions } from "node:tls";

import type { Counter } from "@opentelemetry/api";
import { ATTR_ERROR_TYPE, METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED } from "@spanwarden/conventions";

import type { Settings } from "../settings.ts";
import { Authentication } from "./authentication.ts";
import { ByteBudget, type ByteShare } from "./byte-budget.ts";
import { Certificates } from "./certificates.ts";
import { GRPC, Refusal, SECONDS_UNTIL_RETRY } from "./failure.ts";
import type { ListenerConfig } from "./receiver-config.ts";

/** Milliseconds for a whole request to come in; a sender that takes longer only holds memory. */
export const REQUEST_TIMEOUT = 60_000;

type EntranceSettings = Pick<Settings, "logger" | "meter">;

/**
 * What a listener's two protocols have in common: who may come in, and how much of it at once.
 * Bounds: `max_concurrent_requests` read to their end, `max_bytes_under_way` of all bodies; beyond them 503, counted.
 */
export class Entrance {
  readonly config: ListenerConfig;
  readonly certificates: Certificates | undefined;
  readonly #settings: EntranceSettings;
  readonly #authentication: Authentication | undefined;
  readonly #budget: ByteBudget;
  readonly #refused: Counter;
  #underWay = 0;

  /** `key` is where the listener stands in the configuration. Throws CONFIG_INVALID where a file of it is of no use. */
  constructor(
    key: string,
    config: ListenerConfig,
    settings: EntranceSettings,
    env: Readonly<Record<string, string | undefined>> = process.env,
  ) {
    this.config = config;
    this.#settings = settings;
    this.certificates = config.tls && new Certificates(`${key}.tls`, config.tls);
    this.#authentication = config.auth && new Authentication(`${key}.auth`, config.auth, env);
    this.#budget = new ByteBudget(config.max_bytes_under_way);
    this.#refused = settings.meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_REQUEST_REFUSED, {
      unit: "{request}",
      description: "OTLP requests and connections that were turned away, by reason.",
    });
  }

  /** Throws a refusal where the request shows no token that is accepted, or there is no room for another one. */
  check(headers: IncomingHttpHeaders): void {
    if (this.#authentication?.accepts(headers.authorization) === false)
      throw new Refusal(401, GRPC.unauthenticated, "expected a bearer token that is accepted");
    if (this.#underWay >= this.config.max_concurrent_requests)
      throw new Refusal(503, GRPC.unavailable, "too many requests under way", SECONDS_UNTIL_RETRY);
  }

  /** Reads a request and hands it on; both within the bounds. What is slow to come in takes memory, but no turn. */
  async admit<Body, Outcome>(
    read: (share: ByteShare) => Promise<Body>,
    handOn: (body: Body) => Promise<Outcome>,
  ): Promise<Outcome> {
    const share = this.#budget.open();
    try {
      const body = await read(share);
      if (this.#underWay >= this.config.max_concurrent_requests)
        throw new Refusal(503, GRPC.unavailable, "too many requests under way", SECONDS_UNTIL_RETRY);
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
    const { logger } = this.#settings;
    try {
      const context = this.certificates?.refresh();
      if (context !== undefined) {
        use(context);
        logger.info("certificates renewed", { cert_file: this.config.tls?.cert_file });
      }
      if (this.#authentication?.refresh() === true) logger.info("bearer tokens renewed");
    } catch (error) {
      logger.error("a renewed file cannot be used; the one before stands", { error: (error as Error).message });
    }
  }
}
