import { serialize, deserialize } from "node:v8";

import {
  ATTR_ERROR_TYPE,
  ATTR_SPANWARDEN_PROCESSOR_SIGNAL,
  callQuality,
  METRIC_SPANWARDEN_PROCESSOR_CALL_JUDGED,
  METRIC_SPANWARDEN_PROCESSOR_CALL_LAG,
  METRIC_SPANWARDEN_PROCESSOR_CALL_SKIPPED,
  METRIC_SPANWARDEN_PROCESSOR_SPAN_PROCESSED,
  type SafetyMatch,
} from "@spanwarden/conventions";

import type { Config } from "./config.ts";
import { createPricer } from "./cost/price-of.ts";
import { NestedCalls, type Nested } from "./dialects/nested-calls.ts";
import { recogniseLog, recogniseSpan } from "./dialects/recognise.ts";
import type { Recognised } from "./dialects/recognised.ts";
import { anomalyEvent } from "./emit/anomaly-event.ts";
import { evaluationEvents, safetyEvents } from "./emit/call-events.ts";
import { changeEvent } from "./emit/change-event.ts";
import type { Emitter } from "./emit/emitter.ts";
import { evaluationsOf, type Evaluation as CallEvaluation } from "./emit/evaluations.ts";
import { incidentEvent } from "./emit/incident-event.ts";
import type { Metrics } from "./emit/metrics.ts";
import type { Outbox } from "./emit/outbox.ts";
import { evaluate, type Evaluation, type Evaluator } from "./evaluate.ts";
import type { CallFact } from "./facts/call-fact.ts";
import { decodeFact, encodeFact } from "./facts/fact-codec.ts";
import { factOfCall, serviceName } from "./facts/fact-of-call.ts";
import { Identities } from "./facts/identities.ts";
import type { Journal, JournalPosition } from "./facts/journal.ts";
import type { Forwarder } from "./forward/destinations.ts";
import { LoopGuard, type LoopHealth } from "./forward/loop-guard.ts";
import { withoutItems } from "./forward/parts/request-parts.ts";
import type { Incident } from "./incidents/incident.ts";
import { Judgement, type Judged } from "./judgement.ts";
import type { ContentType } from "./otlp/answer.ts";
import type { Handlers } from "./otlp/handlers.ts";
import type { ReceiveOutcome, SignalKind } from "./otlp/outcome.ts";
import type { Additions, Batch, LogRecord, SpanRecord } from "./otlp/records.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store/store.ts";

/** The stages that the pipeline joins. */
export interface Stages {
  /** Absent: state lives and dies with the process. */
  readonly journal: Journal | undefined;
  readonly store: Store;
  readonly emitter: Emitter;
  /** Absent: nothing to send events to; they are only logged. */
  readonly outbox: Outbox | undefined;
  /** Absent: spans end here. */
  readonly forwarder: Forwarder | undefined;
  readonly metrics: (openIncidents: () => readonly Incident[]) => Metrics;
}

/** One call of a batch that was not seen before, ready to be judged. */
interface Fresh {
  readonly fact: CallFact;
  readonly bytes: Uint8Array;
  readonly evaluation: Evaluation;
}

/** Facts replayed between two writes to the store. */
const REPLAY_BATCH = 500;

/** Why a call is forwarded but makes no fact. */
type Skipped = "judged_upstream" | "loop" | "repeat" | "too_old" | "unreadable" | Nested;

/**
 * The whole flow: OTLP in -> call -> signals -> fact -> baselines -> detectors -> incidents -> OTLP out.
 *
 * A batch is understood and evaluated item by item, its new facts are written to the journal, judged in their order, and
 * then the batch goes on with what was found in it. It is acknowledged when every next hop has acknowledged it, or has it in its
 * queue on disk. What this processor has sent on before goes no further. A sender that sends a batch again gets the same additions, and no second fact.
 */
export class Pipeline {
  readonly #config: Config;
  readonly #settings: Settings;
  readonly #stages: Stages;
  readonly #evaluator: Evaluator;
  readonly #identities = new Identities();
  readonly #nested = new NestedCalls();
  readonly #metrics: Metrics;
  readonly #counters: ReturnType<typeof countersOf>;
  readonly #loops: LoopGuard;
  #judgement: Judgement;
  #changed = new Map<string, Incident>();
  #arrival = 0;
  /** False while facts are replayed: they were measured when they came. */
  #live = false;

  constructor(config: Config, settings: Settings, stages: Stages) {
    this.#config = config;
    this.#settings = settings;
    this.#stages = stages;
    this.#evaluator = { price: createPricer(config.cost), processorId: stages.store.instanceId };
    this.#judgement = new Judgement(config.detection, config.incidents);
    this.#metrics = stages.metrics(() => this.#judgement.openIncidents());
    this.#counters = countersOf(settings);
    this.#loops = new LoopGuard(stages.store.instanceId, settings);
  }

  get judgement(): Pick<Judgement, "totals" | "openIncidents"> {
    return this.#judgement;
  }

  get loops(): LoopHealth {
    return this.#loops.health;
  }

  /** For what comes in at one listener; whether its senders' own scores are believed. */
  handlers(trusted: boolean): Handlers {
    const { attributes } = this.#config.identity;
    return {
      traces: async (batch, via) =>
        await this.#receive("traces", batch, (span) => recogniseSpan(span, attributes), trusted, via),
      logs: async (batch, via) =>
        await this.#receive("logs", batch, (record) => recogniseLog(record, attributes), trusted, via),
      /** They go on as they came. */
      metrics: async (body, type, via) => await this.#forward("metrics", body, type, via),
    };
  }

  /**
   * Takes up where the last process ended: the last checkpoint, then every fact after it. What that decides was, at least
   * in part, decided and sent before; the store knows by the ids.
   */
  restore(): void {
    const { journal, store } = this.#stages;
    const { logger, clock } = this.#settings;
    const checkpoint = store.latestCheckpoint();
    const restored = checkpoint !== undefined && this.#judgement.restore(deserialize(checkpoint.state));
    if (checkpoint !== undefined && !restored) {
      logger.warn("the checkpoint is of another version; learning starts from the journal");
      this.#judgement = new Judgement(this.#config.detection, this.#config.incidents);
    }
    let replayed = 0;
    for (const { position, fact } of journal?.entries(logger) ?? []) {
      this.#remember(fact);
      if (restored && isBefore(position, checkpoint.position)) continue;
      this.#emitCall(fact, []);
      this.#take(this.#judgement.apply(fact));
      if (++replayed % REPLAY_BATCH === 0) this.flush();
    }
    this.#judgement.resumed(clock.now());
    this.advance();
    this.flush();
    this.#live = true;
    if (restored || replayed > 0) logger.info("state restored", { replayed });
  }

  /** Lets time pass: silence, recovery and escalation show without a call. */
  advance(): void {
    this.#take(this.#judgement.advance(this.#settings.clock.now()));
  }

  /** Stores what was decided and sets off its delivery. False, and nothing lost, where the store cannot be written. */
  flush(): boolean {
    const { store, emitter, outbox } = this.#stages;
    const events = emitter.take();
    try {
      store.save(outbox === undefined ? [] : events, [...this.#changed.values()]);
    } catch (error) {
      emitter.emit(events);
      this.#settings.logger.error("what was decided cannot be stored", { error: String(error) });
      return false;
    }
    this.#changed = new Map();
    if (events.length > 0) outbox?.wake();
    return true;
  }

  /** A restart begins here. */
  checkpoint(): void {
    const { journal, store } = this.#stages;
    if (!this.flush()) return;
    if (journal === undefined) {
      store.forgetDelivered();
      return;
    }
    journal.sync();
    const { position } = journal;
    store.checkpoint({ state: serialize(this.#judgement.snapshot()), position });
    journal.release(position, this.#settings.clock.now());
  }

  async #receive<Item extends SpanRecord | LogRecord>(
    signal: "traces" | "logs",
    batch: Batch<Item>,
    recognise: (item: Item) => Recognised | undefined,
    trustAll: boolean,
    via: string | undefined,
  ): Promise<ReceiveOutcome> {
    if (this.#loops.knows(via)) return this.#stop(signal);
    this.#counters.received.add(batch.items.length, { [ATTR_SPANWARDEN_PROCESSOR_SIGNAL]: signal });
    const additions = new Map<Item, Additions>();
    const fresh = new Map<string, Fresh>();
    this.#arrival = this.#arriving(this.#settings.clock.now());
    const returned = new Set<Item>();
    const { calls, nested } = this.#nested.count(batch.items, this.#recognised(batch.items, recognise, returned));
    for (const reason of nested.values()) this.#skip(reason);
    for (const [item, call] of calls) this.#understand(item, call, trustAll, additions, fresh);
    const facts = [...fresh.values()];
    this.#stages.journal?.append(facts.map(({ bytes, fact }) => ({ bytes, arrival: fact.arrival })));
    for (const each of facts) this.#judge(each);
    const { contentType } = batch;
    const body = batch.encode(additions);
    if (returned.size === 0) return await this.#forward(signal, body, contentType, via);
    this.#loops.cameBack(signal);
    const rest = withoutItems({ signal, contentType, body }, (i) => !returned.has(batch.items[i] as Item));
    return rest === undefined ? { status: "accepted" } : await this.#forward(signal, rest, contentType, via);
  }

  /** A request that was here before is taken, so that its sender lets it be, and goes no further. */
  #stop(signal: SignalKind): ReceiveOutcome {
    this.#loops.cameBack(signal);
    return { status: "accepted" };
  }

  async #forward(
    signal: SignalKind,
    body: Uint8Array,
    contentType: ContentType,
    via: string | undefined,
  ): Promise<ReceiveOutcome> {
    if (this.#loops.knows(via)) return this.#stop(signal);
    if (this.#stages.forwarder === undefined) return { status: "accepted" };
    const outcome = await this.#stages.forwarder.send({ signal, contentType, body, via: this.#loops.via(via) });
    switch (outcome.status) {
      case "delivered":
      case "queued":
        return { status: "accepted" };
      case "partial":
        return outcome;
      case "retryable":
        return { status: "retry", afterSeconds: Math.ceil(outcome.afterSeconds ?? 1), message: outcome.reason };
      case "permanent":
        return { status: "rejected", message: outcome.reason };
    }
  }

  /**
   * Arrivals never go back, unless by more than calls may be late: then a clock that had run ahead was set right, and
   * every call would count as late until it is there again.
   */
  #arriving(now: number): number {
    return now < this.#arrival - this.#config.facts.allowed_lateness ? now : Math.max(this.#arrival, now);
  }

  /** The calls among the items; what this processor has sent on before is added to `returned`. What cannot be read goes on as it came. */
  #recognised<Item extends SpanRecord | LogRecord>(
    items: readonly Item[],
    recognise: (item: Item) => Recognised | undefined,
    returned: Set<Item>,
  ): ReadonlyMap<Item, Recognised> {
    const calls = new Map<Item, Recognised>();
    for (const item of items) {
      try {
        if (this.#loops.isOwnEvent(item)) {
          returned.add(item);
          continue;
        }
        const recognised = recognise(item);
        if (recognised === undefined) continue;
        if (this.#loops.isOwn(recognised.processorId)) {
          this.#skip("loop");
          returned.add(item);
        } else calls.set(item, recognised);
      } catch (error) {
        this.#unreadable(error);
      }
    }
    return calls;
  }

  /** One call: its additions, and its fact if it has not been judged before. */
  #understand<Item extends SpanRecord | LogRecord>(
    item: Item,
    recognised: Recognised,
    trustAll: boolean,
    additions: Map<Item, Additions>,
    fresh: Map<string, Fresh>,
  ): void {
    try {
      const trusted = trustAll || this.#config.trust_signals.includes(serviceName(item.resource.attributes));
      if (trusted && recognised.processorId !== undefined) return this.#skip("judged_upstream");
      const evaluation = evaluate(recognised, trusted, this.#evaluator);
      if (!recognised.pending) additions.set(item, evaluation.additions);
      const occurrence = { record: item, pending: recognised.pending, arrival: this.#arrival };
      const fact = factOfCall(evaluation, occurrence, this.#config.facts);
      if (fact === "too_old") return this.#skip("too_old");
      if (this.#identities.has(fact.identity) || fresh.has(fact.identity)) return this.#skip("repeat");
      const bytes = encodeFact(fact);
      // What is judged is what is written: a replay of the journal sees nothing else.
      fresh.set(fact.identity, { fact: decodeFact(bytes) ?? fact, bytes, evaluation });
    } catch (error) {
      this.#unreadable(error);
    }
  }

  #judge({ fact, evaluation }: Fresh): void {
    this.#remember(fact);
    this.#metrics.call(fact, this.#emitCall(fact, evaluation.matches));
    this.#counters.judged.add(1);
    this.#counters.lag.record(Math.max(0, fact.arrival - fact.at) / 1_000);
    const judged = this.#judgement.apply(fact);
    for (const finding of judged.findings) this.#metrics.finding(finding);
    this.#take(judged);
  }

  /** What is told of the call by itself. */
  #emitCall(fact: CallFact, matches: readonly SafetyMatch[]): readonly CallEvaluation[] {
    const evaluations = evaluationsOf(fact, callQuality({ ...fact, failed: fact.failure !== undefined }));
    this.#stages.emitter.emit([
      ...evaluationEvents(fact, evaluations, this.#config.emit.evaluations),
      ...safetyEvents(fact, matches),
    ]);
    return evaluations;
  }

  #remember(fact: CallFact): void {
    this.#arrival = Math.max(this.#arrival, fact.arrival);
    this.#identities.add(fact.identity, fact.at);
  }

  /** What was decided goes to the outside. */
  #take({ findings, changes, incidents }: Judged): void {
    this.#stages.emitter.emit([
      ...changes.map(changeEvent),
      ...findings.map(anomalyEvent),
      ...incidents.map(incidentEvent),
    ]);
    for (const change of incidents) {
      const { transition, incident, reason } = change;
      if (this.#live) this.#metrics.change(change);
      this.#changed.set(incident.id, incident);
      const { id, kind, severity, cell } = incident;
      this.#settings.logger.info(`incident ${transition}`, {
        id,
        kind,
        severity,
        service: cell.service,
        prompt: cell.prompt,
        reason,
      });
    }
  }

  #unreadable(error: unknown): void {
    this.#skip("unreadable");
    this.#settings.logger.debug("an item cannot be read", { error: String(error) });
  }

  #skip(reason: Skipped): void {
    this.#counters.skipped.add(1, { [ATTR_ERROR_TYPE]: reason });
  }
}

function countersOf({ meter }: Settings) {
  return {
    received: meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_SPAN_PROCESSED, {
      unit: "{span}",
      description: "Spans and log records received.",
    }),
    judged: meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_CALL_JUDGED, {
      unit: "{call}",
      description: "Model calls that became facts.",
    }),
    skipped: meter.createCounter(METRIC_SPANWARDEN_PROCESSOR_CALL_SKIPPED, {
      unit: "{call}",
      description: "Model calls that were forwarded without being judged, by reason.",
    }),
    lag: meter.createHistogram(METRIC_SPANWARDEN_PROCESSOR_CALL_LAG, {
      unit: "s",
      description: "From the end of a call to its arrival.",
    }),
  };
}

function isBefore(a: JournalPosition, b: JournalPosition): boolean {
  return a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);
}
