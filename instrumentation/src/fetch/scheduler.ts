/** Time, as the seam needs it; tests bring their own. */
export interface Scheduler {
  /** Milliseconds since the epoch, with their fraction. */
  now(): number;
  /** Calls `run` once after `milliseconds`, unless the returned function is called before. Keeps no process alive. */
  after(milliseconds: number, run: () => void): () => void;
  /** Calls `run` when the work at hand is done. */
  soon(run: () => void): void;
}

export const systemScheduler: Scheduler = {
  now: () => performance.timeOrigin + performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds).unref();
    return () => clearTimeout(timer);
  },
  soon: (run) => {
    setImmediate(run);
  },
};
