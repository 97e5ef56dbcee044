import { seededRandom } from "../../examples/node-service/random.ts";
import type { CallFact } from "../../processor/src/facts/call-fact.ts";
import type { Datasets } from "./dataset.ts";
import { factOf, T0 } from "./recorded-call.ts";

/** Ten minutes, in which a client's rate is known. */
export const WINDOW = 10 * 60_000;
export const WINDOWS = 14 * 144;
const MODELS = ["m-small", "m-mid", "m-large"] as const;

/** Quantiles of a count of tokens as recorded: 0.5, 0.95, 0.99, 1. */
type Tokens = readonly [number, number, number, number];

/** What one caller of a provider did in two weeks. */
export interface Client {
  readonly name: string;
  /** Calls a window. */
  readonly calls: Float32Array;
  readonly tokens: readonly { readonly from: number; readonly input: Tokens; readonly output: Tokens }[];
}

interface Row {
  readonly client: number;
  readonly t: number;
  readonly rate_rps: number;
  readonly input_tokens?: Recorded;
  readonly output_tokens?: Recorded;
}

interface Recorded {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** The clients of each model of the ServeGen set. */
export function production(data: Datasets): readonly (readonly Client[])[] {
  return MODELS.flatMap((model) => {
    const rows = data.rows(`servegen/language_${model}`) as readonly Row[];
    const clients = [...Map.groupBy(rows, ({ client }) => client)].map(([id, own]) => clientOf(`${model}-${id}`, own));
    const usable = clients.filter(({ tokens }) => tokens.length > 0);
    return usable.length === 0 ? [] : [usable];
  });
}

function clientOf(name: string, rows: readonly Row[]): Client {
  const calls = new Float32Array(WINDOWS);
  for (const { t, rate_rps: rate } of rows) calls[Math.floor(t / 600)] = rate * 600;
  const tokens = rows.flatMap(({ t, input_tokens: input, output_tokens: output }) =>
    input === undefined || output === undefined
      ? []
      : [{ from: Math.floor(t / 600), input: tokensOf(input), output: tokensOf(output) }],
  );
  return { name, calls, tokens };
}

function tokensOf({ p50, p95, p99, max }: Recorded): Tokens {
  return [p50, Math.max(p50, p95), Math.max(p50, p95, p99), Math.max(p50, max)];
}

/** Answers of one model to questions of one kind, for what is judged of content: drawn anew for every call. */
export function answerPools(data: Datasets): readonly (readonly CallFact[])[] {
  const drift = ["prime_full", "leetcode_easy", "opinionqa"].flatMap((task) => {
    const rows = data.rows(`llmdrift/${task}`) as readonly { model: string; query: string; answer: string }[];
    return [...Map.groupBy(rows, ({ model }) => model).values()].map((own) =>
      own.map(({ model, query, answer }) => factOf({ model, question: query, answer }, "load")),
    );
  });
  return drift.filter((pool) => pool.length >= 100);
}

/** Windows in which a client must have been active to stand for a service of its own. */
const ACTIVE = WINDOWS / 4;
const USERS = 2_000;
/** A window with less than this share of the model's median is a gap in the recording. */
const GAP = 0.05;

/**
 * A cell as it is drawn: one client of the provider with made-up users of its own, or in one of three cells all clients of
 * a model, as a gateway sees them, each a user. Rates are thinned; failures, latencies and agents' runs are made up.
 */
export class ProductionCell {
  readonly clients: readonly Client[];
  readonly #seed: number;
  readonly #random: () => number;
  readonly #answers: readonly CallFact[];
  /** Calls of all clients of the model, by window. */
  readonly #recorded: Float32Array;
  readonly #gap: number;
  readonly #scale: number;
  /** Seconds for an output token, before the first one; share of failing calls; share of calls in agent runs. */
  readonly #habits: {
    readonly token: number;
    readonly wait: number;
    readonly failing: number;
    readonly agents: number;
  };
  #runs: { trace: string; left: number; input: number }[] = [];
  #n = 0;

  constructor(seed: number, models: readonly (readonly Client[])[], pools: readonly (readonly CallFact[])[]) {
    this.#seed = seed;
    this.#random = seededRandom(seed);
    const random = this.#random;
    const singles = models.flat().filter(({ calls }) => calls.reduce((n, each) => n + Number(each > 0), 0) >= ACTIVE);
    const single = singles[Math.floor(random() * singles.length)];
    this.clients = seed % 3 === 0 || single === undefined ? (models[(seed / 3) % models.length] ?? []) : [single];
    const model = models.find((each) => each.some((client) => client === this.clients[0])) ?? [];
    this.#recorded = new Float32Array(WINDOWS).map((_, w) =>
      model.reduce((sum, { calls }) => sum + (calls[w] ?? 0), 0),
    );
    this.#gap = GAP * (this.#recorded.toSorted()[WINDOWS / 2] ?? 0);
    const total = this.clients.reduce((sum, { calls }) => sum + calls.reduce((a, b) => a + b, 0), 0);
    // From one call in two minutes to one in four seconds.
    this.#scale = (WINDOWS * 5 * 30 ** random()) / Math.max(1, total);
    this.#answers = pools[Math.floor(random() * pools.length)] ?? [];
    this.#habits = {
      token: 0.005 * 6 ** random(),
      wait: 0.2 * 4 ** random(),
      failing: 0.0005 * 20 ** random(),
      agents: random() < 0.25 ? 0.5 : 0,
    };
  }

  /** The calls of a window, in order. */
  calls(window: number): readonly CallFact[] {
    const calls = this.clients.flatMap((client) => {
      const count = this.#poisson((client.calls[window] ?? 0) * this.#scale);
      return Array.from({ length: count }, () => this.#call(client, window));
    });
    return calls.toSorted((a, b) => a.at - b.at);
  }

  /** Calls to be expected of a window. */
  expected(window: number): number {
    return this.#scale * this.clients.reduce((sum, { calls }) => sum + (calls[window] ?? 0), 0);
  }

  /** Next to nothing is recorded of any client: it is not known whether calls came. */
  isGap(window: number): boolean {
    return (this.#recorded[window] ?? 0) < this.#gap;
  }

  random(): number {
    return this.#random();
  }

  #call(client: Client, window: number): CallFact {
    const random = this.#random;
    const answer = this.#answers[Math.floor(random() * this.#answers.length)];
    const known = client.tokens.findLast(({ from }) => from <= window) ?? client.tokens[0];
    if (answer === undefined || known === undefined) throw new RangeError("an empty pool");
    const n = ++this.#n;
    const at = Math.floor(T0 + (window + random()) * WINDOW);
    const output = draw(known.output, random());
    // Providers are slower by day.
    const hour = 1 + 0.15 * Math.sin((2 * Math.PI * (window % 144)) / 144);
    const first = this.#habits.wait * hour * Math.exp(0.4 * this.#normal());
    const perToken = this.#habits.token * hour * Math.exp(0.25 * this.#normal());
    const failed = random() < this.#habits.failing;
    const run = this.#run(draw(known.input, random()));
    const base: CallFact = {
      ...answer,
      identity: String(n),
      traceId: run.trace,
      spanId: n.toString(16).padStart(16, "0"),
      at,
      start: Math.floor(at - 1_000 * (first + output * perToken)),
      arrival: at,
      caller: { user: this.clients.length > 1 ? client.name : `user-${this.#user()}` },
      duration: first + output * perToken,
      timeToFirstChunk: first,
      timePerChunk: perToken,
      failedAttempts: random() < 3 * this.#habits.failing ? 1 : 0,
    };
    if (failed) {
      return { ...base, failure: "server_error", usage: {}, measurements: {}, labels: {}, timeToFirstChunk: undefined };
    }
    const usage = { input: run.input, output };
    return { ...base, usage, cost: usage.input * 1.5e-7 + output * 6e-7 };
  }

  /** A call of its own, or a step of an agent's run, whose prompt grows. */
  #run(input: number): { readonly trace: string; readonly input: number } {
    const trace = (this.#seed * 1e7 + this.#n).toString(16).padStart(32, "0");
    if (this.#random() >= this.#habits.agents) return { trace, input };
    const index = Math.floor(this.#random() * 5);
    const going = this.#runs[index];
    if (going === undefined || going.left <= 0) {
      this.#runs[index] = { trace, left: Math.floor(12 * this.#random()), input };
      return { trace, input };
    }
    going.left--;
    going.input += Math.ceil(0.1 * input * this.#random());
    return { trace: going.trace, input: going.input };
  }

  /** By Zipf's law: the first one has an eighth of the calls. */
  #user(): number {
    return Math.floor((USERS + 1) ** this.#random());
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }

  #poisson(mean: number): number {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.#normal()));
    let product = this.#random();
    let count = 0;
    for (const limit = Math.exp(-mean); product > limit; count++) product *= this.#random();
    return count;
  }
}

/** Between the recorded quantiles on the logarithmic scale. */
function draw([p50, p95, p99, max]: Tokens, u: number): number {
  if (u < 0.5) return Math.max(1, Math.round(p50 * (0.3 + 1.4 * u)));
  const [low, high, share] =
    u < 0.95 ? [p50, p95, (u - 0.5) / 0.45] : u < 0.99 ? [p95, p99, (u - 0.95) / 0.04] : [p99, max, (u - 0.99) / 0.01];
  return Math.max(1, Math.round(Math.max(1, low) * (Math.max(1, high) / Math.max(1, low)) ** share));
}
