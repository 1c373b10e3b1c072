import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '@holdfast/contracts/dataset';
import type { LedgerEntry } from '@holdfast/contracts/ledger';
import type { LadderAnswer, Reveal } from '@holdfast/contracts/reveal';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addWorker, complete, type Service, startService, submit } from '../../../apps/api/test/service.ts';
import { type Evaluator, startEvaluator } from './start-evaluator.ts';

let service: Service;
let evaluator: Evaluator;
let folder: string;

const start = async () => {
  evaluator = await startEvaluator({
    databaseUrl: service.logins.evaluator,
    keyFile: join(folder, 'evaluator', 'sealing-key.json'),
    signingKeyFile: join(folder, 'evaluator', 'signing-key.pem'),
    logLevel: 'silent',
  });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-ladder-'));
  service = await startService();
  await addWorker(service.database);
  await start();
});
afterAll(async () => {
  await evaluator?.close();
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

const get = async <T>(url: string): Promise<T> => (await service.app.inject({ url })).json();
const post = (url: string, payload: object = {}) => service.app.inject({ method: 'POST', url, payload });

/** Two classes by the signs of both features: no line tells them apart, a hidden layer does. */
const rows = Array.from({ length: 80 }, (_, i) => {
  const x = (i % 2 === 0 ? 1 : -1) * (1 + ((i * 37) % 100) / 200);
  const y = (i % 4 < 2 ? 1 : -1) * (1 + ((i * 53) % 100) / 200);
  return { x, y, kind: x * y > 0 ? 'same' : 'other' };
});
const competition = { target: 'kind', protocol: 'ladder', test: { kind: 'random', fraction: 0.5 } };
const line = (learningRate: number) => ({ hiddenLayers: [], learningRate, epochs: 5 });
const network = (learningRate: number) => ({ hiddenLayers: [16], learningRate, epochs: 80 });

/** A search with these four trials, whose fold runs are over. */
async function submissions(dataset: string): Promise<string> {
  const trials = [line(0.01), network(0.05), line(0.02), network(0.04)];
  const { id } = await submit(service.app, { dataset, strategy: { kind: 'list', trials } });
  await complete(service.database, id, [0.5, 1, 0.5, 1]);
  return id;
}

const readReveal = async (search: string, id: string) =>
  (await get<{ items: Reveal[] }>(`/v1/searches/${search}/reveals`)).items.find((one) => one.id === id)!;

async function answered(search: string, trials: number[]): Promise<Reveal> {
  const ordered = await post(`/v1/searches/${search}/reveal`, { trials });
  expect(ordered.statusCode, ordered.body).toBe(202);
  const { id } = ordered.json<Reveal>();
  await expect
    .poll(async () => (await readReveal(search, id)).status, { timeout: 60_000 })
    .toMatch(/completed|failed/);
  return readReveal(search, id);
}

const laddersOf = ({ trials }: Reveal) => trials.map(({ ladder }) => ladder!);

it('takes many submissions, and its answer changes only by a step', async () => {
  const made = await post('/v1/datasets', { name: 'competition', rows, ...competition });
  const data = made.json<Dataset>();
  expect(data.test).toMatchObject({ protocol: 'ladder', revealBudget: 1000, revealsUsed: 0 });
  const search = await submissions('competition');

  const first = await answered(search, [0]);
  expect(first).toMatchObject({ status: 'completed', protocol: 'ladder', metric: 'accuracy', opening: null });
  const leader = (reveal: Reveal, trial: number) => ({ reveal: reveal.id, search, trial });
  expect(laddersOf(first)).toEqual([{ score: expect.any(Number), improved: true, leader: leader(first, 0) }]);
  expect(laddersOf(first)[0]!.score).toBeLessThan(0.75);
  // Nothing else is told: no other metric, no row of a confusion matrix, no interval and no verdict by it.
  expect(first.trials[0]).toMatchObject({
    test: null,
    verdict: null,
    parametersDigest: expect.stringMatching(/^sha256:/),
  });

  const second = await answered(search, [1]);
  const best = laddersOf(second)[0]!;
  expect(best).toEqual({ score: expect.any(Number), improved: true, leader: leader(second, 1) });
  expect(best.score).toBeGreaterThan(0.95);

  // What it knows is in no process: another evaluator goes on.
  await evaluator.close();
  await start();
  const rest = await answered(search, [2, 3]);
  const unchanged: LadderAnswer = { ...best, improved: false };
  expect(laddersOf(rest)).toEqual([unchanged, unchanged]);

  expect(await get(`/v1/datasets/${data.id}`)).toMatchObject({ test: { revealsUsed: 4 } });
  expect((await post(`/v1/searches/${search}/reveal`, { trials: [1] })).statusCode).toBe(409);
  const { items } = await get<{ items: LedgerEntry[] }>(`/v1/ledger?dataset=${data.id}`);
  expect(items.at(-1)).toMatchObject({ kind: 'seal', data: { protocol: 'ladder', revealBudget: 1000 } });
  expect(items.filter(({ kind }) => kind === 'reveal')).toHaveLength(3);
});

it('is climbed in the order of the ledger, whatever is submitted at once', async () => {
  const other = rows.map(({ x, y, kind }) => ({ x: x * 2, y: y * 3, kind }));
  await post('/v1/datasets', { name: 'at once', rows: other, ...competition });
  const search = await submissions('at once');
  await Promise.all([0, 1, 2, 3].map((trial) => post(`/v1/searches/${search}/reveal`, { trials: [trial] })));
  const read = async () => (await get<{ items: Reveal[] }>(`/v1/searches/${search}/reveals`)).items;
  await expect
    .poll(async () => (await read()).every(({ status }) => status === 'completed'), { timeout: 60_000 })
    .toBe(true);
  const answers = (await read()).sort((a, b) => a.ledgerEntry - b.ledgerEntry).flatMap(laddersOf);
  expect(answers).toHaveLength(4);
  for (const [i, { score, improved }] of answers.entries()) {
    const before = answers[i - 1]?.score ?? -1;
    if (improved) expect(score).toBeGreaterThan(before);
    else expect(score).toBe(before);
  }
});

it('stands on one data set: the same rows make no second ladder, and no other protocol', async () => {
  const [first] = (await get<{ items: Dataset[] }>('/v1/datasets?limit=1000')).items.filter(
    ({ name }) => name === 'competition',
  );
  for (const more of [
    { ...competition, test: { kind: 'random', fraction: 0.5, seed: 4 } },
    { target: 'kind', revealBudget: 5 },
  ]) {
    const again = (
      await post('/v1/datasets', { name: `again ${more.target} ${'test' in more}`, rows, ...more })
    ).json();
    expect(again.test).toMatchObject({ protocol: 'ladder', revealBudget: 1000, revealsUsed: 4 });
    const { message } = again.leaks.warnings.find(({ code }: { code: string }) => code === 'reuse');
    expect(message).toContain(`on the ladder of ${first!.id}`);
  }
  const search = (
    await submit(service.app, {
      dataset: 'again kind true',
      space: { epochs: 5, learningRate: 0.01, hiddenLayers: [[4]] },
    })
  ).id;
  await complete(service.database, search, [1]);
  const refused = await post(`/v1/searches/${search}/reveal`);
  expect(refused.statusCode).toBe(409);
  expect(refused.json().detail).toContain(`on the ladder of ${first!.id}`);
});

it('is not made where it would mean nothing', async () => {
  const refused = async (more: object) => {
    const answer = await post('/v1/datasets', { name: 'no ladder', rows, ...competition, ...more });
    expect(answer.statusCode).toBe(422);
    return answer.json().errors[0];
  };
  const numbers = { target: 'x', task: 'regression', drop: ['kind'], test: { kind: 'random' } };
  expect(await refused(numbers)).toMatchObject({
    pointer: '/protocol',
    message: expect.stringContaining('between 0 and 1'),
  });
  expect(await refused({ test: { kind: 'none' } })).toMatchObject({ pointer: '/protocol' });
});

it('goes on from nothing but what the ledger says that it has shown', async () => {
  const fresh = rows.map(({ x, y, kind }) => ({ x: x * 5, y: y * 7, kind }));
  await post('/v1/datasets', { name: 'forged', rows: fresh, ...competition });
  const search = await submissions('forged');
  const { id } = await answered(search, [1]);
  const client = await service.database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SET LOCAL session_replication_role = replica');
    await client.query(
      `UPDATE locked.reveals SET result = regexp_replace(result::text, '"score":[0-9.]+', '"score":0.1')::json WHERE id = $1`,
      [id],
    );
    await client.query('COMMIT');
  } finally {
    client.release();
  }
  expect(await answered(search, [0])).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('not the result that stands on the ledger'),
  });
});
