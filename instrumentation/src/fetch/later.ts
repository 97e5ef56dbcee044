import type { Scheduler } from "./scheduler.ts";

/**
 * Work that the app need not wait for: it is done when the app has gone on, or at `flush`. Holds what the calls leave
 * that end within one turn of the event loop.
 */
export class Later {
  readonly #scheduler: Pick<Scheduler, "soon">;
  #tasks: (() => void)[] = [];

  constructor(scheduler: Pick<Scheduler, "soon">) {
    this.#scheduler = scheduler;
  }

  add(task: () => void): void {
    this.#tasks.push(task);
    if (this.#tasks.length === 1) this.#scheduler.soon(() => this.flush());
  }

  flush(): void {
    const tasks = this.#tasks;
    this.#tasks = [];
    for (const task of tasks) task();
  }
}
