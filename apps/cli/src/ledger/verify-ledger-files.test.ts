import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry } from '@holdfast/contracts/ledger';
import { nextEntry, rawPublicKey, signHead } from '@holdfast/db/ledger-chain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../command/exit-codes.ts';
import { verifyLedgerFiles } from './verify-ledger-files.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const entries: LedgerEntry[] = [];
for (const kind of ['seal', 'reveal', 'result'] as const) {
  const entry = { kind, dataset: 'ds_0', data: { n: entries.length } };
  entries.push(nextEntry(entries.at(-1) ?? null, entry, '2026-01-02T03:04:05.678Z'));
}
const signed = signHead({ entries: 3, hash: entries[2]!.hash }, privateKey, '2026-01-02T03:04:06.000Z');

describe('holdfast ledger verify', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-ledger-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  let files = 0;
  const file = async (value: unknown): Promise<string> => {
    const path = join(folder, `${files++}.json`);
    await writeFile(path, JSON.stringify(value));
    return path;
  };
  const verify = async (ledger: unknown, head: unknown = signed, key?: string): Promise<number> =>
    verifyLedgerFiles({ head: await file(head), ledgers: [await file(ledger)], publicKey: key });

  it('takes the answers of the service, in any order', async () => {
    expect(await verify({ items: entries.toReversed(), nextCursor: null })).toBe(exitCodes.ok);
    expect(await verify(entries, { entries: 3, hash: entries[2]!.hash, signed })).toBe(exitCodes.ok);
    expect(await verify(entries, signed, rawPublicKey(publicKey))).toBe(exitCodes.ok);
  });

  it('finds an edit, a gap, a cut, another order, another signer and a false signature', async () => {
    const [first, second, third] = entries as [LedgerEntry, LedgerEntry, LedgerEntry];
    expect(await verify([{ ...first, dataset: 'ds_1' }, second, third])).toBe(exitCodes.differs);
    expect(await verify([first, third])).toBe(exitCodes.differs);
    expect(await verify([first, second])).toBe(exitCodes.differs);
    expect(await verify([{ ...second, number: 1 }, { ...first, number: 2 }, third])).toBe(exitCodes.differs);
    const other = generateKeyPairSync('ed25519');
    expect(await verify(entries, signed, rawPublicKey(other.publicKey))).toBe(exitCodes.differs);
    expect(await verify(entries, { ...signed, hash: second.hash })).toBe(exitCodes.differs);
    // Rewritten from an entry on, every hash made anew.
    const rewritten = nextEntry(second, { ...third, data: { n: 9 } }, third.at);
    expect(await verify([first, second, rewritten])).toBe(exitCodes.differs);
  });

  it('says which file is none of these', async () => {
    await expect(verify({ what: 1 })).rejects.toThrow(/is not an answer of/);
    await expect(verify(entries, { entries: 3, hash: entries[2]!.hash, signed: null })).rejects.toThrow();
  });
});
