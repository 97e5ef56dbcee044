import { serialize, deserialize } from "node:v8";

import type { OwnRules, SafetyMatch } from "@spanwarden/conventions";

import { ClockOffsets } from "./clock-offsets.ts";
import type { Config } from "./config.ts";
import { Counters } from "./counters.ts";
import { readLog } from "./dialects/log-record.ts";
import { NestedCalls } from "./dialects/nested-calls.ts";
import { recogniseSpan } from "./dialects/recognise.ts";
import type { Recognised } from "./dialects/recognised.ts";
import { anomalyEvent } from "./emit/anomaly-event.ts";
import { changeEvent } from "./emit/change-event.ts";
import type { Emitter } from "./emit/emitter.ts";
import { incidentEvent } from "./emit/incident-event.ts";
import type { Metrics } from "./emit/metrics.ts";
import type { Outbox } from "./emit/outbox.ts";
import { createEvaluator, evaluate, type Evaluator } from "./evaluate.ts";
import { isCall, type Fact } from "./facts/amendment.ts";
import { decodeFact, encodeFact } from "./facts/fact-codec.ts";
import { factOfCall, isAhead, serviceName } from "./facts/fact-of-call.ts";
import { Identities } from "./facts/identities.ts";
import { inputOf } from "./facts/input-config.ts";
import { isBefore, type Journal } from "./facts/journal.ts";
import type { Forwarder } from "./forward/destinations.ts";
import { LoopGuard, type LoopHealth } from "./forward/loop-guard.ts";
import { Onward } from "./forward/onward.ts";
import type { Incident } from "./incidents/incident.ts";
import { Judgement, type Judged } from "./judgement.ts";
import { LogIntake, type NotTaken, type Taken } from "./log-intake.ts";
import type { Handlers } from "./otlp/handlers.ts";
import type { ReceiveOutcome } from "./otlp/outcome.ts";
import type { Additions, Batch, LogRecord, SpanRecord } from "./otlp/records.ts";
import type { Settings } from "./settings.ts";
import type { Store } from "./store/store.ts";
import { tellCall, type Teller } from "./tell-call.ts";

/** What the pipeline asks of a journal. */
export type FactLog = Pick<Journal, "append" | "entries" | "position" | "release" | "sync">;

/** The stages that the pipeline joins. */
export interface Stages {
  /** Absent: state lives and dies with the process. */
  readonly journal: FactLog | undefined;
  readonly store: Store;
  readonly emitter: Emitter;
  /** Absent: nothing to send events to; they are only logged. */
  readonly outbox: Outbox | undefined;
  /** Absent: spans end here. */
  readonly forwarder: Forwarder | undefined;
  /** Absent: only the built-in safety rules. */
  readonly ownRules?: OwnRules | undefined;
  readonly metrics: (openIncidents: () => readonly Incident[]) => Metrics;
}

/** One call of a batch, or what a log record adds to one, that was not seen before; ready to be judged. */
interface Fresh {
  readonly fact: Fact;
  readonly bytes: Uint8Array;
  readonly matches: readonly SafetyMatch[];
  /** Where it comes from a log record beside a span. */
  readonly taken?: Taken | undefined;
}

/** Facts replayed between two writes to the store. */
const REPLAY_BATCH = 500;

/** Milliseconds by which our own ticks may be late before silence is put down to us. */
const MOST_BEHIND = 10_000;

/** Amendments are remembered as calls are, but fewer: their senders repeat them within minutes. */
const AMENDMENTS = { keptTime: 15 * 60_000, keptCalls: 100_000, mostCalls: 200_000 };

/**
 * The whole flow: OTLP in -> call -> signals -> fact -> baselines -> detectors -> incidents -> OTLP out.
 *
 * A batch is understood and evaluated item by item, its new facts are written to the journal, judged in their order, and
 * then the batch goes on with what was found in it. It is acknowledged when every next hop has acknowledged it, or has it in its
 * queue on disk. What this processor has sent on before goes no further. A sender that sends a batch again gets the same
 * additions, and no second fact.
 */
export class Pipeline {
  readonly #config: Config;
  readonly #settings: Settings;
  readonly #stages: Stages;
  readonly #evaluator: Evaluator;
  readonly #intake: LogIntake;
  readonly #loops: LoopGuard;
  readonly #onward: Onward;
  readonly #nested = new NestedCalls();
  readonly #identities = new Identities();
  readonly #amendments = new Identities(AMENDMENTS);
  /** Spans that a processor before this one judged: what is told beside them is its business too. */
  readonly #upstream = new Identities(AMENDMENTS);
  readonly #metrics: Metrics;
  readonly #teller: Teller;
  readonly #counters: Counters;
  readonly #clocks: ClockOffsets;
  #judgement: Judgement;
  #changed = new Map<string, Incident>();
  #arrival = 0;
  /** When time was last let pass, milliseconds since the epoch. */
  #advancedAt = 0;
  /** False while facts are replayed: they were measured when they came. */
  #live = false;

  constructor(config: Config, settings: Settings, stages: Stages) {
    this.#config = config;
    this.#settings = settings;
    this.#stages = stages;
    this.#evaluator = createEvaluator(config, stages.store.instanceId, stages.ownRules);
    this.#intake = new LogIntake(config.evaluations, this.#evaluator);
    this.#loops = new LoopGuard(stages.store.instanceId, settings);
    this.#onward = new Onward(stages.forwarder, this.#loops);
    this.#judgement = this.#newJudgement();
    this.#metrics = stages.metrics(() => this.#judgement.openIncidents());
    this.#teller = {
      emitter: stages.emitter,
      evaluations: config.emit.evaluations,
      metrics: () => (this.#live ? this.#metrics : undefined),
    };
    this.#counters = new Counters(settings.meter);
    this.#clocks = new ClockOffsets(settings.meter, () => settings.clock.now());
    this.#counters.observeUnjoined(() => ({ ...this.#judgement.joins.unjoined, dropped: this.#intake.dropped }));
  }

  get judgement(): Omit<Judgement, "apply" | "advance" | "recall" | "restore"> {
    return this.#judgement;
  }

  get loops(): LoopHealth {
    return this.#loops.health;
  }

  /**
   * For what comes in at one listener; whether its senders' own scores are believed. `again`: what a processor has judged is
   * judged once more, as a recording from behind one is.
   */
  handlers(trusted: boolean, again = false): Handlers {
    const { attributes } = this.#config.identity;
    return {
      traces: async (batch, via) =>
        await this.#receive("traces", batch, trusted, via, (span) => {
          const call = recogniseSpan(span, attributes);
          return again && call !== undefined ? unjudged(call) : call;
        }),
      logs: async (batch, via) =>
        await this.#receive("logs", batch, trusted, via, (record, fresh) => {
          const read = readLog(record, attributes);
          const tellsCall = read !== undefined && "recognised" in read;
          const told = again && tellsCall ? { ...read, recognised: unjudged(read.recognised) } : read;
          if (told === undefined || told.told === "call") return told?.recognised;
          this.#add(this.#intake.take(told, record, trusted || this.#isTrusted(record), this.#arrival), fresh);
          return undefined;
        }),
      /** They go on as they came. */
      metrics: async (body, contentType, via) => await this.#onward.send({ signal: "metrics", contentType, body }, via),
      refused: () => this.#missed(),
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
      this.#judgement = this.#newJudgement();
    }
    let replayed = 0;
    for (const { position, fact } of journal?.entries(logger) ?? []) {
      this.#remember(fact);
      if (restored && isBefore(position, checkpoint.position)) {
        this.#judgement.recall(fact);
        continue;
      }
      this.#take(this.#judgement.apply(fact), []);
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
    const now = this.#settings.clock.now();
    this.#intake.advance(now);
    // A machine that slept, or a process that was held up, heard nothing meanwhile.
    if (this.#live && now - this.#advancedAt > MOST_BEHIND + this.#config.detection.tick) this.#missed();
    this.#advancedAt = now;
    this.#take(this.#judgement.advance(now), []);
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

  /** Calls may have come that were not heard: their absence says nothing. */
  #missed(): void {
    this.#judgement.resumed(this.#settings.clock.now());
  }

  /** `recognise` gives the call that an item tells of, and adds what it tells beside one to the fresh facts. */
  async #receive<Item extends SpanRecord | LogRecord>(
    signal: "traces" | "logs",
    batch: Batch<Item>,
    trusted: boolean,
    via: string | undefined,
    recognise: (item: Item, fresh: Map<string, Fresh>) => Recognised | undefined,
  ): Promise<ReceiveOutcome> {
    if (this.#loops.knows(via)) return this.#onward.stop(signal);
    this.#counters.received(signal, batch.items.length);
    const additions = new Map<Item, Additions>();
    const fresh = new Map<string, Fresh>();
    this.#arrival = this.#arriving(this.#settings.clock.now());
    const { recognised, returned } = this.#recognised(batch.items, (item) => recognise(item, fresh));
    const { calls, nested } = this.#nested.count(batch.items, recognised);
    for (const reason of nested.values()) this.#counters.skipped(reason);
    for (const [item, call] of calls) this.#guarded(() => this.#understandCall(item, call, trusted, additions, fresh));
    for (const taken of this.#intake.answers(this.#arrival)) this.#guarded(() => this.#add(taken, fresh));
    const facts = [...fresh.values()];
    this.#stages.journal?.append(
      facts.map(({ bytes, fact }) => ({ bytes, arrival: fact.arrival, amends: !isCall(fact) })),
    );
    for (const each of facts) this.#judge(each);
    const request = { signal, contentType: batch.contentType, body: batch.encode(additions) };
    if (returned.size === 0) return await this.#onward.send(request, via);
    return await this.#onward.sendRest(request, via, (i) => returned.has(batch.items[i] as Item));
  }

  /** The calls among the items, and the items that this processor has sent on before. What cannot be read goes on as it came. */
  #recognised<Item extends SpanRecord | LogRecord>(
    items: readonly Item[],
    recognise: (item: Item) => Recognised | undefined,
  ): { readonly recognised: ReadonlyMap<Item, Recognised>; readonly returned: ReadonlySet<Item> } {
    const recognised = new Map<Item, Recognised>();
    const returned = new Set<Item>();
    for (const item of items) {
      this.#guarded(() => {
        const isOwnEvent = this.#loops.isOwnEvent(item);
        const call = isOwnEvent ? undefined : recognise(item);
        const isOwnCall = call !== undefined && this.#loops.isOwn(call.processorId);
        if (isOwnCall) this.#counters.skipped("loop");
        if (isOwnEvent || isOwnCall) returned.add(item);
        else if (call !== undefined) recognised.set(item, call);
      });
    }
    return { recognised, returned };
  }

  /**
   * Arrivals never go back, unless by more than calls may be late: then a clock that had run ahead was set right, and
   * every call would count as late until it is there again.
   */
  #arriving(now: number): number {
    return now < this.#arrival - this.#config.facts.allowed_lateness ? now : Math.max(this.#arrival, now);
  }

  /** What cannot be read goes on as it came. */
  #guarded(understand: () => void): void {
    try {
      understand();
    } catch (error) {
      this.#counters.skipped("unreadable");
      this.#settings.logger.debug("an item cannot be read", { error: String(error) });
    }
  }

  /** One call: its additions, and its fact if it has not been judged before. */
  #understandCall(
    item: SpanRecord | LogRecord,
    recognised: Recognised,
    trustAll: boolean,
    additions: Map<object, Additions>,
    fresh: Map<string, Fresh>,
  ): void {
    const trusted = trustAll || this.#isTrusted(item);
    if (trusted && recognised.processorId !== undefined) {
      this.#upstream.add(spanOf(item), recognised.at);
      return this.#counters.skipped("judged_upstream");
    }
    const service = serviceName(item.resource.attributes);
    const evaluation = evaluate(recognised, trusted, this.#evaluator, this.#intake.earlier(item));
    if (!recognised.pending) additions.set(item, evaluation.additions);
    const input = inputOf(this.#config.input, service);
    const occurrence = { record: item, pending: recognised.pending, arrival: this.#arrival, input };
    const fact = factOfCall(evaluation, occurrence, this.#config.facts);
    if (fact === "too_old") return this.#counters.skipped("too_old");
    if (this.#identities.has(fact.identity) || fresh.has(fact.identity)) return this.#counters.skipped("repeat");
    fresh.set(fact.identity, { ...encoded(fact), matches: evaluation.matches });
    if (isAhead(recognised.at, this.#arrival)) this.#counters.ahead();
    const instance = fact.facets.serviceInstance ?? "";
    if (!recognised.pending) this.#clocks.observe(service, instance, recognised.at, this.#arrival);
  }

  /** What a log record adds to a call, if it has not been added before. */
  #add(taken: Taken | NotTaken | undefined, fresh: Map<string, Fresh>): void {
    if (taken === undefined) return;
    if (typeof taken === "string") return this.#counters.notTaken(taken);
    const { amendment, evaluation } = taken;
    if (this.#upstream.has(spanOf(amendment))) return this.#counters.notTaken("judged_upstream");
    if (this.#amendments.has(amendment.identity) || fresh.has(amendment.identity))
      return this.#counters.notTaken("repeat");
    fresh.set(amendment.identity, { ...encoded(amendment), matches: evaluation?.matches ?? [], taken });
  }

  /** Named as one whose scores are believed wherever it sends them from. */
  #isTrusted({ resource }: SpanRecord | LogRecord): boolean {
    return this.#config.trust_signals.includes(serviceName(resource.attributes));
  }

  #judge({ fact, matches, taken }: Fresh): void {
    this.#remember(fact);
    if (taken !== undefined) this.#intake.written(taken, this.#arrival);
    this.#counters.fact(fact);
    const judged = this.#judgement.apply(fact);
    for (const finding of judged.findings) this.#metrics.finding(finding);
    this.#take(judged, matches);
  }

  #remember(fact: Fact): void {
    this.#arrival = Math.max(this.#arrival, fact.arrival);
    (isCall(fact) ? this.#identities : this.#amendments).add(fact.identity, fact.at);
  }

  /** What was decided goes to the outside. */
  #take({ calls, findings, changes, incidents }: Judged, matches: readonly SafetyMatch[]): void {
    for (const told of calls) tellCall(told, matches, this.#teller);
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

  #newJudgement(): Judgement {
    const { detection, incidents, facts } = this.#config;
    return new Judgement(detection, incidents, facts.allowed_lateness);
  }
}

/** As if no processor had seen it. */
const unjudged = (call: Recognised): Recognised => ({ ...call, processorId: undefined });

/** What is judged is what is written: a replay of the journal sees nothing else. */
function encoded(fact: Fact): { readonly fact: Fact; readonly bytes: Uint8Array } {
  const bytes = encodeFact(fact);
  return { fact: decodeFact(bytes) ?? fact, bytes };
}

function spanOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId}:${spanId}`;
}
