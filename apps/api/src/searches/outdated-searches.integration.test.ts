import { type Search, searchSchema } from '@holdfast/contracts/search';
import { numericsVersion } from '@holdfast/contracts/versions';
import { openDatabase } from '@holdfast/db/open-database';
import { startAgain } from '@holdfast/db/outdated-searches';
import { pauseSearch } from '@holdfast/db/search-control';
import { listNested } from '@holdfast/db/searches';
import { openQueues } from '@holdfast/queue/open-queues';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { exampleSearch } from '../../../../packages/db/test/examples.ts';
import { expectCountersToHold } from '../../../../packages/db/test/recount.ts';
import {
  accept,
  acceptTrial,
  addDataset,
  complete,
  type Service,
  startService,
  submit,
} from '../../test/service.ts';
import { buildApp } from '../app.ts';
import { derivedId } from '../derived-id.ts';
import { restartOutdated } from './outdated-searches.ts';
import { createSubmissionTasks } from './submission-tasks.ts';
import { createTrainingLabels } from './training-labels.ts';

let service: Service;
const older = numericsVersion - 1;
const spec = {
  dataset: 'toy',
  space: { hiddenLayers: [[4], [8]], learningRate: [0.01, 0.1], epochs: 9 },
};
const drawn = { ...spec.space, learningRate: { min: 0.001, max: 0.1, scale: 'log' } };

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
});
afterAll(async () => {
  await expectCountersToHold(service.database);
  await service.stop();
});

const get = async (id: string): Promise<Search> =>
  searchSchema.parse((await service.app.inject(`/v1/searches/${id}`)).json());
const list = async (url: string) => (await service.app.inject(url)).json().items;
async function post(url: string, payload: unknown = {}) {
  const headers = { 'content-type': 'application/json' };
  const answer = await service.app.inject({
    method: 'POST',
    url: `/v1/searches/${url}`,
    headers,
    payload: JSON.stringify(payload),
  });
  return answer;
}
const nextOf = (id: string) => derivedId('se', id, numericsVersion);

/** As if it had been made by a service of that version. */
async function age(id: string, version = older): Promise<string> {
  await service.database.pool.query(
    'UPDATE searches SET numerics_version = $2 WHERE id = $1 OR nested_in = $1',
    [id, version],
  );
  return id;
}
const submitOld = async (more: Record<string, unknown> = {}) =>
  age((await submit(service.app, { ...spec, ...more })).id);

/** What a service does when it starts; what it logged. */
async function restart(limits?: { trials: number; foldRuns: number; parameterEpochs: number }) {
  const { database } = service;
  const lines: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) });
  const tasks = createSubmissionTasks({ database, loadLabels: createTrainingLabels(database), limits });
  await restartOutdated({ database, submissions: tasks, log });
  return lines;
}

/** What is decided by the spec alone: two searches of the same spec agree in it. */
async function describeTrials(id: string) {
  const items = await list(`/v1/searches/${id}/trials?limit=100`);
  return Promise.all(
    items.map(async ({ trial }: { trial: number }) => {
      const one = (await service.app.inject(`/v1/searches/${id}/trials/${trial}`)).json();
      const { params, note, weightCount, folds } = one;
      return { trial, params, note, weightCount, folds: folds.map(({ seed }: { seed: string }) => seed) };
    }),
  );
}

describe('an unfinished search of an older numerics version', () => {
  it.each([
    ['a grid', 5, {}],
    ['tpe', 5, { space: drawn, strategy: { kind: 'tpe', trials: 12, startupTrials: 3, lag: 2 } }],
    ['halving', 0, { space: drawn, strategy: { kind: 'halving', trials: 9 } }],
    [
      'a race over a list',
      1,
      {
        strategy: { kind: 'list', trials: [{ hiddenLayers: [3], learningRate: 0.1 }] },
        race: { kind: 'forgiving' },
      },
    ],
  ])('starts again as an ordinary search: %s', async (_name, folds, more) => {
    const sent = { ...more, name: 'mine', tags: ['one', 'two'], seed: 7 };
    const old = await submitOld(sent);
    for (let fold = 0; fold < folds; fold++)
      await accept(service.database, { search: old, trial: 0, fold }, 0.5);
    const before = await get(old);
    const [line] = await restart();
    const next = await get(nextOf(old));
    expect(line).toMatchObject({
      level: 30,
      search: old,
      searchVersion: older,
      numericsVersion,
      as: next.id,
    });

    const twin = await submit(service.app, { ...spec, ...sent });
    expect({ ...next, id: '', createdAt: '' }).toEqual({ ...twin, id: '', createdAt: '' });
    expect(await describeTrials(next.id)).toEqual(await describeTrials(twin.id));

    const ended = await get(old);
    expect(ended).toMatchObject({
      status: 'cancelled',
      reason: `Numerics version ${older}, and this service trains with version ${numericsVersion}: it starts again as ${next.id}.`,
      numericsVersion: older,
      best: before.best,
      progress: { folds: { completed: before.progress.folds.completed }, trials: { waiting: 0, running: 0 } },
    });
    const trial = (await service.app.inject(`/v1/searches/${old}/trials/0`)).json();
    expect(trial.folds.filter(({ state }: { state: string }) => state === 'completed')).toHaveLength(folds);
    expect(await restart()).toEqual([]);
  });

  it('stays paused, and goes on when it is resumed', async () => {
    const old = await submitOld();
    await accept(service.database, { search: old, trial: 0, fold: 0 }, 0.5);
    await pauseSearch(service.database, old);
    await restart();
    const next = nextOf(old);
    expect(await get(old)).toMatchObject({ status: 'cancelled', reason: expect.stringContaining(next) });
    expect(await get(next)).toMatchObject({ status: 'paused', startedAt: null });
    expect((await post(`${next}/resume`)).json()).toMatchObject({ status: 'queued' });
    await complete(service.database, next, [0.5, 0.5, 0.5, 0.5]);
    expect(await get(next)).toMatchObject({ status: 'completed', numericsVersion });
  });

  it('has its own trials and its extension again', async () => {
    const random = { space: drawn, strategy: { kind: 'random', trials: 2 } };
    const { id: old } = await submit(service.app, { ...spec, ...random });
    await post(`${old}/trials`, { params: { hiddenLayers: [5], learningRate: 0.02 }, note: 'first' });
    expect((await post(`${old}/extend`, { trials: 3 })).statusCode).toBe(200);
    await post(`${old}/trials`, { params: { hiddenLayers: [6], learningRate: 0.03, optimizer: 'sgd' } });
    await age(old);
    await restart();
    const next = nextOf(old);
    expect(await get(next)).toMatchObject({
      spec: { strategy: { trials: 5 } },
      progress: { trials: { total: 7, waiting: 7 }, folds: { total: 35 } },
    });
    const twin = await submit(service.app, { ...spec, ...random, strategy: { kind: 'random', trials: 5 } });
    const [strategy, own] = await describeTrials(next).then((all) => [all.slice(0, 5), all.slice(5)]);
    expect(strategy).toEqual(await describeTrials(twin.id));
    expect(own).toMatchObject([
      { trial: 5, note: 'first', params: { hiddenLayers: [5], learningRate: 0.02 } },
      { trial: 6, note: null, params: { hiddenLayers: [6], learningRate: 0.03, optimizer: 'sgd' } },
    ]);
  });

  it('keeps what it knew from an earlier search that has gone, and the search that it refines', async () => {
    const { id: parent } = await submit(service.app, spec);
    const { id: earlier } = await submit(service.app, {
      ...spec,
      space: drawn,
      strategy: { kind: 'random', trials: 2 },
    });
    await complete(service.database, earlier, [0.5, 0.75]);
    const old = await submitOld({
      space: drawn,
      strategy: { kind: 'tpe', trials: 12, warmStart: [earlier] },
    });
    await service.database.pool.query('UPDATE searches SET parent = $2 WHERE id = $1', [old, parent]);
    await service.app.inject({ method: 'DELETE', url: `/v1/searches/${earlier}` });
    await restart();
    expect(await get(nextOf(old))).toMatchObject({ parent, status: 'queued' });
    const { rows } = await service.database.pool.query(
      'SELECT observations::text FROM warm_starts WHERE search_id = ANY ($1) ORDER BY search_id',
      [[old, nextOf(old)]],
    );
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual(rows[1]);
  });

  it('starts again with all that is nested in it, also where that alone is not over', async () => {
    const crossValidation = { kind: 'stratified', folds: 3, outer: { folds: 2 } };
    const open = await submitOld({ crossValidation });
    const scored = await submitOld({ crossValidation });
    await complete(service.database, scored, [0.5, 0.5, 0.75, 0.5], 3);
    const [inner] = await listNested(service.database, scored);
    await acceptTrial(service.database, { search: inner!.id, trial: 0 }, () => true, [0, 1, 2]);
    const lines = await restart();
    expect(lines.map(({ search }) => search)).toEqual([open, scored]);
    for (const old of [open, scored]) {
      const next = nextOf(old);
      const parts = await listNested(service.database, next);
      expect(parts.map((part) => [part.status, part.numericsVersion, part.nestedIn!.outerFold])).toEqual([
        ['queued', numericsVersion, 0],
        ['queued', numericsVersion, 1],
        ['queued', numericsVersion, null],
      ]);
      const nested = (await service.app.inject(`/v1/searches/${old}/nested`)).json();
      expect(nested).toMatchObject({ status: 'cancelled', reason: expect.stringContaining(next) });
      expect((await get(next)).status).toBe('queued');
    }
    expect((await get(open)).status).toBe('cancelled');
    expect(await get(scored)).toMatchObject({ status: 'completed', reason: null, best: { trial: 2 } });
  });
});

describe('a search of which more is asked while its successor is prepared', () => {
  it('is looked at again, and nothing is made of what it was', async () => {
    const { database } = service;
    const old = await submitOld();
    const search = { ...exampleSearch((await get(old)).dataset!), id: nextOf(old) };
    await post(`${old}/trials`, { params: { hiddenLayers: [5], learningRate: 0.02 } });
    const asked = { search, ownTrials: [], reason: 'none' };
    expect(await startAgain(database, old, { ...asked, requests: 0 })).toBe('changed');
    expect((await get(old)).status).toBe('queued');
    expect((await service.app.inject(`/v1/searches/${search.id}`)).statusCode).toBe(404);
    await restart();
    expect((await get(search.id)).progress.trials.total).toBe(5);
    expect(await startAgain(database, old, { ...asked, requests: 1 })).toBe('over');
    expect(await startAgain(database, 'se_none', { ...asked, requests: 0 })).toBe('over');
  });
});

describe('left as they are', () => {
  it('are searches that are over, of this version, of a newer one, and of external trainers', async () => {
    const over = await submitOld({ space: { ...spec.space, learningRate: 0.01 } });
    await complete(service.database, over, [0.5, 0.75]);
    const { id: newer } = await submit(service.app, spec);
    await age(newer, numericsVersion + 1);
    const { id: current } = await submit(service.app, spec);
    const { id: external } = await submit(service.app, {
      trainer: 'external',
      rows: 20,
      space: { depth: [1, 2] },
      objective: { metric: 'score', direction: 'maximize' },
    });
    await age(external);
    const ids = [over, newer, current, external];
    const before = await Promise.all(ids.map(get));
    expect(await restart()).toEqual([]);
    expect(await Promise.all(ids.map(get))).toEqual(before);
  });

  it('a completed one of another version is not extended: its board would be of two kinds', async () => {
    const random = { space: drawn, strategy: { kind: 'random', trials: 1 } };
    const old = await submitOld(random);
    await complete(service.database, old, [0.5]);
    const answer = await post(`${old}/extend`, { trials: 1 });
    expect(answer.json()).toMatchObject({ status: 409, detail: expect.stringContaining('numerics version') });
    expect((await get(old)).status).toBe('completed');
  });
});

describe('a search that cannot be made any more', () => {
  it('fails and says why, and others start again all the same', async () => {
    const large = await submitOld();
    const gone = await submitOld({ dataset: (await addDataset(service.database, 'gone')).id });
    const fine = await submitOld({ space: { ...spec.space, learningRate: 0.01 } });
    await deleteUnguarded('gone');
    const lines = await restart({ trials: 3, foldRuns: 1e6, parameterEpochs: 1e14 });
    expect(lines.map(({ level, search }) => [level, search])).toEqual([
      [40, large],
      [40, gone],
      [30, fine],
    ]);
    const why = `Numerics version ${older}, and this service trains with version ${numericsVersion}, with which it cannot start again: `;
    expect(await get(large)).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(
        /^Numerics .* cannot start again: The grid has 4 trials; a search runs at most 3/,
      ),
    });
    const reasonOf = 'SELECT status, reason FROM searches WHERE id = $1';
    expect((await service.database.pool.query(reasonOf, [gone])).rows).toMatchObject([
      { status: 'failed', reason: expect.stringContaining(`${why}There is no data set`) },
    ]);
    for (const id of [large, gone]) {
      expect((await service.app.inject(`/v1/searches/${nextOf(id)}`)).statusCode).toBe(404);
    }
    await service.database.pool.query('DELETE FROM searches WHERE id = $1', [gone]);
  });
});

/** Past the foreign key: as after a restoration of some of the tables. */
async function deleteUnguarded(name: string): Promise<void> {
  const client = await service.database.pool.connect();
  try {
    await client.query(`BEGIN; SET LOCAL session_replication_role = replica`);
    await client.query('DELETE FROM datasets WHERE name = $1', [name]);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}

describe('several services that start at once', () => {
  it('make one new search of each, by the time that they have listened for a moment', async () => {
    const count = async () => (await list('/v1/searches?limit=1000')).length;
    const old = await Promise.all([submitOld(), submitOld(), submitOld({ strategy: { kind: 'random' } })]);
    const before = await count();
    const apps = await Promise.all([startAnother(), startAnother()]);
    await Promise.all([...apps.map((app) => app.listen({ host: '127.0.0.1', port: 0 })), restart()]);
    await vi.waitFor(
      async () => {
        for (const id of old) expect((await get(id)).status).toBe('cancelled');
      },
      { timeout: 30_000, interval: 50 },
    );
    await Promise.all(apps.map((app) => app.close()));
    expect(await count()).toBe(before + old.length);
    for (const id of old) expect(await get(nextOf(id))).toMatchObject({ status: 'queued', numericsVersion });
  });
});

async function startAnother() {
  const { api } = service.logins;
  const database = openDatabase({ url: api, name: 'another' });
  const queues = await openQueues({ redisUrl: null, databaseUrl: api });
  onTestFinished(async () => {
    await queues.close();
    await database.close();
  });
  const settings = { host: '127.0.0.1', keys: [], webFolder: '/nowhere', databaseUrl: api };
  return buildApp({ database, queues, settings });
}
