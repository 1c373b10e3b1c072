import { fileURLToPath } from 'node:url';
import type { CompletedRefit } from '@holdfast/core/training/refit-trial';
import { Piscina } from 'piscina';
import type { RefitTask } from './threads/refit-trial.thread.ts';

/** The built entry, also where this is run from its source. */
const entry = fileURLToPath(new URL('../dist/threads/refit-trial.thread.js', import.meta.url));

/** A training looks at its flag every few milliseconds; one that has not by then never will. */
const heedMs = 1500;

export type Refit = (
  input: Omit<RefitTask, 'cancelled'>,
) => Promise<CompletedRefit | { status: 'failed'; reason: string }>;

/** A thread takes its time to start, and a reveal may train several trials. */
const idleMs = 10_000;

/**
 * Trains on a thread, so that the process goes on signing, renewing its lease and listening to signals. The thread is
 * handed training rows and nothing else.
 */
export class RefitThread {
  readonly #piscina = new Piscina<RefitTask>({
    filename: entry,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: idleMs,
  });

  /** @throws the signal's reason, soon after it is aborted */
  async refit(input: Omit<RefitTask, 'cancelled'>, signal: AbortSignal): ReturnType<Refit> {
    signal.throwIfAborted();
    const cancelled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    const ending = new AbortController();
    let deadline: NodeJS.Timeout | undefined;
    const cancel = () => {
      Atomics.store(cancelled, 0, 1);
      deadline = setTimeout(() => ending.abort(), heedMs);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const outcome = await this.#piscina.run({ ...input, cancelled }, { signal: ending.signal });
      if (outcome.status !== 'cancelled') return outcome;
      throw signal.reason;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      clearTimeout(deadline);
      signal.removeEventListener('abort', cancel);
    }
  }

  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}
