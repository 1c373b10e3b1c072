import { type ClaimKey, renewLeases } from '@holdfast/db/fold-runs';
import type { Database } from '@holdfast/db/open-database';
import type { Logger } from 'pino';
import { type Cancellation, createCancellation } from './training-pool.ts';

/** A fold run that this process trains, or whose result it is writing. */
export type HeldClaim = ClaimKey & {
  readonly cancellation: Cancellation;
  /** `lost`: another worker's, cancelled or deleted; `draining`: to be given back. */
  cancelledAs: 'lost' | 'draining' | null;
  /** `performance.now()` when a thread took it. */
  startedAt: number | null;
  /** Its training is over: the lease is kept until the database has the result. */
  trained: boolean;
  /** How long the training is thought to take. */
  expectedSeconds: number;
};

export const leaseSeconds = 6;
const renewEveryMs = 1500;
// A search that gets results raises its revision many times a second.
const renewAtMostEveryMs = 500;

/** All claims of this process: their leases are renewed together, and trainings whose lease is lost are stopped. */
export class HeldClaims {
  readonly #db: Database;
  readonly #worker: string;
  readonly #log: Logger;
  readonly #held = new Set<HeldClaim>();
  readonly #timer: NodeJS.Timeout;
  #soon: NodeJS.Timeout | null = null;
  #renewing = false;
  #lastRenewal = 0;
  #outage = false;
  #drainTimer: NodeJS.Timeout | null = null;
  #draining: { until: number } | null = null;
  lost = 0;

  constructor(options: { db: Database; worker: string; log: Logger }) {
    this.#db = options.db;
    this.#worker = options.worker;
    this.#log = options.log;
    this.#timer = setInterval(() => void this.#renew(), renewEveryMs);
  }

  get size(): number {
    return this.#held.size;
  }

  get training(): number {
    let count = 0;
    for (const claim of this.#held) if (claim.startedAt !== null && !claim.trained) count += 1;
    return count;
  }

  /** Whether a claim of this search is not trained yet. */
  isTraining(search: string): boolean {
    for (const claim of this.#held) if (claim.search === search && !claim.trained) return true;
    return false;
  }

  hold(key: ClaimKey, expectedSeconds: number): HeldClaim {
    const claim: HeldClaim = {
      ...key,
      cancellation: createCancellation(),
      cancelledAs: null,
      startedAt: null,
      trained: false,
      expectedSeconds,
    };
    this.#held.add(claim);
    if (this.#draining !== null) this.#cancel(claim, 'draining');
    return claim;
  }

  release(claim: HeldClaim): void {
    this.#held.delete(claim);
  }

  /** Something happened to a search: asks soon whether its claims still hold. */
  check(search: string): void {
    if (this.#soon !== null) return;
    for (const claim of this.#held) {
      if (claim.search !== search) continue;
      const pause = Math.max(0, this.#lastRenewal + renewAtMostEveryMs - performance.now());
      this.#soon = setTimeout(() => {
        this.#soon = null;
        void this.#renew();
      }, pause);
      return;
    }
  }

  /** Stops at once what will not end within `graceMs`, and everything else when that is over. */
  drain(graceMs: number): void {
    const now = performance.now();
    this.#draining = { until: now + graceMs };
    for (const claim of this.#held) {
      const endsBy = claim.startedAt === null ? Infinity : claim.startedAt + claim.expectedSeconds * 1000;
      if (endsBy > this.#draining.until) this.#cancel(claim, 'draining');
    }
    this.#drainTimer = setTimeout(() => {
      for (const claim of this.#held) this.#cancel(claim, 'draining');
    }, graceMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    if (this.#soon !== null) clearTimeout(this.#soon);
    if (this.#drainTimer !== null) clearTimeout(this.#drainTimer);
  }

  #cancel(claim: HeldClaim, as: 'lost' | 'draining'): void {
    if (claim.cancelledAs !== null) return;
    claim.cancelledAs = as;
    claim.cancellation.cancel();
  }

  async #renew(): Promise<void> {
    if (this.#renewing || this.#held.size === 0) return;
    this.#renewing = true;
    this.#lastRenewal = performance.now();
    try {
      const lost = await renewLeases(this.#db, {
        worker: this.#worker,
        leaseSeconds,
        claims: [...this.#held],
      });
      this.#outage = false;
      for (const claim of lost) {
        // Meanwhile its result may have been accepted: that ends a lease too.
        if (claim.trained || !this.#held.has(claim)) continue;
        this.lost += 1;
        const { search, trial, repeat, fold, attempt } = claim;
        this.#log.debug(
          { search, trial, repeat, fold, attempt },
          'the lease is lost; the training is stopped',
        );
        this.#cancel(claim, 'lost');
      }
    } catch (error) {
      if (!this.#outage) this.#log.warn({ error: (error as Error).message }, 'leases could not be renewed');
      this.#outage = true;
    } finally {
      this.#renewing = false;
    }
  }
}
