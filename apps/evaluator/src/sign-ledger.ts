import type { KeyObject } from 'node:crypto';
import { insertHead, loadLedger } from '@holdfast/db/ledger';
import { signHead, verifyLedger } from '@holdfast/db/ledger-chain';
import type { Database } from '@holdfast/db/open-database';

/**
 * Signs the ledger's head where it has grown. A ledger that does not verify, or does not go on from what was signed
 * before, is not signed.
 * @returns why not, or `null`
 */
export async function signLedger(database: Database, key: KeyObject): Promise<string | null> {
  const { entries, heads } = await loadLedger(database);
  const last = entries.at(-1);
  if (last === undefined && heads.length === 0) return null;
  const checked = verifyLedger(entries, heads);
  if (!checked.valid) return checked.reason;
  if (last === undefined || heads.at(-1)?.entries === last.number) return null;
  await insertHead(
    database,
    signHead({ entries: last.number, hash: last.hash }, key, new Date().toISOString()),
  );
  return null;
}
