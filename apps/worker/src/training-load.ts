import { foldSecondsBounds, type WorkerLoad } from '@holdfast/db/workers';

/** How much a worker has trained since it began, for its heartbeat. */
export class TrainingLoad {
  readonly #counts: number[] = Array.from({ length: foldSecondsBounds.length + 1 }, () => 0);
  readonly #now: () => number;
  #sum = 0;
  #busySeconds = 0;
  #running = 0;
  #since: number;

  /** @param now a clock, in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#since = now();
  }

  /** As many threads train from now on. */
  running(threads: number): void {
    const now = this.#now();
    this.#busySeconds += (this.#running * (now - this.#since)) / 1000;
    this.#since = now;
    this.#running = threads;
  }

  /** A fold run was trained in so many seconds. */
  trained(seconds: number): void {
    const bucket = foldSecondsBounds.findIndex((bound) => seconds <= bound);
    this.#counts[bucket === -1 ? foldSecondsBounds.length : bucket]! += 1;
    this.#sum += seconds;
  }

  now(): WorkerLoad {
    this.running(this.#running);
    return { busySeconds: this.#busySeconds, foldSeconds: { counts: [...this.#counts], sum: this.#sum } };
  }
}
