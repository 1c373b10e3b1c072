import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LedgerEntry, LedgerHeadAnswer } from '@holdfast/contracts/ledger';
import type { Reveal } from '@holdfast/contracts/reveal';
import { refitTrial } from '@holdfast/core/training/refit-trial';
import { claimReveal, completeReveal } from '@holdfast/db/reveals';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addWorker, complete, type Service, startService, submit } from '../../../apps/api/test/service.ts';
import { type KillingProxy, type Moment, startKillingProxy } from '../test/killing-proxy.ts';
import { evaluateReveal } from './evaluate-reveal.ts';
import { loadSealingKey } from './sealing-key.ts';

const entry = fileURLToPath(new URL('../dist/evaluator.js', import.meta.url));

/** Every step of a reveal that leaves something behind, or might; training and scoring touch nothing. */
const moments: (Moment & { step: string })[] = [
  { step: 'claimed', statement: 'attempt = attempt + 1', when: 'after' },
  { step: 'about to take the box', statement: 'FROM sealed.test_chunks', when: 'before' },
  { step: 'box and training rows taken', statement: 'FROM training_chunks', when: 'after' },
  { step: 'evaluated, nothing handed in', statement: `SET status = 'completed'`, when: 'before' },
  { step: 'entry written, not committed', statement: 'INSERT INTO locked.ledger (', when: 'after' },
  { step: 'all written, about to commit', statement: 'COMMIT', when: 'before' },
  { step: 'committed, and not told so', statement: 'COMMIT', when: 'after' },
  { step: 'about to sign', statement: 'INSERT INTO locked.ledger_heads', when: 'before' },
  { step: 'signed, and not told so', statement: 'INSERT INTO locked.ledger_heads', when: 'after' },
];
const attempts = 1 + moments.findIndex(({ step }) => step === 'committed, and not told so') + 1;

let service: Service;
let proxy: KillingProxy;
let folder: string;
let evaluator: ChildProcess | null = null;

const start = (): ChildProcess => {
  evaluator = fork(entry, [], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: proxy.url,
      HOLDFAST_HOME: folder,
      LOG_LEVEL: 'warn',
    },
    silent: true,
  });
  return evaluator;
};

/** Ends it, however it is. */
const end = async (signal: NodeJS.Signals): Promise<void> => {
  if (evaluator === null || evaluator.exitCode !== null || evaluator.signalCode !== null) return;
  const gone = once(evaluator, 'exit');
  evaluator.kill(signal);
  await gone;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-killed-'));
  service = await startService();
  proxy = await startKillingProxy(service.logins.evaluator);
  await addWorker(service.database);
  await once(start(), 'message');
});
afterAll(async () => {
  await end('SIGKILL');
  await proxy.close();
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

const get = async <T>(url: string): Promise<T> => (await service.app.inject({ url })).json();
const post = (url: string, payload: object) => service.app.inject({ method: 'POST', url, payload });

it('a reveal whose evaluator is killed at each of its steps ends with one evaluation', async () => {
  const source = { kind: 'spiral', samplesPerClass: 25, classes: 2, seed: 1 };
  const made = await post('/v1/datasets', { name: 'killed', source });
  expect(made.statusCode, made.body).toBe(201);
  const { id } = await submit(service.app, {
    dataset: 'killed',
    space: { hiddenLayers: [[4]], learningRate: 0.05, epochs: 5 },
  });
  await complete(service.database, id, [1]);
  await end('SIGTERM');
  expect((await post(`/v1/searches/${id}/reveal`, {})).statusCode).toBe(202);

  // What it comes to undisturbed, by one that is then lost as well.
  const first = (await claimReveal(service.database, 0))!;
  const key = await loadSealingKey(join(folder, 'evaluator', 'sealing-key.json'));
  const undisturbed = await evaluateReveal(service.database, key, first, async (input) => {
    const refitted = refitTrial(input);
    if (refitted.status === 'cancelled') throw new Error('Nobody cancels it.');
    return refitted;
  });

  for (const { step, ...moment } of moments) {
    const dying = start();
    proxy.arm(moment, () => dying.kill('SIGKILL'));
    const [, signal] = await once(dying, 'exit');
    expect(signal, step).toBe('SIGKILL');
    proxy.disarm();
    // Nobody waits for the end of the lease here.
    await service.database.pool.query(
      `UPDATE locked.reveals SET lease_until = clock_timestamp() WHERE status = 'running'`,
    );
  }

  start();
  const head = () => get<LedgerHeadAnswer>('/v1/ledger/head');
  await expect
    .poll(async () => (await head()).signed?.entries === (await head()).entries, { timeout: 30_000 })
    .toBe(true);
  const { items } = await get<{ items: Reveal[] }>(`/v1/searches/${id}/reveals`);
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({ status: 'completed', revealsUsed: 1, trials: undisturbed.trials });
  const { items: entries } = await get<{ items: LedgerEntry[] }>('/v1/ledger');
  expect(entries.map(({ kind }) => kind)).toEqual(['result', 'reveal', 'seal']);
  expect(await get('/v1/ledger/verification')).toMatchObject({ valid: true, entries: 3 });
  // Each kill before the commit was one attempt, and none was made after it.
  const { rows } = await service.database.pool.query('SELECT attempt FROM locked.reveals');
  expect(rows).toEqual([{ attempt: attempts }]);
  expect(await completeReveal(service.database, first, undisturbed)).toBe('late');
}, 300_000);
