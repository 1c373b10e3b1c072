import type { FoldBaselines } from '@holdfast/core/training/train-baselines';
import { keepFoldBaselines } from '@holdfast/db/baselines';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import {
  acceptFoldResults,
  type ClaimKey,
  type FoldResultInput,
  failFoldRun,
  giveBackFoldRuns,
} from '@holdfast/db/fold-runs';
import type { Database } from '@holdfast/db/open-database';
import { type PackedFoldResult, packFoldResult } from '@holdfast/db/pack-fold-results';
import type { Logger } from 'pino';
import { retry } from './retry.ts';

export interface WrittenCounts {
  accepted: number;
  /** Results of attempts that had been given up: dropped. */
  late: number;
  failed: number;
  givenBack: number;
}

interface Handed {
  key: ClaimKey;
  packed: PackedFoldResult;
  written: () => void;
  baselines: FoldBaselines | null;
}

/** The results of one search that are on their way. */
interface Batch {
  waiting: Handed[];
  /** Those that wait are to be written as soon as the statement before is done. */
  due: boolean;
  writing: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** So long a result waits for those of its search that are being trained beside it. */
const lingerMs = 20;
const mostAtOnce = 128;
const mostBytesAtOnce = 8 * 1024 * 1024;

/**
 * Writes what came of the fold runs while the threads go on: results of one search together, one statement at a time,
 * since they would wait for each other's lock. At most `maxPending` results wait to be written; through an outage of
 * the database they are kept and tried again.
 */
export class ResultWriter {
  readonly counts: WrittenCounts = { accepted: 0, late: 0, failed: 0, givenBack: 0 };
  readonly #db: Database;
  readonly #worker: string;
  readonly #log: Logger;
  readonly #maxPending: number;
  readonly #batches = new Map<string, Batch>();
  readonly #pending = new Set<Promise<void>>();
  readonly #stopped = new AbortController();
  /** Results that are not written yet. */
  #open = 0;
  #waitForRoom: (() => void)[] = [];
  #outage = false;
  #returning: ClaimKey[] | null = null;

  constructor(options: { db: Database; worker: string; log: Logger; maxPending: number }) {
    this.#db = options.db;
    this.#worker = options.worker;
    this.#log = options.log;
    this.#maxPending = options.maxPending;
  }

  /**
   * Resolves as soon as there is room; `written` is called when the database has it, or never will.
   * @param options.more whether others of its search will be handed in soon
   * @param options.baselines of its fold; they go first, so that whoever sees the result finds them
   */
  async accept(
    key: ClaimKey,
    result: FoldResultInput,
    {
      written,
      more,
      baselines = null,
    }: { written: () => void; more: boolean; baselines?: FoldBaselines | null },
  ): Promise<void> {
    let packed: PackedFoldResult;
    try {
      packed = packFoldResult(key, result);
    } catch (error) {
      this.#giveUp(key, error as Error);
      written();
      return;
    }
    const batch = this.#batchOf(key.search);
    batch.waiting.push({ key, packed, written, baselines });
    this.#open += 1;
    if (!more || batch.waiting.length >= mostAtOnce) this.#flush(key.search, batch);
    else batch.timer ??= setTimeout(() => this.#flush(key.search, batch), lingerMs);
    while (this.#open >= this.#maxPending) {
      await new Promise<void>((resolve) => this.#waitForRoom.push(resolve));
    }
  }

  async fail(
    key: ClaimKey,
    kind: 'trial' | 'infrastructure',
    reason: string,
    written: () => void,
  ): Promise<void> {
    const work = this.#retrying(async () => {
      await failFoldRun(this.#db, { worker: this.#worker, ...key, reason, kind });
      this.counts.failed += 1;
    });
    this.#track(work.catch((error: Error) => this.#giveUp(key, error)).finally(written));
    while (this.#pending.size >= this.#maxPending) await Promise.race(this.#pending);
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
      for (const [search, batch] of this.#batches) this.#flush(search, batch);
      await Promise.all(this.#pending);
    } while (this.#pending.size > 0 || this.#batches.size > 0 || this.#returning !== null);
  }

  /** Tries nothing again from here on. */
  stop(): void {
    this.#stopped.abort();
  }

  #batchOf(search: string): Batch {
    const batch = this.#batches.get(search) ?? { waiting: [], due: false, writing: false, timer: undefined };
    this.#batches.set(search, batch);
    return batch;
  }

  #flush(search: string, batch: Batch): void {
    clearTimeout(batch.timer);
    batch.timer = undefined;
    batch.due = batch.waiting.length > 0;
    if (batch.due && !batch.writing) this.#track(this.#writeBatch(search, batch));
  }

  async #writeBatch(search: string, batch: Batch): Promise<void> {
    batch.writing = true;
    while (batch.due) {
      const handed = takeUpTo(batch.waiting, mostAtOnce, mostBytesAtOnce);
      batch.due = batch.waiting.length > 0;
      await this.#write(search, handed);
    }
    batch.writing = false;
    if (batch.waiting.length === 0) this.#batches.delete(search);
  }

  async #write(search: string, handed: readonly Handed[]): Promise<void> {
    try {
      const results = handed.map(({ packed }) => packed);
      const outcomes = await this.#retrying(async () => {
        for (const { key, baselines } of handed)
          if (baselines !== null) await keepFoldBaselines(this.#db, key, baselines);
        return acceptFoldResults(this.#db, { search, worker: this.#worker, results });
      });
      for (const [place, outcome] of outcomes.entries()) {
        this.counts[outcome] += 1;
        if (outcome === 'late') this.#log.debug(handed[place]!.key, 'a result came late and was dropped');
      }
    } catch (error) {
      // One that the database will not have must not take the others with it.
      if (handed.length > 1 && !isDatabaseUnreachable(error)) {
        for (const one of handed) await this.#write(search, [one]);
        return;
      }
      for (const { key } of handed) this.#giveUp(key, error as Error);
    }
    this.#open -= handed.length;
    for (const { written } of handed) written();
    for (const resolve of this.#waitForRoom.splice(0)) resolve();
  }

  #giveUp(key: ClaimKey, error: Error): void {
    this.#log.error({ ...key, error: error.message }, 'a result could not be written; its lease will expire');
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

/** Takes from the front so many, and after the first no more bytes than that. */
function takeUpTo(waiting: Handed[], most: number, mostBytes: number): Handed[] {
  let bytes = 0;
  let count = 0;
  for (const { packed } of waiting) {
    bytes += packed.json.length + packed.predictions.length + packed.checkpoint.length;
    if (count === most || (count > 0 && bytes > mostBytes)) break;
    count += 1;
  }
  return waiting.splice(0, count);
}
