import { DIALECTS } from "../dialects/dialects.ts";
import { NestedCalls } from "../dialects/nested-calls.ts";
import { recogniseLog, understandSpan, type NoCall } from "../dialects/recognise.ts";
import type { Recognised } from "../dialects/recognised.ts";
import { identityOfCall } from "../facts/fact-of-call.ts";
import { Identities } from "../facts/identities.ts";
import type { AttributeReader, LogRecord, SpanRecord } from "../otlp/records.ts";
import { CALL_FIELDS } from "./call-fields.ts";
import type { DumpItem } from "./read-dump.ts";
import { Tally } from "./tally.ts";

/** What was understood of dumps: counts, attribute names, models; never a value of another attribute. */
export interface Report {
  readonly requests: { readonly spans: number; readonly logs: number; readonly metrics: number };
  /** Parts of the dump that were skipped, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly spans: number;
  readonly records: number;
  /** Calls that count. */
  readonly calls: number;
  readonly by: Readonly<Record<"dialect" | "operation" | "provider" | "model", Readonly<Record<string, number>>>>;
  /** Calls that have the field. */
  readonly fields: Readonly<Record<string, number>>;
  readonly tokens: { readonly input: number; readonly output: number };
  /** Spans and records that tell of a call and do not count, by reason. */
  readonly notCounted: Readonly<Record<string, number>>;
  /** Spans of a dialect that are no inference, by what they say they are. */
  readonly otherOperations: Readonly<Record<string, number>>;
  /** Spans that look like a model call and are read as none. */
  readonly missed: {
    readonly spans: number;
    readonly reasons: Readonly<Record<string, number>>;
    /** The attributes that gave them away. */
    readonly attributes: Readonly<Record<string, number>>;
  };
  /** Attributes of calls, in the namespaces of model calls, that nothing reads. */
  readonly unread: Readonly<Record<string, number>>;
}

/** Namespaces in which emitters write about model calls. */
const NAMESPACE =
  /^(?:gen_ai|llm|ai|openai|anthropic|aws\.bedrock|openinference|traceloop|langfuse|langwatch|mlflow|pydantic_ai|embedding)[.]|^genkit:|^(?:request_data|response_data)$/;
/** What in such a namespace only a call has; names of users and sessions are everywhere. */
const GIVES_AWAY = /model|token|usage|prompt|completion|messages|request|response|input|output/i;

/** Attributes that some table reads; where another stood in their place they were not looked at. */
const KNOWN: ReadonlySet<string> = new Set(
  DIALECTS.flatMap(({ fields }) => [
    ...Object.keys(fields),
    ...Object.values(fields).flatMap(({ keys }) =>
      keys.map((key) => key.replace(/ → .*/, "").replaceAll(".M.", ".N.")),
    ),
  ]),
);

/** Adds up what dumps hold, by the same code and in the same order as the processor. */
export class Inspection {
  readonly #requests = { spans: 0, logs: 0, metrics: 0 };
  readonly #totals = { spans: 0, records: 0, calls: 0, input: 0, output: 0, missed: 0 };
  readonly #skipped = new Tally();
  readonly #by = { dialect: new Tally(), operation: new Tally(), provider: new Tally(), model: new Tally() };
  readonly #fields = new Map<string, number>(CALL_FIELDS.map(([name]) => [name, 0]));
  readonly #notCounted = new Tally();
  readonly #otherOperations = new Tally();
  readonly #missedReasons = new Tally();
  readonly #missedAttributes = new Tally();
  readonly #unread = new Tally();
  readonly #nested = new NestedCalls();
  readonly #identities = new Identities();

  add(item: DumpItem): void {
    switch (item.kind) {
      case "problem":
        this.#skipped.add(item.problem);
        return;
      case "metrics":
        this.#requests.metrics++;
        return;
      case "logs":
        this.#requests.logs++;
        this.#totals.records += item.items.length;
        this.#take(item.items, (record) => recogniseLog(record));
        return;
      case "spans":
        this.#requests.spans++;
        this.#totals.spans += item.items.length;
        this.#take(item.items, (span) => this.#understand(span));
    }
  }

  report(): Report {
    const { spans, records, calls, input, output, missed } = this.#totals;
    return {
      requests: { ...this.#requests },
      skipped: this.#skipped.entries(),
      spans,
      records,
      calls,
      by: {
        dialect: this.#by.dialect.entries(),
        operation: this.#by.operation.entries(),
        provider: this.#by.provider.entries(),
        model: this.#by.model.entries(),
      },
      fields: Object.fromEntries(this.#fields),
      tokens: { input, output },
      notCounted: this.#notCounted.entries(),
      otherOperations: this.#otherOperations.entries(),
      missed: {
        spans: missed,
        reasons: this.#missedReasons.entries(),
        attributes: this.#missedAttributes.entries(),
      },
      unread: this.#unread.entries(),
    };
  }

  #take<Item extends SpanRecord | LogRecord>(
    items: readonly Item[],
    recognise: (item: Item) => Recognised | undefined,
  ): void {
    const recognised = new Map<Item, Recognised>();
    for (const item of items) {
      try {
        const call = recognise(item);
        if (call !== undefined) recognised.set(item, call);
      } catch {
        this.#skipped.add("unreadable");
      }
    }
    const { calls, nested } = this.#nested.count(items, recognised);
    for (const reason of nested.values()) this.#notCounted.add(reason);
    for (const [item, call] of calls) this.#count(item, call);
  }

  #understand(span: SpanRecord): Recognised | undefined {
    const read = new Set<string>();
    const watched: AttributeReader = {
      get: (key) => {
        read.add(key);
        return span.attributes.get(key);
      },
      keys: () => span.attributes.keys(),
    };
    const understood = understandSpan({ ...span, attributes: watched });
    const ofCalls = [...span.attributes.keys()].filter((key) => NAMESPACE.test(key));
    if ("noCall" in understood) {
      this.#noCall(understood, ofCalls);
      return undefined;
    }
    for (const key of ofCalls) if (!read.has(key) && !KNOWN.has(numbered(key))) this.#unread.add(numbered(key));
    return understood;
  }

  #noCall(reason: NoCall, ofCalls: readonly string[]): void {
    switch (reason.noCall) {
      case "wraps":
      case "unfinished":
        this.#notCounted.add(reason.noCall);
        return;
      case "other_operation":
        this.#otherOperations.add(reason.operation);
        return;
      case "no_dialect":
      case "no_operation": {
        const given = ofCalls.filter((key) => GIVES_AWAY.test(key));
        if (given.length === 0) return;
        this.#totals.missed++;
        this.#missedReasons.add("dialect" in reason ? `${reason.noCall} (${reason.dialect})` : reason.noCall);
        for (const key of given) this.#missedAttributes.add(numbered(key));
      }
    }
  }

  #count(item: SpanRecord | LogRecord, { dialect, call, pending, at }: Recognised): void {
    const identity = identityOfCall(item, call, pending);
    const again = this.#identities.has(identity) ? "repeat" : undefined;
    const reason = pending ? "pending" : again;
    if (reason !== undefined) return this.#notCounted.add(reason);
    this.#identities.add(identity, at);
    this.#totals.calls++;
    this.#totals.input += call.usage?.input ?? 0;
    this.#totals.output += call.usage?.output ?? 0;
    this.#by.dialect.add(dialect);
    this.#by.operation.add(call.operation);
    this.#by.provider.add(call.provider);
    this.#by.model.add(call.response.model ?? call.request.model);
    for (const [name, has] of CALL_FIELDS) if (has(call)) this.#fields.set(name, (this.#fields.get(name) ?? 0) + 1);
  }
}

/** One name for the keys of all messages, all tools, all choices. */
function numbered(key: string): string {
  return key.replaceAll(/(?<=\.)-?\d+(?=\.|$)/g, "N");
}
