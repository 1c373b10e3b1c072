import type { AskAnswer, TellAnswer, TrainAnswer } from '@holdfast/contracts/external-trainer';
import type { Leaderboard } from '@holdfast/contracts/leaderboard';
import type { Search } from '@holdfast/contracts/search';
import type { Trial } from '@holdfast/contracts/trial';
import { createApiKey } from '@holdfast/db/api-keys';
import { expireLeases, takeRunnable } from '@holdfast/db/fold-runs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addDataset, type Service, startService, submit } from '../../test/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const spec = {
  trainer: 'external',
  rows: 50,
  objective: { metric: 'rmse', direction: 'minimize' },
  space: { maxDepth: [2, 4, 8], criterion: ['gini', null] },
};

async function post<T>(url: string, payload: unknown, status = 200): Promise<T> {
  const answer = await service.app.inject({ method: 'POST', url, payload: payload as object });
  expect({ status: answer.statusCode, body: answer.statusCode === status ? '' : answer.body }).toEqual({
    status,
    body: '',
  });
  return answer.json();
}

async function get<T>(url: string): Promise<T> {
  return (await service.app.inject({ method: 'GET', url })).json();
}

const ask = (search: string, client: string, more: object = {}) =>
  post<AskAnswer>(`/v1/searches/${search}/asks`, { client, ...more });

async function askToTrain(search: string, client: string, more: object = {}): Promise<TrainAnswer> {
  const answer = await ask(search, client, more);
  if (answer.next !== 'train') throw new Error(`It was told to ${answer.next}.`);
  return answer;
}

/** What a trainer makes of a fold run: depends on what it was given alone. */
function train({ params, seed, rows }: TrainAnswer): { score: number; rowScores: number[] } {
  const bias = Number(params['maxDepth']) + (params['criterion'] === null ? 0.5 : 0);
  const rowScores = rows!.validation.map((row) => (bias * bias) / 16 + ((row * 7 + seed) % 11) / 10);
  const mean = rowScores.reduce((sum, value) => sum + value, 0) / rowScores.length;
  return { score: Math.sqrt(mean), rowScores };
}

const tell = (asked: TrainAnswer, result: object, status = 200) =>
  post<TellAnswer>(asked.resultPath, { lease: asked.lease.token, ...result }, status);

const rootMean = { ...spec, objective: { ...spec.objective, rowScores: 'rootMean' } };

describe('an external search', () => {
  it('has its trials trained by whoever asks, and a board of them', async () => {
    const search = await submit(service.app, { ...rootMean, name: 'mine' });
    expect(search).toMatchObject({ trainer: 'external', dataset: null, status: 'queued' });
    expect(search.progress).toMatchObject({ trials: { total: 6 }, folds: { total: 30 } });
    const validated: number[][] = [];
    for (;;) {
      const answer = await ask(search.id, 'one');
      if (answer.next === 'stop') break;
      if (answer.next === 'wait') throw new Error('There is nothing to wait for.');
      if (answer.trial === 0) validated.push(answer.rows!.validation);
      expect(new Set([...answer.rows!.training, ...answer.rows!.validation]).size).toBe(50);
      expect((await tell(answer, train(answer))).outcome).toBe('accepted');
    }
    expect(validated.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, row) => row));
    const board = await get<Leaderboard>(`/v1/searches/${search.id}/leaderboard`);
    expect(board).toMatchObject({
      status: 'completed',
      metric: 'rmse',
      direction: 'minimize',
      uncertainty: { unit: 'rows', units: 50, trials: 6 },
      recommended: { trial: 0, rule: 'best' },
      corrected: { trial: 0 },
    });
    expect(board.items[0]).toMatchObject({
      trial: 0,
      rank: 1,
      params: { maxDepth: 2, criterion: 'gini' },
      weightCount: null,
    });
    expect(board.items[0]!.rankInterval![0]).toBe(1);
    expect(board.items.at(-1)!.params).toEqual({ maxDepth: 8, criterion: null });
    const trial = await get<Trial>(`/v1/searches/${search.id}/trials/0`);
    expect(trial).toMatchObject({ diagnosis: [], weightCount: null, params: { maxDepth: 2 } });
    for (const path of [
      'points',
      'heat-map?x=maxDepth&y=criterion',
      'importance',
      'timeline',
      'comparison?trials=0,1',
    ]) {
      const answer = await service.app.inject({ url: `/v1/searches/${search.id}/${path}` });
      expect({ path, status: answer.statusCode }).toEqual({ path, status: 200 });
    }
    const csv = await service.app.inject({ url: `/v1/searches/${search.id}/leaderboard.csv?sort=-maxDepth` });
    expect(csv.body).toContain('params.criterion');
  });

  it('says what its board cannot tell where results came without row scores', async () => {
    const search = await submit(service.app, { ...spec, space: { depth: [1, 2] } });
    for (let run = 0; run < 10; run++) {
      const asked = await askToTrain(search.id, 'one', { rows: false });
      expect(asked.rows).toBeNull();
      await tell(asked, { score: Number(asked.params['depth']) + asked.fold / 10 });
    }
    const board = await get<Leaderboard>(`/v1/searches/${search.id}/leaderboard`);
    expect(board.uncertainty).toBeNull();
    expect(board.uncertaintyReason).toContain('rowScores');
    expect(board.items[0]).toMatchObject({ rankInterval: null, withinOneStandardError: true });
    expect(board.items[0]!.score.standardError).toBeGreaterThan(0);
  });

  it('has the same board with one asker and with five that tell in any order', async () => {
    const digests: string[] = [];
    for (const askers of [1, 5]) {
      const search = await submit(service.app, rootMean);
      const held: TrainAnswer[] = [];
      for (let told = 0; told < 30; ) {
        for (let n = 0; n < askers && told + held.length < 30; n++) {
          const asked = await askToTrain(search.id, `asker-${n}`);
          if (held.every(({ lease }) => lease.token !== asked.lease.token)) held.push(asked);
        }
        // The last one first, and now and then two at once.
        for (const asked of held.splice(-1 - (told % 2))) {
          await tell(asked, train(asked));
          told++;
        }
      }
      const board = await get<Leaderboard>(`/v1/searches/${search.id}/leaderboard`);
      expect(board.status).toBe('completed');
      digests.push(board.digest);
    }
    expect(digests[0]).toBe(digests[1]);
  });

  it('never reaches the queue of our own workers', async () => {
    const search = await submit(service.app, spec);
    const taken = await takeRunnable(service.database, {
      limit: 100,
      searchIds: [search.id],
      republishAfterSeconds: 10,
    });
    expect(taken).toEqual([]);
  });
});

describe('POST …/asks', () => {
  it('gives the same fold run to a client that asks again, and another to another', async () => {
    const search = await submit(service.app, spec);
    const first = await askToTrain(search.id, 'a');
    const again = await askToTrain(search.id, 'a');
    const other = await askToTrain(search.id, 'b');
    expect({ ...again, lease: null }).toEqual({ ...first, lease: null });
    expect(again.lease.token).toBe(first.lease.token);
    expect(Date.parse(again.lease.expiresAt)).toBeGreaterThanOrEqual(Date.parse(first.lease.expiresAt));
    expect([other.trial, other.fold]).toEqual([0, 1]);
  });

  it('hands on what a client let lapse, and refuses that one’s result', async () => {
    const search = await submit(service.app, spec);
    const late = await askToTrain(search.id, 'slow');
    await service.database.pool.query(
      `UPDATE fold_runs SET lease_until = now() - interval '1 second' WHERE search_id = $1 AND state = 'running'`,
      [search.id],
    );
    expect(await expireLeases(service.database)).toBe(1);
    const next = await askToTrain(search.id, 'quick');
    expect(next).toMatchObject({ trial: late.trial, fold: late.fold, attempt: 2, seed: late.seed });
    const refused = await tell(late, { score: 1 }, 409);
    expect(refused).toMatchObject({ type: '/docs/errors#lease-lost' });
    expect((await tell(next, { score: 2 })).outcome).toBe('accepted');
    const { rows } = await service.database.pool.query('SELECT late_results FROM searches WHERE id = $1', [
      search.id,
    ]);
    expect(rows[0]).toEqual({ late_results: 1 });
    const metrics = await service.app.inject({ url: '/metrics' });
    expect(metrics.body).toMatch(/^holdfast_late_results [1-9]/m);
  });

  it('waits while the search is paused, and stops when it is over', async () => {
    const search = await submit(service.app, { ...spec, limits: { concurrency: 1 } });
    const path = `/v1/searches/${search.id}`;
    const asked = await askToTrain(search.id, 'a');
    expect(await ask(search.id, 'b')).toMatchObject({ next: 'wait', status: 'running' });
    await post(`${path}/pause`, {});
    // What is being trained is finished.
    expect((await askToTrain(search.id, 'a')).lease.token).toBe(asked.lease.token);
    await tell(asked, { score: 1 });
    expect(await ask(search.id, 'a')).toMatchObject({ next: 'wait', status: 'paused', retryAfterSeconds: 1 });
    await post(`${path}/resume`, {});
    const second = await askToTrain(search.id, 'a');
    await post(`${path}/cancel`, {});
    expect(await tell(second, { score: 1 }, 409)).toMatchObject({ type: '/docs/errors#lease-lost' });
    expect(await ask(search.id, 'a')).toMatchObject({ next: 'stop', status: 'cancelled' });
  });

  it('holds its answer until there is something to train', async () => {
    const search = await submit(service.app, { ...spec, limits: { concurrency: 1 } });
    const asked = await askToTrain(search.id, 'a');
    const waiting = askToTrain(search.id, 'b', { waitSeconds: 30 });
    await tell(asked, { score: 1 });
    expect((await waiting).fold).toBe(1);
  });

  it('goes on with more trials, and with one’s own', async () => {
    const search = await submit(service.app, {
      ...spec,
      strategy: { kind: 'random', trials: 1 },
      space: { depth: { min: 2, max: 8, integer: true }, kind: 'tree' },
      crossValidation: { kind: 'holdout' },
    });
    await tell(await askToTrain(search.id, 'a'), { score: 1 });
    expect(await ask(search.id, 'a')).toMatchObject({ next: 'stop', status: 'completed' });
    await post(`/v1/searches/${search.id}/extend`, { trials: 1 });
    await post(`/v1/searches/${search.id}/trials`, { params: { depth: 100 }, note: 'mine' }, 202);
    const more = [await askToTrain(search.id, 'a'), await askToTrain(search.id, 'b')];
    expect(more.map(({ trial }) => trial)).toEqual([1, 2]);
    expect(more[1]!.params).toEqual({ depth: 100, kind: 'tree' });
    const missing = await post(`/v1/searches/${search.id}/trials`, { params: { kind: 'stump' } }, 422);
    expect(missing).toMatchObject({ errors: [{ pointer: '/params' }] });
  });

  it('is nothing for a search that Holdfast trains, or that is not there', async () => {
    await addDataset(service.database, 'toy');
    const own = await submit(service.app, { dataset: 'toy' });
    expect(own.trainer).toBe('holdfast');
    await post(`/v1/searches/${own.id}/asks`, { client: 'a' }, 409);
    await post(`/v1/searches/se_00000000000000000000/asks`, { client: 'a' }, 404);
    await post(`/v1/searches/${own.id}/asks`, { client: '' }, 400);
  });
});

describe('POST …/result', () => {
  it('takes a result once, and answers the same one again as before', async () => {
    const search = await submit(service.app, spec);
    const asked = await askToTrain(search.id, 'a');
    const lease = await post<{ expiresAt: string }>(asked.resultPath.replace('/result', '/lease'), {
      lease: asked.lease.token,
      leaseSeconds: 1000,
    });
    expect(Date.parse(lease.expiresAt)).toBeGreaterThan(Date.parse(asked.lease.expiresAt));
    expect((await tell(asked, { score: 1 })).outcome).toBe('accepted');
    expect((await tell(asked, { score: 7 })).outcome).toBe('repeated');
    const { folds } = await get<Trial>(`/v1/searches/${search.id}/trials/0`);
    expect(folds[asked.fold]!).toMatchObject({ validation: { rmse: 1 }, worker: 'a', engine: 'external' });
    await post(asked.resultPath.replace('/result', '/lease'), { lease: asked.lease.token }, 409);
  });

  it('tries a failure once more, then fails the trial', async () => {
    const search = await submit(service.app, spec);
    const asked = await askToTrain(search.id, 'a');
    expect((await tell(asked, { failure: 'out of memory' })).outcome).toBe('retried');
    const again = await askToTrain(search.id, 'a');
    expect(again).toMatchObject({ trial: asked.trial, fold: asked.fold, attempt: 2 });
    expect((await tell(again, { failure: 'out of memory' })).outcome).toBe('failed');
    const trial = await get<Trial>(`/v1/searches/${search.id}/trials/0`);
    expect(trial).toMatchObject({ status: 'failed', reason: 'out of memory' });
    expect((await askToTrain(search.id, 'a')).trial).toBe(1);
  });

  it('refuses what contradicts itself, and says where', async () => {
    const search = await submit(service.app, rootMean);
    const asked = await askToTrain(search.id, 'a');
    const pointers = async (result: object) =>
      ((await tell(asked, result, 422)) as unknown as { errors: { pointer: string }[] }).errors.map(
        ({ pointer }) => pointer,
      );
    expect(await pointers({ score: null })).toEqual(['/reason']);
    expect(await pointers({ score: 1, rowScores: [1] })).toEqual(['/rowScores']);
    expect(await pointers({ score: 3, rowScores: Array(10).fill(3) })).toEqual(['/rowScores']);
    expect(await pointers({ score: '1' })).toEqual(['/score']);
    expect(await pointers({ score: 1, speed: 2 })).toEqual(['/speed']);
    const elsewhere = asked.resultPath.replace('/folds/0/', '/folds/1/');
    await post(elsewhere, { lease: asked.lease.token, score: 1 }, 400);
    await post(
      asked.resultPath.replace('/folds/0/', '/folds/77/'),
      { lease: asked.lease.token, score: 1 },
      404,
    );
    expect((await tell(asked, { score: 3, rowScores: Array(10).fill(9) })).outcome).toBe('accepted');
  });

  it('completes a trial without a score where a fold has none', async () => {
    const search = await submit(service.app, { ...spec, space: { depth: [1] } });
    for (let fold = 0; fold < 5; fold++) {
      const asked = await askToTrain(search.id, 'a');
      await tell(asked, fold === 2 ? { score: null, reason: 'no split was found' } : { score: 1 });
    }
    const board = await get<Leaderboard>(`/v1/searches/${search.id}/leaderboard`);
    expect(board.items[0]).toMatchObject({ rank: null, status: 'completed' });
    expect(board.items[0]!.reason).toContain('no split was found');
  });
});

describe('POST /v1/searches with "trainer": "external"', () => {
  async function refused(sent: object): Promise<string[]> {
    const problem = await post<{ errors: { pointer: string; message: string }[] }>(
      '/v1/searches',
      { ...spec, ...sent },
      422,
    );
    for (const { message } of problem.errors) expect(message).not.toBe('');
    return problem.errors.map(({ pointer }) => pointer);
  }

  it('names the places of what is wrong', async () => {
    expect(await refused({ space: { depth: { min: 8, max: 2 } } })).toContain('/space/depth/min');
    expect(await refused({ space: { depth: [1, 1] } })).toEqual(['/space/depth/1']);
    expect(await refused({ space: { depth: { min: 1.5, max: 8, integer: true, points: 3 } } })).toEqual([
      '/space/depth/min',
    ]);
    expect(await refused({ space: { 'a b': 1 } })).toEqual(['/space/a b']);
    expect(await refused({ space: { score: [1, 2] } })).toEqual(['/space/score']);
    expect(await refused({ space: { depth: { deep: true } } })).toContain('/space/depth/deep');
    expect(await refused({ objective: { metric: 'gini' } })).toEqual(['/objective/direction']);
    expect(await refused({ objective: { metric: 'accuracy', direction: 'minimize' } })).toEqual([
      '/objective/direction',
    ]);
    expect(await refused({ strategy: { kind: 'halving' } })).toEqual(['/resource']);
    expect(await refused({ crossValidation: { kind: 'stratified' } })).toEqual(['/crossValidation/kind']);
    expect(await refused({ rows: 3 })).toEqual(['/rows']);
    expect(await refused({ dataset: 'iris' })).toEqual(['/dataset']);
    expect(await refused({ trainer: 'elsewhere' })).toEqual(['/trainer']);
    expect(await refused({ strategy: { kind: 'list', trials: [{ maxDepth: 3 }] } })).toEqual([
      '/strategy/trials/0',
    ]);
  });

  it('takes the rows of a stored data set, and divides them by class and by group', async () => {
    const { id: dataset } = await addDataset(
      service.database,
      'graded',
      20,
      Int32Array.from({ length: 40 }, (_, row) => row % 8),
    );
    const { rows: _, ...rest } = spec;
    const stored = {
      ...rest,
      objective: { metric: 'accuracy' },
      dataset: 'graded',
      space: { depth: [1, 2] },
    };
    const search = await submit(service.app, stored);
    expect(search).toMatchObject({
      dataset,
      trainer: 'external',
      spec: { dataset, rows: 40, crossValidation: { kind: 'grouped', folds: 5 } },
    });
    for (;;) {
      const answer = await ask(search.id, 'one');
      if (answer.next !== 'train') break;
      const { training, validation } = answer.rows!;
      const groups = new Set(validation.map((row) => row % 8));
      expect(training.filter((row) => groups.has(row % 8))).toEqual([]);
      await tell(answer, { score: 1, rowScores: validation.map(() => 1) });
    }
    const board = await get<Leaderboard>(`/v1/searches/${search.id}/leaderboard`);
    expect(board).toMatchObject({ status: 'completed', uncertainty: { unit: 'groups', units: 8 } });

    const byClass = await submit(service.app, {
      ...stored,
      crossValidation: { kind: 'stratified', folds: 4 },
      limits: { maxTrials: 1 },
    });
    const { rows } = await askToTrain(byClass.id, 'one');
    expect(rows!.validation.filter((row) => row < 20)).toHaveLength(5);
    const { trials } = await post<{ trials: number }>(`/v1/searches/${byClass.id}/extend`, { trials: 1 })
      .then(() => get<Search>(`/v1/searches/${byClass.id}`))
      .then(({ progress }) => ({ trials: progress.folds.total }));
    expect(trials).toBe(8);
    await post(`/v1/searches/${byClass.id}/reveal`, {}, 409);

    expect(await refused({ dataset: 'graded' })).toEqual(['/rows']);
    expect(
      await refused({
        dataset: 'graded',
        rows: undefined,
        crossValidation: { kind: 'stratified', folds: 21 },
      }),
    ).toContain('/crossValidation/folds');
    const { errors } = await post<{ errors: { pointer: string }[] }>('/v1/searches', rest, 422);
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/rows']);
  });

  it('plans without creating anything', async () => {
    const plan = await post('/v1/searches?dryRun=true', {
      ...spec,
      strategy: { kind: 'hyperband' },
      resource: { name: 'trees', max: 27 },
      space: { rate: { min: 0.01, max: 1, scale: 'log' } },
    });
    expect(plan).toMatchObject({
      largestWeightCount: null,
      estimatedSeconds: null,
      spec: { crossValidation: { kind: 'plain', folds: 5 }, strategy: { minEpochs: 1, reductionFactor: 3 } },
    });
  });

  it('has no models, reveals or predictions', async () => {
    const { id } = (await submit(service.app, spec)) as Search;
    await post(`/v1/searches/${id}/models`, {}, 409);
    await post(`/v1/searches/${id}/reveal`, {}, 409);
    await post(`/v1/searches/${id}/refine`, {}, 409);
    for (const path of ['trials/0/predictions', 'trials/0/calibration', 'preprocessing']) {
      const answer = await service.app.inject({ url: `/v1/searches/${id}/${path}` });
      expect({ path, status: answer.statusCode }).toEqual({ path, status: 409 });
    }
  });
});

describe('scopes', () => {
  it('asks and tells with submit, and not with read', async () => {
    const guarded = await startService({ host: '0.0.0.0', keys: ['an-admin-key'] });
    try {
      const { key } = await createApiKey(guarded.database, {
        name: 'reader',
        scopes: ['read'],
        seconds: null,
      });
      const send = (url: string, bearer: string, payload: object) =>
        guarded.app.inject({
          method: 'POST',
          url,
          payload,
          headers: { host: 'holdfast.example', authorization: `Bearer ${bearer}` },
        });
      const { id } = (await send('/v1/searches', 'an-admin-key', spec)).json();
      const asks = `/v1/searches/${id}/asks`;
      await vi.waitFor(
        async () => expect((await send(asks, key, { client: 'a' })).statusCode).toBe(403),
        30_000,
      );
      expect((await send(asks, 'an-admin-key', { client: 'a' })).statusCode).toBe(200);
    } finally {
      await guarded.stop();
    }
  });
});
