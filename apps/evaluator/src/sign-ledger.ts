import type { KeyObject } from 'node:crypto';
import { insertHead, loadHead, loadLedger } from '@holdfast/db/ledger';
import { type LedgerPlace, signHead, verifyLedger } from '@holdfast/db/ledger-chain';
import type { Database } from '@holdfast/db/open-database';

/** What was verified is read again after this time: somebody with all rights may have changed it since. */
const verifyAllEveryMs = 3_600_000;
/** One that does not verify is not read again and again. */
const refusedForMs = 60_000;

/**
 * Signs the ledger's head where it has grown. Each entry is verified once, from the first one on, and what comes later has
 * to go on from there; a ledger that does not, or is not what was signed before, is not signed.
 */
export class LedgerSigner {
  readonly #database: Database;
  readonly #key: KeyObject;
  readonly #pageSize: number;
  /** Everything up to it was verified by this process. */
  #verified: LedgerPlace | null = null;
  #verifiedAllAt = -Infinity;
  #refused: { reason: string; at: number } | null = null;

  /** @param pageSize entries that are held in memory at a time, 2 or more */
  constructor(database: Database, key: KeyObject, pageSize = 1000) {
    this.#database = database;
    this.#key = key;
    this.#pageSize = pageSize;
  }

  /** @returns why it is not signed, or `null` */
  async sign(): Promise<string | null> {
    if (this.#refused && performance.now() - this.#refused.at < refusedForMs) return this.#refused.reason;
    if (performance.now() - this.#verifiedAllAt > verifyAllEveryMs) this.#verified = null;
    const { last, signed } = await loadHead(this.#database);
    const isKnown = last?.number === this.#verified?.number && last?.hash === this.#verified?.hash;
    if (!isKnown || this.#verified === null) {
      const reason = await this.#verifyOn();
      this.#refused = reason === null ? null : { reason, at: performance.now() };
      if (reason !== null) return reason;
    }
    const head = this.#verified;
    if (head === null || signed?.entries === head.number) return null;
    await insertHead(
      this.#database,
      signHead({ entries: head.number, hash: head.hash }, this.#key, new Date().toISOString()),
    );
    return null;
  }

  /** Verifies what was added since. @returns what is wrong with it, or `null` */
  async #verifyOn(): Promise<string | null> {
    const fromStart = this.#verified === null;
    // Begins with the last entry that was verified: it must still be there, and be the same.
    let at = this.#verified;
    for (;;) {
      const page = await loadLedger(this.#database, { from: at?.number ?? 1, limit: this.#pageSize });
      if (at !== null) {
        const known = page.entries.shift();
        if (known?.number !== at.number || known.hash !== at.hash)
          return `Entry ${at.number} is not the one that was verified.`;
      }
      const checked = verifyLedger(page.entries, page.heads, undefined, at);
      if (!checked.valid) return checked.reason;
      const last = page.entries.at(-1);
      if (last === undefined) break;
      at = { number: last.number, hash: last.hash };
    }
    this.#verified = at;
    if (fromStart) this.#verifiedAllAt = performance.now();
    return null;
  }
}
