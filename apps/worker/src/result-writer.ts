import type { FoldBaselines } from '@holdfast/core/training/train-baselines';
import { keepFoldBaselines } from '@holdfast/db/baselines';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import {
  acceptFoldResult,
  type ClaimKey,
  type FoldResultInput,
  failFoldRun,
  giveBackFoldRuns,
} from '@holdfast/db/fold-runs';
import type { Database } from '@holdfast/db/open-database';
import type { Logger } from 'pino';
import { retry } from './retry.ts';

export interface WrittenCounts {
  accepted: number;
  /** Results of attempts that had been given up: dropped. */
  late: number;
  failed: number;
  givenBack: number;
}

/**
 * Writes what came of the fold runs while the threads go on. At most `maxPending` results wait to be written;
 * through an outage of the database they are kept and tried again.
 */
export class ResultWriter {
  readonly counts: WrittenCounts = { accepted: 0, late: 0, failed: 0, givenBack: 0 };
  readonly #db: Database;
  readonly #worker: string;
  readonly #log: Logger;
  readonly #maxPending: number;
  readonly #pending = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  #outage = false;
  #returning: ClaimKey[] | null = null;

  constructor(options: { db: Database; worker: string; log: Logger; maxPending: number }) {
    this.#db = options.db;
    this.#worker = options.worker;
    this.#log = options.log;
    this.#maxPending = options.maxPending;
  }

  /**
   * Resolves as soon as there is room; `written` is called when the database has it, or never will. Baselines that came
   * with it go first: who sees the result finds them.
   */
  accept(
    key: ClaimKey,
    result: FoldResultInput,
    written: () => void,
    baselines: FoldBaselines | null,
  ): Promise<void> {
    return this.#write(key, written, async () => {
      if (baselines !== null) await keepFoldBaselines(this.#db, key, baselines);
      const answer = await acceptFoldResult(this.#db, { worker: this.#worker, ...key, result });
      this.counts[answer] += 1;
      if (answer === 'late') this.#log.debug(key, 'a result came late and was dropped');
    });
  }

  fail(key: ClaimKey, kind: 'trial' | 'infrastructure', reason: string, written: () => void): Promise<void> {
    return this.#write(key, written, async () => {
      await failFoldRun(this.#db, { worker: this.#worker, ...key, reason, kind });
      this.counts.failed += 1;
    });
  }

  /** Fold runs given back in one go are one statement. */
  giveBack(key: ClaimKey): void {
    if (this.#returning !== null) {
      this.#returning.push(key);
      return;
    }
    const claims = [key];
    this.#returning = claims;
    setImmediate(() => {
      this.#returning = null;
      this.#track(this.#returnAll(claims));
    });
  }

  /** Waits until all is written. */
  async settle(): Promise<void> {
    // What is given back joins the others a moment later.
    do {
      await new Promise((resolve) => setImmediate(resolve));
      await Promise.all(this.#pending);
    } while (this.#pending.size > 0 || this.#returning !== null);
  }

  /** Tries nothing again from here on. */
  stop(): void {
    this.#stopped.abort();
  }

  async #returnAll(claims: ClaimKey[]): Promise<void> {
    try {
      await this.#retrying(() => giveBackFoldRuns(this.#db, { worker: this.#worker, claims }));
      this.counts.givenBack += claims.length;
    } catch (error) {
      this.#log.warn(
        { error: (error as Error).message, foldRuns: claims.length },
        'fold runs could not be given back; their leases will expire',
      );
    }
  }

  async #write(key: ClaimKey, written: () => void, write: () => Promise<void>): Promise<void> {
    const work = this.#retrying(write)
      .catch((error: Error) => {
        this.#log.error(
          { ...key, error: error.message },
          'a result could not be written; its lease will expire',
        );
      })
      .finally(written);
    this.#track(work);
    while (this.#pending.size >= this.#maxPending) await Promise.race(this.#pending);
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#pending.delete(tracked));
    this.#pending.add(tracked);
  }

  async #retrying<T>(write: () => Promise<T>): Promise<T> {
    const answer = await retry(write, {
      isOutage: isDatabaseUnreachable,
      signal: this.#stopped.signal,
      onOutage: (error) => {
        if (!this.#outage) this.#log.warn({ error: error.message }, 'the database is away; results are kept');
        this.#outage = true;
      },
    });
    if (this.#outage) this.#log.info('the database is back; results are being written');
    this.#outage = false;
    return answer;
  }
}
