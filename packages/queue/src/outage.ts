/** Where the queue reports outages; a pino logger and the console both fit. */
export interface OutageLog {
  warn(message: string): void;
  info(message: string): void;
}

/** Says once that the queue is gone and once that it is back, however many errors come between. */
export class Outage {
  readonly #log: OutageLog;
  readonly #store: string;
  #since: number | null = null;

  constructor(store: string, log: OutageLog) {
    this.#store = store;
    this.#log = log;
  }

  failed(error: Error): void {
    if (this.#since !== null) return;
    this.#since = Date.now();
    this.#log.warn(
      `The queue on ${this.#store} does not answer; trying again until it does: ${describe(error)}`,
    );
  }

  answered(): void {
    if (this.#since === null) return;
    const seconds = ((Date.now() - this.#since) / 1000).toFixed(1);
    this.#since = null;
    this.#log.info(`The queue on ${this.#store} answers again after ${seconds} s.`);
  }
}

/** An AggregateError (both addresses of localhost refused, say) has no message of its own. */
function describe(error: Error): string {
  if (error.message) return error.message;
  if (error instanceof AggregateError) return error.errors.map((each) => (each as Error).message).join('; ');
  return error.name;
}
