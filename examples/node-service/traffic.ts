import { question } from "./content.ts";
import { between, type Random } from "./random.ts";

const USERS = 40;
const ROUTES = [
  { path: "/reply", share: 0.32 },
  { path: "/triage", share: 0.28 },
  { path: "/draft", share: 0.3 },
  { path: "/agent", share: 0.1 },
] as const;

export interface TrafficCounts {
  readonly sent: number;
  readonly answered: number;
  readonly failed: number;
}

/** Customers: independent arrivals at a mean rate, each a ticket to one of the service's routes. */
export class Traffic {
  readonly #service: string;
  readonly #random: Random;
  readonly #perSecond: number;
  #timer: NodeJS.Timeout | undefined;
  #counts = { sent: 0, answered: 0, failed: 0 };
  readonly #open = new Set<Promise<void>>();

  constructor(service: string, random: Random, perSecond: number) {
    this.#service = service;
    this.#random = random;
    this.#perSecond = perSecond;
  }

  get counts(): TrafficCounts {
    return { ...this.#counts };
  }

  start(): void {
    const next = (): void => {
      const wait = (-Math.log(1 - this.#random()) / this.#perSecond) * 1_000;
      this.#timer = setTimeout(() => {
        this.send(this.#route(), `user-${1 + Math.floor(between(this.#random, 0, USERS))}`);
        next();
      }, wait);
    };
    next();
  }

  /** Ends the arrivals and waits for the tickets under way. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await Promise.allSettled(this.#open);
  }

  send(path: string, user: string): void {
    const body = JSON.stringify({
      user,
      session: `${user}-${Math.floor(this.#random() * 3)}`,
      question: question(this.#random),
    });
    const done = this.#post(path, body).finally(() => this.#open.delete(done));
    this.#open.add(done);
  }

  async #post(path: string, body: string): Promise<void> {
    this.#counts.sent++;
    try {
      const response = await fetch(this.#service + path, { method: "POST", body });
      await response.arrayBuffer();
      if (response.ok) this.#counts.answered++;
      else this.#counts.failed++;
    } catch {
      this.#counts.failed++;
    }
  }

  #route(): string {
    let at = this.#random();
    for (const route of ROUTES) {
      at -= route.share;
      if (at < 0) return route.path;
    }
    return ROUTES[0].path;
  }
}
