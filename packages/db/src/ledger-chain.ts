import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { LedgerEntry, LedgerHead, LedgerVerification } from '@holdfast/contracts/ledger';

export type NewEntry = Pick<LedgerEntry, 'kind' | 'dataset' | 'data'>;

/** What of an entry is hashed. */
export function entryContent({
  number,
  at,
  kind,
  dataset,
  data,
  previous,
}: Omit<LedgerEntry, 'hash'>): string {
  return canonicalJson({ number, at, kind, dataset, data, previous });
}

export function hashContent(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** The entry that follows `last`. */
export function nextEntry(
  last: Pick<LedgerEntry, 'number' | 'hash'> | null,
  entry: NewEntry,
  at: string,
): LedgerEntry {
  const { kind, dataset, data } = entry;
  const fields = { number: (last?.number ?? 0) + 1, at, kind, dataset, data, previous: last?.hash ?? null };
  return { ...fields, hash: hashContent(entryContent(fields)) };
}

/** The bytes that a head's signature is over: a line that says what they are, then the canonical JSON of both. */
function headMessage({ entries, hash }: Pick<LedgerHead, 'entries' | 'hash'>): Buffer {
  return Buffer.from(`holdfast-ledger-head-1\n${canonicalJson({ entries, hash })}`);
}

/** DER's beginning of an Ed25519 public key (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** 32 bytes in base64. */
export function rawPublicKey(key: KeyObject): string {
  return key.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length).toString('base64');
}

export function signHead(
  head: Pick<LedgerHead, 'entries' | 'hash'>,
  privateKey: KeyObject,
  signedAt: string,
): LedgerHead {
  return {
    ...head,
    publicKey: rawPublicKey(createPublicKey(privateKey)),
    signature: sign(null, headMessage(head), privateKey).toString('base64'),
    signedAt,
  };
}

function isSignedHead(head: LedgerHead): boolean {
  const raw = Buffer.from(head.publicKey, 'base64');
  if (raw.length !== 32) return false;
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' });
  return verify(null, headMessage(head), key, Buffer.from(head.signature, 'base64'));
}

/** How far a ledger was verified. */
export type LedgerPlace = Pick<LedgerEntry, 'number' | 'hash'>;

/**
 * Checks a ledger from its first entry to its last, and against heads that were signed at some time.
 * @param entries by number @param heads each must be the hash of its entry, and signed
 * @param publicKey whose signature it must be, where it is known; base64
 * @param after the entries are those after this one, which was verified before
 */
export function verifyLedger(
  entries: readonly LedgerEntry[],
  heads: readonly LedgerHead[],
  publicKey?: string,
  after: LedgerPlace | null = null,
): LedgerVerification {
  const before = after?.number ?? 0;
  const count = before + entries.length;
  const fail = (firstInvalidEntry: number, reason: string): LedgerVerification => ({
    valid: false,
    entries: count,
    head: entries.at(-1)?.hash ?? after?.hash ?? null,
    firstInvalidEntry,
    reason,
  });
  let previous = after?.hash ?? null;
  for (const [index, entry] of entries.entries()) {
    const number = before + index + 1;
    if (entry.number !== number) return fail(number, `Entry ${number} is missing or out of place.`);
    if (entry.previous !== previous)
      return fail(entry.number, `Entry ${entry.number} does not follow the one before.`);
    if (hashContent(entryContent(entry)) !== entry.hash)
      return fail(entry.number, `Entry ${entry.number} is not what was hashed.`);
    previous = entry.hash;
  }
  for (const head of heads) {
    if (publicKey !== undefined && head.publicKey !== publicKey)
      return fail(head.entries, `The head of ${head.entries} entries is signed with another key.`);
    if (!isSignedHead(head))
      return fail(head.entries, `The head of ${head.entries} entries has no valid signature.`);
    const hash = head.entries === before ? after?.hash : entries[head.entries - before - 1]?.hash;
    if (hash === undefined)
      return fail(count + 1, `${head.entries} entries were signed, and ${count} are there.`);
    if (hash !== head.hash)
      return fail(head.entries, `Entry ${head.entries} is not the one that was signed.`);
  }
  return { valid: true, entries: count, head: previous, firstInvalidEntry: null, reason: null };
}
