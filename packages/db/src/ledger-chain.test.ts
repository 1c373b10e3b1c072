import { generateKeyPairSync } from 'node:crypto';
import type { LedgerEntry } from '@holdfast/contracts/ledger';
import { describe, expect, it } from 'vitest';
import { nextEntry, signHead, verifyLedger } from './ledger-chain.ts';

const at = '2026-01-01T00:00:00.000Z';
const { privateKey } = generateKeyPairSync('ed25519');

const entries: LedgerEntry[] = [];
for (let i = 0; i < 10; i++) {
  entries.push(nextEntry(entries.at(-1) ?? null, { kind: 'seal', dataset: `ds_${i}`, data: { i } }, at));
}
const head = (count: number) => signHead({ entries: count, hash: entries[count - 1]!.hash }, privateKey, at);
const place = (count: number) => entries[count - 1]!;

describe('a ledger that goes on from a verified entry', () => {
  it.each([1, 4, 9, 10])('verifies after entry %i as it does from the beginning', (count) => {
    const whole = verifyLedger(entries, [head(count), head(10)]);
    expect(whole).toMatchObject({ valid: true, entries: 10, head: place(10).hash });
    expect(verifyLedger(entries.slice(count), [head(count), head(10)], undefined, place(count))).toEqual(
      whole,
    );
  });

  it('is refused where it follows another entry, lacks one, or has been changed', () => {
    const after = (from: LedgerEntry, rest: LedgerEntry[]) => verifyLedger(rest, [], undefined, from);
    expect(after({ ...place(4), hash: place(3).hash }, entries.slice(4))).toMatchObject({
      valid: false,
      firstInvalidEntry: 5,
      reason: 'Entry 5 does not follow the one before.',
    });
    expect(after(place(4), entries.slice(5))).toMatchObject({
      firstInvalidEntry: 5,
      reason: 'Entry 5 is missing or out of place.',
    });
    const changed = entries.with(7, { ...entries[7]!, data: { i: 8 } });
    expect(after(place(4), changed.slice(4))).toMatchObject({
      firstInvalidEntry: 8,
      reason: 'Entry 8 is not what was hashed.',
    });
  });

  it('is refused where more or something else was signed', () => {
    expect(verifyLedger(entries.slice(4, 8), [head(10)], undefined, place(4))).toMatchObject({
      firstInvalidEntry: 9,
      reason: '10 entries were signed, and 8 are there.',
    });
    const other = signHead({ entries: 4, hash: place(5).hash }, privateKey, at);
    expect(verifyLedger(entries.slice(4), [other], undefined, place(4))).toMatchObject({
      firstInvalidEntry: 4,
      reason: 'Entry 4 is not the one that was signed.',
    });
  });
});
