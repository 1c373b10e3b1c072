import { createHash } from 'node:crypto';
import sodium from 'libsodium-wrappers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainingRows } from './datasets.ts';
import { encodeRows } from './encode-rows.ts';
import { openTestRows, sealTestRows } from './seal-test-rows.ts';

const canary = 123456.789;
const description = { task: 'regression', target: ['price'], features: ['x'], classes: [] };
const rows: TrainingRows = {
  rows: 3,
  columns: 1,
  features: Float64Array.from([canary, 2, 3]),
  targets: Float64Array.from([1, 2, canary]),
  groups: null,
  times: null,
};
const provenance = {
  split: { kind: 'random', fraction: 0.2, stratify: true, seed: 4711 },
  source: null,
} as const;

let keys: { publicKey: Uint8Array; privateKey: Uint8Array };
beforeAll(async () => {
  await sodium.ready;
  keys = sodium.crypto_box_keypair();
});
const seal = () =>
  sealTestRows(Buffer.from(keys.publicKey).toString('base64'), provenance, description, rows);

describe('a box of test rows', () => {
  it('opens with the private key, and holds what was put in', async () => {
    const { box, commitment } = await seal();
    const opened = await openTestRows(box, keys, commitment);
    expect(opened).toEqual({ salt: expect.any(String), provenance, description, rows });
    // Salt and provenance open the commitment for whoever has the rows.
    const origin = Buffer.from(JSON.stringify(opened.provenance));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(origin.length);
    const hash = createHash('sha256')
      .update(Buffer.from(opened.salt, 'base64'))
      .update(length)
      .update(origin);
    for (const piece of encodeRows(description, rows)) hash.update(piece);
    expect(`sha256:${hash.digest('hex')}`).toBe(commitment);
  });

  it('opens with no other key', async () => {
    const { box, commitment } = await seal();
    await expect(openTestRows(box, sodium.crypto_box_keypair(), commitment)).rejects.toThrow();
  });

  it('shows every change', async () => {
    const { box, commitment } = await seal();
    for (let at = 0; at < box.length; at += 7) {
      const changed = Uint8Array.from(box);
      changed[at]! ^= 1;
      await expect(openTestRows(changed, keys, commitment)).rejects.toThrow();
    }
    await expect(openTestRows(box.subarray(0, -1), keys, commitment)).rejects.toThrow();
  });

  it('cannot be exchanged for another box that its own key opens', async () => {
    const first = await seal();
    const second = await seal();
    await expect(openTestRows(second.box, keys, first.commitment)).rejects.toThrow(/committed/);
  });

  it('shows neither a row nor a seed, and its commitment cannot be guessed from the rows', async () => {
    const { box, commitment } = await seal();
    const bytes = Buffer.from(box);
    expect(bytes.includes(Buffer.from(Float64Array.of(canary).buffer))).toBe(false);
    expect(bytes.includes('4711')).toBe(false);
    expect(bytes.includes('price')).toBe(false);
    const unsalted = createHash('sha256')
      .update(Buffer.concat([...encodeRows(description, rows)]))
      .digest('hex');
    expect(commitment).not.toBe(`sha256:${unsalted}`);
    expect((await seal()).commitment).not.toBe(commitment);
  });

  it('needs a key that is one', async () => {
    await expect(sealTestRows('AAAA', provenance, description, rows)).rejects.toThrow(/32 bytes in base64/);
  });
});
