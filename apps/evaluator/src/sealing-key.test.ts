import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sodium from 'libsodium-wrappers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadSealingKey } from './sealing-key.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealing-key-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a first start makes a pair, which nobody else can read and later starts find again', async () => {
  const file = join(folder, 'evaluator', 'sealing-key.json');
  const key = await loadSealingKey(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
  expect(await loadSealingKey(file)).toEqual(key);

  const bytes = (text: string) => sodium.from_base64(text, sodium.base64_variants.ORIGINAL);
  const box = sodium.crypto_box_seal('a test row', bytes(key.publicKey));
  const opened = sodium.crypto_box_seal_open(box, bytes(key.publicKey), bytes(key.privateKey));
  expect(sodium.to_string(opened)).toBe('a test row');
});

test.each(['', '{}', '{ "publicKey": "a" }'])('a file of %j is no key, and is not replaced', async (text) => {
  const file = join(folder, 'broken.json');
  await writeFile(file, text);
  await expect(loadSealingKey(file)).rejects.toThrow(/is not a sealing key. Put the right file back/);
  expect((await stat(file)).size).toBe(text.length);
});
