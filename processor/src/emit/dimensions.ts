import type { Attributes } from "@opentelemetry/api";
import {
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_GEN_AI_EVALUATION_NAME,
  ATTR_GEN_AI_EVALUATION_SCORE_LABEL,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_GEN_AI_PROMPT_VERSION,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_SERVICE_NAME,
  ATTR_SPANWARDEN_ANOMALY_RULE_NAME,
  ATTR_SPANWARDEN_SAFETY_CATEGORY,
} from "@spanwarden/conventions";

import { cellKey, type CallFact, type Cell } from "../facts/call-fact.ts";
import { promptName } from "./event-record.ts";

/** What stands for a value that is one too many. */
const OTHER = "_OTHER";

const MOST_PROMPT_VERSIONS = 20;
/** Cells whose prompt versions are told apart; in further ones all are `_OTHER`. */
const MOST_CELLS = 10_000;

/** Dimensions whose values come from outside and may be many. The others have small, known vocabularies. */
const OPEN_ENDED: readonly string[] = [
  ATTR_SERVICE_NAME,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_RESPONSE_MODEL,
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_GEN_AI_PROMPT_VERSION,
  ATTR_GEN_AI_EVALUATION_NAME,
  ATTR_GEN_AI_EVALUATION_SCORE_LABEL,
  ATTR_SPANWARDEN_ANOMALY_RULE_NAME,
  ATTR_SPANWARDEN_SAFETY_CATEGORY,
];

/**
 * The dimensions of every metric, and their bound: 20 prompt versions a cell, `max_series` series a metric; what is beyond
 * falls together under `_OTHER` and is counted. No user, session, conversation or rendered checksum is ever among them.
 */
export class Dimensions {
  readonly #maxSeries: number;
  readonly #versions = new Map<string, Set<string>>();
  readonly #series = new Map<string, Set<string>>();
  #overflowed = 0;

  constructor(maxSeries: number) {
    this.#maxSeries = maxSeries;
  }

  /** Measurements that fell under `_OTHER` because their metric has too many series. */
  get overflowed(): number {
    return this.#overflowed;
  }

  /** The subject of what is said of a whole cell. */
  ofCell(cell: Cell): Attributes {
    return {
      [ATTR_SERVICE_NAME]: cell.service,
      [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: cell.environment || undefined,
      [ATTR_GEN_AI_PROMPT_NAME]: promptName(cell),
    };
  }

  /** The subject of what is said of a call. */
  ofCall({ cell, facets }: CallFact): Attributes {
    return {
      ...this.ofCell(cell),
      [ATTR_GEN_AI_PROVIDER_NAME]: facets.provider,
      [ATTR_GEN_AI_REQUEST_MODEL]: facets.requestModel,
      [ATTR_GEN_AI_RESPONSE_MODEL]: facets.responseModel,
      [ATTR_GEN_AI_PROMPT_VERSION]: this.#version(cell, facets.promptVersion),
    };
  }

  /** The attributes to record under: without what is unknown, and within the bound of the metric. */
  bounded(metric: string, attributes: Attributes): Attributes {
    const known = Object.entries(attributes).filter(([, value]) => value !== undefined);
    const key = JSON.stringify(known);
    const series = this.#series.get(metric) ?? new Set();
    this.#series.set(metric, series);
    if (series.has(key)) return Object.fromEntries(known);
    if (series.size < this.#maxSeries) {
      series.add(key);
      return Object.fromEntries(known);
    }
    this.#overflowed++;
    return Object.fromEntries(known.map(([name, value]) => [name, OPEN_ENDED.includes(name) ? OTHER : value]));
  }

  #version(cell: Cell, version: string | undefined): string | undefined {
    if (version === undefined) return undefined;
    const key = cellKey(cell);
    const versions = this.#versions.get(key) ?? new Set();
    if (versions.has(version)) return version;
    if (versions.size >= MOST_PROMPT_VERSIONS || (versions.size === 0 && this.#versions.size >= MOST_CELLS))
      return OTHER;
    this.#versions.set(key, versions.add(version));
    return version;
  }
}
