import { generateKeyPairSync } from 'node:crypto';
import { appendEntry, loadHead } from '@holdfast/db/ledger';
import { type Database, openDatabase } from '@holdfast/db/open-database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../packages/db/test/database.ts';
import { LedgerSigner } from './sign-ledger.ts';

let owner: TestDatabase;
let database: Database;
const { privateKey } = generateKeyPairSync('ed25519');

beforeAll(async () => {
  owner = await createTestDatabase();
  database = openDatabase({ url: owner.logins.evaluator, name: 'signer test' });
});
afterAll(async () => {
  await database.close();
  await owner.close();
});

/** It holds less in memory than there is. */
const createSigner = () => new LedgerSigner(database, privateKey, 5);

async function append(count: number): Promise<void> {
  const client = await owner.pool.connect();
  try {
    await client.query('BEGIN');
    for (let i = 0; i < count; i++) {
      await appendEntry(client, { kind: 'delete', dataset: 'ds_0', data: { commitment: null } });
    }
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

/** As somebody with all rights does it, around every trigger. */
async function tamper(sql: string): Promise<void> {
  await owner.pool.query(`BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`);
}

const signedEntries = async () => (await loadHead(database)).signed?.entries ?? 0;

it('signs what goes on from what it verified, and nothing that does not', async () => {
  const signer = createSigner();
  expect(await signer.sign()).toBeNull();
  expect(await signedEntries()).toBe(0);
  await append(13);
  expect(await signer.sign()).toBeNull();
  expect(await signedEntries()).toBe(13);
  await append(2);
  expect(await signer.sign()).toBeNull();
  expect(await signedEntries()).toBe(15);

  // An old entry is changed: who verified it before goes on, whoever begins anew does not, and the change stays found.
  await tamper(`UPDATE locked.ledger SET content = replace(content, 'ds_0', 'ds_1') WHERE number = 7`);
  await append(1);
  expect(await signer.sign()).toBeNull();
  expect(await createSigner().sign()).toBe('Entry 7 is not what was hashed.');
  await tamper(`UPDATE locked.ledger SET content = replace(content, 'ds_1', 'ds_0') WHERE number = 7`);
  expect(await createSigner().sign()).toBeNull();

  // The end is cut off, and made anew.
  await tamper('DELETE FROM locked.ledger WHERE number > 14');
  await append(3);
  expect(await signer.sign()).toBe('Entry 16 is not the one that was verified.');
  expect(await createSigner().sign()).toBe('Entry 15 is not the one that was signed.');
  expect(await signedEntries()).toBe(16);
});
