import type { Dataset } from '@holdfast/contracts/dataset';
import type { LedgerEntry } from '@holdfast/contracts/ledger';
import type { Reveal } from '@holdfast/contracts/reveal';
import type { Scope } from '@holdfast/contracts/scopes';
import { createApiKey } from '@holdfast/db/api-keys';
import { publishEvaluatorKey } from '@holdfast/db/evaluator-keys';
import sodium from 'libsodium-wrappers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addWorker, complete, type Service, startService } from '../../test/service.ts';

// No evaluator is running: a budget is spent when a reveal is ordered, whatever becomes of it.
let service: Service;
const root = 'root-key-of-the-test';

beforeAll(async () => {
  service = await startService({ host: '0.0.0.0', keys: [root] });
  await addWorker(service.database);
  await sodium.ready;
  const { publicKey } = sodium.crypto_box_keypair();
  await publishEvaluatorKey(service.database, Buffer.from(publicKey).toString('base64'));
});
afterAll(() => service.stop());

const ask = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object, key = root) =>
  service.app.inject({
    method,
    url,
    headers: { host: 'holdfast.example', authorization: `Bearer ${key}` },
    ...(payload && { payload }),
  });

type Row = { a: number; b: number; kind: string };
/** 50 rows that no other call gives: 40 to train on, 10 to be locked away. */
let from = 0;
const freshRows = (): Row[] =>
  Array.from({ length: 50 }, () => {
    from++;
    return { a: (from * 7919) % 10_007, b: from / 7, kind: from % 2 === 0 ? 'even' : 'odd' };
  });

async function add(name: string, rows: object[], more: object = {}): Promise<Dataset> {
  const answer = await ask('POST', '/v1/datasets', { name, target: 'kind', rows, ...more });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json();
}

/** Of so many trials, whose fold runs are over. */
async function finishedSearch(dataset: string, trials = 1): Promise<string> {
  const space = { hiddenLayers: [[4], [8]].slice(0, trials), learningRate: 0.05, epochs: 5 };
  const { id } = (await ask('POST', '/v1/searches', { dataset, space })).json();
  await complete(service.database, id, [1, 0.5].slice(0, trials));
  return id;
}

const reveal = (search: string, trials: number[]) => ask('POST', `/v1/searches/${search}/reveal`, { trials });
const ledgerOf = async (dataset: string): Promise<LedgerEntry[]> =>
  (await ask('GET', `/v1/ledger?dataset=${dataset}`)).json().items;
const reuseOf = ({ leaks }: Dataset) => leaks.warnings.find(({ code }) => code === 'reuse')?.message;

describe('the budget of rows', () => {
  it('is raised by an admin alone, and that is on the ledger', async () => {
    const data = await add('raised', freshRows());
    const url = `/v1/datasets/${data.id}/reveal-budget`;
    const keyFor = async (...scopes: Scope[]) =>
      (await createApiKey(service.database, { name: scopes.join(), scopes, seconds: null })).key;
    const key = await keyFor('read', 'submit', 'reveal');
    const adminKey = await keyFor('admin');
    const refused = await ask('PUT', url, { revealBudget: 5 }, key);
    expect(refused.statusCode).toBe(403);
    expect(refused.json().type).toBe('/docs/errors#forbidden');
    expect((await ledgerOf(data.id)).map(({ kind }) => kind)).toEqual(['seal']);

    expect((await ask('PUT', url, { revealBudget: 5 }, adminKey)).json()).toMatchObject({
      test: { revealBudget: 5, revealsUsed: 0 },
    });
    expect((await ledgerOf(data.id))[0]).toMatchObject({
      kind: 'budget',
      dataset: data.id,
      data: { from: 1, to: 5, revealsUsed: 0 },
    });
    for (const revealBudget of [5, 4]) expect((await ask('PUT', url, { revealBudget })).statusCode).toBe(409);
    expect((await ask('PUT', url, { revealBudget: '6' })).statusCode).toBe(400);
    expect(await ledgerOf(data.id)).toHaveLength(2);
  });

  it('is refused to a key that may not reveal', async () => {
    await add('not for all', freshRows());
    const id = await finishedSearch('not for all');
    const { key } = await createApiKey(service.database, {
      name: 'submits',
      scopes: ['read', 'submit'],
      seconds: null,
    });
    expect((await ask('POST', `/v1/searches/${id}/reveal`, {}, key)).statusCode).toBe(403);
  });

  it('once it is spent, is refused with what was seen and when', async () => {
    await add('spent', freshRows(), { revealBudget: 2 });
    const id = await finishedSearch('spent', 2);
    const two: Reveal = (await reveal(id, [0, 1])).json();
    expect(two).toMatchObject({ revealsUsed: 2, revealBudget: 2 });
    const again = await reveal(await finishedSearch('spent'), [0]);
    expect(again.statusCode).toBe(409);
    const { type, detail } = again.json();
    expect(type).toBe('/docs/errors#reveal-budget-spent');
    for (const told of [
      'budget of these test rows is 2, 2 of it spent',
      two.id,
      id,
      two.createdAt,
      'trial 0, trial 1',
    ])
      expect(detail).toContain(told);
    expect((await reveal(id, [0])).json().detail).toContain('was tested on these rows already');
  });

  it('is not enough for more trials than it has left, and then spends nothing', async () => {
    const { id: data } = await add('too many', freshRows());
    const id = await finishedSearch('too many', 2);
    expect((await reveal(id, [0, 1])).statusCode).toBe(409);
    expect((await ask('GET', `/v1/datasets/${data}`)).json().test.revealsUsed).toBe(0);
  });

  it('goes with the rows: again, split otherwise, with other columns’ names and order, and after a deletion', async () => {
    const rows = freshRows();
    const first = await add('first', rows);
    expect(reuseOf(first)).toBeUndefined();
    await reveal(await finishedSearch('first'), [0]);

    const same = await add('the same rows', rows, { revealBudget: 7 });
    const turned = await add('in another order of rows', rows.toReversed());
    const split = await add('split otherwise', rows, { test: { kind: 'random', seed: 99 } });
    const renamed = rows.map(({ a, b, kind }) => ({ second: b, first: a, label: kind }));
    const other = await add('renamed and reordered', renamed, { target: 'label' });
    for (const data of [same, turned, split, other]) {
      expect(data.test).toMatchObject({ revealBudget: 1, revealsUsed: 1 });
      expect(reuseOf(data)).toMatch(/their budget is 1 reveal, of which 0 are left/);
    }
    expect((await reveal(await finishedSearch(other.name), [0])).statusCode).toBe(409);
    // Which rows they are, whatever the file was called, is on the ledger too.
    const sealOf = async ({ id }: Dataset) => (await ledgerOf(id)).at(-1)!.data;
    const { rowsDigest } = await sealOf(first);
    expect(await sealOf(same)).toMatchObject({ reused: true, revealsUsed: 1, rowsDigest });
    expect(await sealOf(other)).toMatchObject({ rowsDigest });
    expect((await sealOf(split))['rowsDigest']).not.toBe(rowsDigest);

    for (const { id } of (await ask('GET', '/v1/searches?limit=1000')).json().items)
      await ask('DELETE', `/v1/searches/${id}`);
    for (const data of [first, same, turned, split, other]) {
      const gone = await ask('DELETE', `/v1/datasets/${data.id}`);
      expect(gone.statusCode).toBe(204);
      expect((await ledgerOf(data.id))[0]).toMatchObject({
        kind: 'delete',
        dataset: data.id,
        data: { commitment: data.test.commitment },
      });
    }
    const again = await add('first', rows);
    expect(again.test).toMatchObject({ revealBudget: 1, revealsUsed: 1 });
    expect(reuseOf(again)).toMatch(/0 are left/);
  });

  it('is found again by a tenth of the rows, and not by fewer', async () => {
    const rows = freshRows();
    await add('whole', rows, { test: { kind: 'rows', from: 41 } });
    // Of the ten test rows one, and none.
    const some = [...freshRows().slice(0, 49), rows.at(-1)!];
    const none = [...freshRows().slice(0, 40), ...rows.slice(0, 10)];
    expect(reuseOf(await add('one of ten', some, { test: { kind: 'rows', from: 41 } }))).toBeDefined();
    expect(
      reuseOf(await add('training rows alone', none, { test: { kind: 'rows', from: 41 } })),
    ).toBeUndefined();
  });
});

it('a part of nested cross-validation is not revealed, and the answer names the search that is', async () => {
  await add('nested', freshRows());
  const { id } = (
    await ask('POST', '/v1/searches', {
      dataset: 'nested',
      space: { hiddenLayers: [[4]], epochs: 5 },
      crossValidation: { kind: 'stratified', folds: 2, outer: { folds: 2 } },
    })
  ).json();
  const { rows } = await service.database.pool.query('SELECT id FROM searches WHERE nested_in = $1', [id]);
  expect(rows.length).toBeGreaterThan(0);
  for (const part of rows) {
    const answer = await reveal(part.id, [0]);
    expect(answer.statusCode).toBe(409);
    expect(answer.json().detail).toContain(`part of the nested cross-validation of ${id}`);
  }
});
