import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@holdfast/contracts/dataset';
import type { LedgerEntry, LedgerHeadAnswer } from '@holdfast/contracts/ledger';
import type { Reveal } from '@holdfast/contracts/reveal';
import { verifyLedger } from '@holdfast/db/ledger-chain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addWorker, complete, type Service, startService, submit } from '../../../apps/api/test/service.ts';
import { type Evaluator, startEvaluator } from './start-evaluator.ts';

let service: Service;
let evaluator: Evaluator | null;
let folder: string;

const settings = () => ({
  databaseUrl: service.logins.evaluator,
  keyFile: join(folder, 'evaluator', 'sealing-key.json'),
  signingKeyFile: join(folder, 'evaluator', 'signing-key.pem'),
  logLevel: 'silent',
});
const start = async () => {
  evaluator = await startEvaluator(settings());
};
const stop = async () => {
  await evaluator?.close();
  evaluator = null;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-evaluator-'));
  service = await startService();
  await addWorker(service.database);
  await start();
});
afterAll(async () => {
  await stop();
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

const get = async <T>(url: string): Promise<T> => (await service.app.inject({ url })).json();
const post = (url: string, payload: object = {}) => service.app.inject({ method: 'POST', url, payload });

let seeds = 0;
/** 40 training rows and 10 test rows that no other data set has. */
async function addData(name: string, more: object = {}, seed = ++seeds): Promise<Dataset> {
  const source = { kind: 'spiral', samplesPerClass: 25, classes: 2, seed };
  const answer = await post('/v1/datasets', { name, source, ...more });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  return answer.json();
}

async function search(dataset: string): Promise<string> {
  const { id } = await submit(service.app, {
    dataset,
    space: { hiddenLayers: [[4], [8]], learningRate: 0.05, epochs: 5 },
  });
  await complete(service.database, id, [1, 0.5]);
  return id;
}

async function revealed(id: string): Promise<Reveal> {
  const read = async () => (await get<{ items: Reveal[] }>(`/v1/searches/${id}/reveals`)).items[0]!;
  await expect.poll(async () => (await read()).status, { timeout: 60_000 }).toMatch(/completed|failed/);
  return read();
}

describe('a reveal', () => {
  it('is made once, on the ledger before it is seen, and spends the budget of the rows', async () => {
    const data = await addData('once');
    const id = await search('once');
    const ordered = await post(`/v1/searches/${id}/reveal`, { trials: [0] });
    expect(ordered.statusCode, ordered.body).toBe(202);
    const reveal = await revealed(id);
    expect(reveal).toMatchObject({ status: 'completed', revealsUsed: 1, revealBudget: 1 });
    const [trial] = reveal.trials;
    expect(trial).toMatchObject({ trial: 0, validation: { mean: 1 } });
    expect(trial!.parametersDigest).toMatch(/^sha256:/);
    expect(trial!.test!.confusion!.flat().reduce((sum, count) => sum + count, 0)).toBe(10);
    const [low, high] = trial!.test!.interval95!;
    expect(low).toBeLessThanOrEqual(trial!.test!.accuracy!);
    expect(high).toBeGreaterThanOrEqual(trial!.test!.accuracy!);
    expect(trial!.verdict).toBe(1 > high ? 'optimistic' : 'consistent');

    const { items } = await get<{ items: LedgerEntry[] }>(`/v1/ledger?dataset=${data.id}`);
    expect(items.map(({ kind }) => kind)).toEqual(['result', 'reveal', 'seal']);
    expect(items[1]!.number).toBe(reveal.ledgerEntry);
    expect(reveal.resultEntry).toBe(items[0]!.number);

    const again = await post(`/v1/searches/${id}/reveal`, { trials: [1] });
    expect(again.statusCode).toBe(409);
    expect(again.json().type).toContain('reveal-budget-spent');
    expect(again.json().detail).toContain(`accuracy ${trial!.test!.accuracy}`);
    expect(await get(`/v1/datasets/${data.id}`)).toMatchObject({ test: { revealsUsed: 1 } });
    const later = await submit(service.app, { dataset: 'once', space: { epochs: 1 } });
    expect(later.testSeen).toBe(true);
  });

  it('is one of a hundred at once', async () => {
    await addData('crowd', { revealBudget: 50 });
    const id = await search('crowd');
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post(`/v1/searches/${id}/reveal`, { trials: [0] })),
    );
    expect(answers.filter(({ statusCode }) => statusCode === 202)).toHaveLength(1);
    expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(99);
    await revealed(id);
    const { items } = await get<{ items: Reveal[] }>(`/v1/searches/${id}/reveals`);
    expect(items).toHaveLength(1);
    expect(items[0]!.revealsUsed).toBe(1);
  });

  it('is refused where the order is not what stands on the ledger', async () => {
    await addData('forged', { revealBudget: 5 });
    const id = await search('forged');
    await stop();
    await post(`/v1/searches/${id}/reveal`, { trials: [0] });
    await service.database.pool.query(
      `UPDATE locked.reveals SET request = replace(request::text, '"trial":0', '"trial":1')::json WHERE search_id = $1`,
      [id],
    );
    await start();
    expect(await revealed(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('stands on the ledger'),
    });
  });

  it('waits for the end of the search, and names trials that are there', async () => {
    await addData('early');
    const { id } = await submit(service.app, { dataset: 'early', space: { epochs: 1 } });
    expect((await post(`/v1/searches/${id}/reveal`)).statusCode).toBe(409);
    await addData('named');
    const over = await search('named');
    expect((await post(`/v1/searches/${over}/reveal`, { trials: [7] })).statusCode).toBe(422);
    expect((await post(`/v1/searches/${over}/reveal`, { trials: [] })).statusCode).toBe(400);
  });
});

describe('the budget of rows', () => {
  it('outlives names, splits and deletions', async () => {
    const first = await addData('rows', {}, 1000);
    const id = await search('rows');
    await post(`/v1/searches/${id}/reveal`);
    await revealed(id);
    const split = { kind: 'random', seed: 5 };
    const other = await addData('same rows, another split', { test: split, revealBudget: 9 }, 1000);
    expect(other.test).toMatchObject({ revealBudget: 1, revealsUsed: 1 });
    expect(other.leaks.warnings.map(({ code }) => code)).toContain('reuse');
    await service.app.inject({ method: 'DELETE', url: `/v1/searches/${id}` });
    const deleted = await service.app.inject({ method: 'DELETE', url: `/v1/datasets/${first.id}` });
    expect(deleted.statusCode).toBe(204);
    const again = await addData('rows again', {}, 1000);
    expect(again.test).toMatchObject({ revealBudget: 1, revealsUsed: 1 });

    const raised = await service.app.inject({
      method: 'PUT',
      url: `/v1/datasets/${again.id}/reveal-budget`,
      payload: { revealBudget: 2 },
    });
    expect(raised.json()).toMatchObject({ test: { revealBudget: 2, revealsUsed: 1 } });
    expect(await get(`/v1/datasets/${other.id}`)).toMatchObject({ test: { revealBudget: 2 } });
  });
});

describe('the ledger', () => {
  const load = async () => {
    const { items } = await get<{ items: LedgerEntry[] }>('/v1/ledger?limit=1000');
    return items.toReversed();
  };

  it('is signed within seconds by the holder of the key, and verifies', async () => {
    const head = () => get<LedgerHeadAnswer>('/v1/ledger/head');
    await expect
      .poll(async () => (await head()).signed?.entries === (await head()).entries, { timeout: 30_000 })
      .toBe(true);
    const { signed, entries } = await head();
    expect(await get('/v1/ledger/verification')).toMatchObject({ valid: true, entries });
    expect(verifyLedger(await load(), [signed!], signed!.publicKey)).toMatchObject({ valid: true });
    expect((await stat(settings().signingKeyFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(settings().signingKeyFile, 'utf8')).toContain('PRIVATE KEY');
  });

  it('refuses changes in the database, and finds those of a superuser', async () => {
    const { pool } = service.database;
    for (const change of [
      'UPDATE locked.ledger SET hash = hash',
      'DELETE FROM locked.ledger',
      'TRUNCATE locked.ledger CASCADE',
      'DELETE FROM locked.ledger_heads',
      `INSERT INTO locked.ledger VALUES (1000, '{"number":1000}', 'sha256:0')`,
    ])
      await expect(pool.query(change)).rejects.toMatchObject({ code: 'HF002' });

    await stop();
    const client = await pool.connect();
    const tampered = async (sql: string, firstInvalidEntry: number) => {
      await client.query('BEGIN');
      await client.query('SET LOCAL session_replication_role = replica');
      await client.query(sql);
      const { rows } = await client.query<{ content: string; hash: string }>(
        'SELECT content, hash FROM locked.ledger ORDER BY number',
      );
      await client.query('ROLLBACK');
      const entries = rows.map(({ content, hash }) => ({ ...JSON.parse(content), hash }));
      expect(verifyLedger(entries, [signed!])).toMatchObject({ valid: false, firstInvalidEntry });
    };
    // Kept from before, where no superuser of the database can write.
    const { entries, signed } = await get<LedgerHeadAnswer>('/v1/ledger/head');
    try {
      await tampered(
        `UPDATE locked.ledger SET content = replace(content, '"revealBudget":1', '"revealBudget":9') WHERE number = 1`,
        1,
      );
      await tampered('DELETE FROM locked.ledger WHERE number = 2', 2);
      await tampered(
        `UPDATE locked.ledger l SET content = o.content, hash = o.hash FROM locked.ledger o
         WHERE l.number IN (2, 3) AND o.number = 5 - l.number`,
        2,
      );
      await tampered(`DELETE FROM locked.ledger WHERE number > ${entries - 2}`, entries - 1);
      await tampered('TRUNCATE locked.ledger CASCADE', 1);
    } finally {
      client.release();
      await start();
    }
  });
});
