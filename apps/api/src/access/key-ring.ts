import { timingSafeEqual } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type ApiKeyWithDigest, digestKey, idOfKey, loadUsableKeys } from '@holdfast/db/api-keys';
import type { Database } from '@holdfast/db/open-database';
import type { Caller } from './caller.ts';

/** With half a second for the look itself, a revoked key is refused well within 5 s. */
const everyMs = 2000;
/** Keys that could not be looked at for so long may have been revoked. */
const staleMs = 4500;
/** A key that is not known may just have been made: it waits for the next look. Whoever guesses makes no more load. */
const lookAgainMs = 500;

export class StaleKeysError extends Error {
  override readonly name = 'StaleKeysError';
}

/** The keys that may be used: those of the settings, and those in the database, looked at every two seconds. */
export class KeyRing {
  readonly #database: Database;
  /** Of the settings: all may do everything. */
  readonly #digests: readonly Buffer[];
  #kept = new Map<string, ApiKeyWithDigest>();
  /** `performance.now()` when the last look began that succeeded. */
  #lookedAt = -Infinity;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: { database: Database; keys: readonly string[] }) {
    this.#database = options.database;
    this.#digests = options.keys.map(digestKey);
  }

  /** Begins to look. @returns how many keys there are */
  async open(): Promise<number> {
    await this.#look();
    this.#timer = setInterval(() => void this.#look().catch(() => {}), everyMs);
    this.#timer.unref();
    return this.#kept.size + this.#digests.length;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /**
   * Whose key it is; `null` where it is nobody's.
   * @throws StaleKeysError where the database has not told for too long whether it still holds
   */
  async find(key: string): Promise<Caller | null> {
    const digest = digestKey(key);
    // Every key is compared, so that the time taken tells nothing about which one came near.
    let ours = false;
    for (const one of this.#digests) ours = timingSafeEqual(one, digest) || ours;
    if (ours)
      return { id: 'environment', scopes: ['admin'], requestsPerSecond: null, requestsInFlight: null };

    const id = idOfKey(key);
    if (id === null) return null;
    const age = performance.now() - this.#lookedAt;
    if (!this.#kept.has(id) && age <= lookAgainMs) await wait(lookAgainMs - age);
    if (!this.#kept.has(id) || age > staleMs) await this.#look().catch(() => {});
    if (performance.now() - this.#lookedAt > staleMs)
      throw new StaleKeysError('The keys could not be looked at.');
    const kept = this.#kept.get(id);
    return kept !== undefined && timingSafeEqual(kept.digest, digest) ? kept : null;
  }

  #look(): Promise<void> {
    this.#looking ??= this.#load().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #load(): Promise<void> {
    const began = performance.now();
    const keys = await loadUsableKeys(this.#database);
    this.#kept = new Map(keys.map((key) => [key.id, key]));
    this.#lookedAt = began;
  }
}
