import { openAsBlob } from 'node:fs';
import { resolve } from 'node:path';
import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Search } from '@holdfast/contracts/search';
import type { SearchSpecInput } from '@holdfast/contracts/search-spec';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import irisGrid from '../../examples/iris-grid.json' with { type: 'json' };
import expectedDigests from './expected-digests.json' with { type: 'json' };
import type { RunningService } from './service.ts';

const data = (file: string) => resolve(import.meta.dirname, '../../examples/data', file);

/** 200 trials on five folds, each short. */
const twoHundredTrials: SearchSpecInput = {
  dataset: 'iris',
  seed: 7,
  space: {
    hiddenLayers: [[8], [16]],
    learningRate: { min: 0.001, max: 0.1, scale: 'log' },
    optimizer: ['adam', 'rmsprop'],
    dropout: [0, 0.1],
    epochs: 25,
  },
  strategy: { kind: 'random', trials: 200 },
};

/** What boards come to, their statistics included, wherever they are made. */
const digests: Readonly<Record<string, string>> = expectedDigests;

/** One small search of each kind that decides as it goes. */
const adaptive: Record<string, SearchSpecInput> = Object.fromEntries(
  Object.entries({
    sobol: { strategy: { kind: 'sobol', trials: 8 } },
    tpe: { strategy: { kind: 'tpe', trials: 16, lag: 4, startupTrials: 6 } },
    halving: { strategy: { kind: 'halving' } },
    hyperband: { strategy: { kind: 'hyperband' } },
    race: { strategy: { kind: 'random', trials: 16 }, race: { kind: 'forgiving' } },
    target: { strategy: { kind: 'random', trials: 40 }, limits: { targetScore: 0.8 } },
  } as const).map(([name, strategy]) => [
    name,
    {
      dataset: 'iris',
      space: { hiddenLayers: [[4], [8]], learningRate: { min: 0.001, max: 0.3, scale: 'log' }, epochs: 9 },
      crossValidation: { kind: 'stratified', folds: 3 },
      ...strategy,
    },
  ]),
);

/** A search that is scored on rows that it never saw. */
const nested: SearchSpecInput = {
  ...adaptive['halving']!,
  crossValidation: { kind: 'stratified', folds: 3, outer: { folds: 3 } },
};

async function run(client: HoldfastClient, spec: SearchSpecInput): Promise<Search> {
  const search = await client.createSearch(spec);
  for await (const event of client.watchSearch(search.id)) if (event.name === 'end') break;
  return client.getSearch(search.id);
}

/** What must hold of Holdfast however it is set up. `start` makes a service with an empty store. */
export function describeMainJob(name: string, start: () => Promise<RunningService>): void {
  describe(`the main job, ${name}`, () => {
    let service: RunningService;

    beforeAll(async () => {
      service = await start();
      const { client } = service;
      await client.uploadDataset(
        { name: 'iris', target: 'species' },
        await openAsBlob(data('iris.csv')),
        'iris.csv',
      );
      await client.uploadDataset(
        { name: 'digits', target: 'digit' },
        await openAsBlob(data('digits.csv.gz')),
        'digits.csv.gz',
      );
      await client.generateDataset({ name: 'spiral', source: { kind: 'spiral', samplesPerClass: 100 } });
    });

    afterAll(async () => {
      await service?.stop();
    });

    it('locks the test rows of every data set away', async () => {
      const iris = await service.client.getDataset('iris');
      expect(iris.rows).toEqual({ train: 120, test: 30 });
      expect(iris.rowsPerClass).toEqual({ setosa: 40, versicolor: 40, virginica: 40 });
      expect(iris.test).toMatchObject({ locked: true, revealsUsed: 0 });
      const preview = await service.client.previewDataset('iris', 1000);
      expect(preview.rows).toHaveLength(120);
    });

    it('runs a search that names nothing but its data', async () => {
      const search = await run(service.client, { dataset: 'iris', space: { epochs: 5 } });
      expect(search.status).toBe('completed');
      const planned = await service.client.planSearch({ dataset: 'iris' });
      expect(planned).toMatchObject({ trials: 20, folds: 100 });
    });

    it('finds an iris trial of at least 0.96 and the same bytes each time', async () => {
      const first = await run(service.client, irisGrid as SearchSpecInput);
      const second = await run(service.client, irisGrid as SearchSpecInput);
      const board = await service.client.getLeaderboard(first.id, { limit: 1000 });
      const again = await service.client.getLeaderboard(second.id, { limit: 1000 });
      expect(board.items[0]?.score.mean).toBeGreaterThanOrEqual(0.96);
      expect(board.items.map((item) => item.rank)).toEqual(
        Array.from({ length: 54 }, (_, index) => index + 1),
      );
      expect(again.digest).toBe(board.digest);
      // The same on every machine and set-up. It changes with the numerics version, and with what a board shows.
      expect({ irisGrid: board.digest }).toMatchObject({ irisGrid: expectedDigests.irisGrid });
      expect(first.best).toEqual({ trial: board.items[0]?.trial, score: board.items[0]?.score.mean });
    });

    it('finds a digits trial of at least 0.97', async () => {
      const search = await run(service.client, {
        dataset: 'digits',
        space: { hiddenLayers: [[64]], learningRate: 0.003, batchSize: 32, epochs: 30 },
      });
      const board = await service.client.getLeaderboard(search.id);
      expect(board.items[0]?.score.mean).toBeGreaterThanOrEqual(0.97);
    });

    it('trains the final model to the same bytes each time, and predicts with it', async () => {
      const { client } = service;
      const spec: SearchSpecInput = {
        dataset: 'iris',
        space: { hiddenLayers: [[8], [16]], learningRate: 0.02, dropout: 0.1, epochs: 30 },
        earlyStopping: { patience: 3 },
        refit: { seeds: 3 },
      };
      const models = [];
      for (const search of [await run(client, spec), await run(client, spec)]) {
        const { id } = await client.createModel(search.id);
        models.push(await client.waitForModel(id));
      }
      for (const model of models)
        expect(model).toMatchObject({ status: 'completed', epochs: { rule: 'meanOfFolds' } });
      const digests = models.map(({ parametersDigest }) => parametersDigest);
      expect(digests).toEqual([expectedDigests.irisModel, expectedDigests.irisModel]);
      const { columns, rows } = await client.previewDataset('iris', 1000);
      const features = rows.map((row) =>
        Object.fromEntries(row.slice(0, -1).map((cell, i) => [columns[i]!, cell])),
      );
      const { items } = await client.predict(models[0]!.id, features);
      const right = items.filter((item, row) => 'label' in item && item.label === rows[row]!.at(-1)).length;
      expect(right / rows.length).toBeGreaterThan(0.9);
      expect((await client.getModelOnnx(models[0]!.id)).length).toBeGreaterThan(1000);
      expect(await client.getModelArtifact(models[0]!.id)).toMatchObject({ parametersDigest: digests[0] });
      expect(await client.getModelCard(models[0]!.id)).toContain(digests[0]);
    });

    it('searches columns of every kind, gaps and classes of unequal size, to predictions of rows unlike them', async () => {
      const { client } = service;
      const rows = Array.from({ length: 120 }, (_, i) => {
        const leaves = i % 5 === 0;
        const plan = leaves ? 'basic' : ['pro', 'team', ''][i % 3];
        const age = i % 11 === 0 ? 'NA' : `${leaves ? 60 + (i % 9) : 20 + (i % 30)},5`;
        return `${age};${plan};${leaves ? 'yes' : 'no'};${(i % 28) + 1}.02.2024;${leaves ? 'leave' : 'stay'}`;
      });
      const dataset = await client.uploadDataset(
        { name: 'customers', target: 'end' },
        new Blob([`age;plan;late;since;end\r\n${rows.join('\r\n')}\r\n`]),
        'customers.csv',
      );
      expect(dataset.features.map(({ kind }) => kind)).toEqual(['number', 'category', 'boolean', 'date']);
      const search = await run(client, {
        dataset: 'customers',
        space: { hiddenLayers: [[8]], learningRate: 0.03, classWeights: ['none', 'balanced'], epochs: 30 },
        objective: { metric: 'balancedAccuracy' },
      });
      const board = await client.getLeaderboard(search.id);
      expect(board.items[0]?.score.mean).toBeGreaterThan(0.95);
      expect(board.items.map(({ params }) => params['classWeights']).sort()).toEqual(['balanced', 'none']);
      const { id } = await client.createModel(search.id);
      await client.waitForModel(id);
      const { items } = await client.predict(id, [
        { age: 65, plan: 'basic', late: true, since: '2024-02-10' },
        { age: null, plan: 'unheard of', late: false, since: '10 Feb 2024' },
      ]);
      expect(items).toMatchObject([{ label: 'leave' }, { label: 'stay' }]);
    });

    it('turns and shifts training images, to the same bytes each time', async () => {
      const spec: SearchSpecInput = {
        dataset: 'digits',
        space: {
          hiddenLayers: [[16]],
          learningRate: 0.01,
          scaler: { kind: 'maxAbs', per: 'all' },
          augmentation: [
            [],
            [
              { kind: 'shift', pixels: 1 },
              { kind: 'rotate', degrees: 5 },
            ],
          ],
          epochs: 3,
        },
        crossValidation: { kind: 'holdout', fraction: 0.2 },
      };
      const boards = [];
      for (const search of [await run(service.client, spec), await run(service.client, spec)]) {
        boards.push(await service.client.getLeaderboard(search.id));
      }
      const [first, second] = boards;
      expect(second!.digest).toBe(first!.digest);
      const scores = first!.items.map(({ score }) => score.mean);
      expect(new Set(scores).size).toBe(2);
      const refused = service.client.createSearch({
        dataset: 'iris',
        space: { augmentation: [{ kind: 'shift' }] },
      });
      await expect(refused).rejects.toThrow(/Only square images.*this data set has 4/);
    });

    it('keeps the facts of every fold run', async () => {
      const search = await run(service.client, {
        dataset: 'spiral',
        space: { hiddenLayers: [[8]], learningRate: 0.01, epochs: 8 },
      });
      const trial = await service.client.getTrial(search.id, 0);
      expect(trial.folds).toHaveLength(5);
      for (const fold of trial.folds) {
        expect(fold).toMatchObject({
          state: 'completed',
          attempt: 1,
          engine: expect.stringMatching(/^(native|wasm)$/),
        });
        expect(fold.seed).toMatch(/^[0-9a-f]{16}$/);
        expect(fold.worker).toBeTruthy();
        expect(fold.seconds).toBeGreaterThan(0);
        expect(fold.curves?.epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
        expect(fold.curves?.validationLoss).toHaveLength(8);
        expect(fold.validation?.accuracy).toBeGreaterThan(0);
      }
      const response = await fetch(`${service.url}/v1/searches/${search.id}/trials/0/predictions?limit=1000`);
      const predictions = (await response.json()) as { items: { row: number; values: number[] }[] };
      expect(new Set(predictions.items.map((item) => item.row)).size).toBe(240);
      for (const item of predictions.items) {
        expect(item.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
      }
    });

    it('loses nothing and counts nothing twice when a worker is killed in the middle', async () => {
      const { client } = service;
      const undisturbed = await run(client, twoHundredTrials);
      const search = await client.createSearch(twoHundredTrials);
      const completed = async () => (await client.getSearch(search.id)).progress.folds.completed;
      // Asked for and not watched: events may come when it is over.
      await expect.poll(completed, { interval: 10, timeout: 60_000 }).toBeGreaterThan(50);
      await service.killOneWorker();
      expect(await completed()).toBeLessThan(1000);
      for await (const event of client.watchSearch(search.id)) if (event.name === 'end') break;
      const ended = await client.getSearch(search.id);
      expect(ended.status).toBe('completed');
      expect(ended.progress.folds).toEqual({ total: 1000, completed: 1000 });
      const disturbed = await client.getLeaderboard(search.id);
      const calm = await client.getLeaderboard(undisturbed.id);
      expect(disturbed.digest).toBe(calm.digest);
      expect({ twoHundredTrials: calm.digest }).toMatchObject({
        twoHundredTrials: expectedDigests.twoHundredTrials,
      });
      expect(await countResults(service.databaseUrl, search.id)).toEqual({ results: 1000, foldRuns: 1000 });
    });

    it.each(Object.entries(adaptive))('decides alike each time: %s', async (name, spec) => {
      const { client } = service;
      const [first, second] = [await run(client, spec), await run(client, spec)];
      expect(first).toMatchObject({ status: 'completed', repeatable: true });
      const { trials } = first.progress;
      expect(trials.completed).toBeGreaterThan(0);
      expect(trials.completed + trials.pruned).toBe(trials.total);
      if (name === 'halving' || name === 'hyperband') expect(trials.pruned).toBeGreaterThan(0);
      const [board, again] = [await client.getLeaderboard(first.id), await client.getLeaderboard(second.id)];
      expect(again.digest).toBe(board.digest);
      // How sure the board is stands in it too, the same in every set-up.
      expect(board.uncertainty).not.toBeNull();
      expect({ [name]: board.digest }).toEqual({ [name]: digests[name] });
    });

    it('scores the whole search on outer folds, to the same bytes in any set-up', async () => {
      const { client } = service;
      const [first, second] = await Promise.all([1, 2].map(() => client.createSearch(nested)));
      for (const { id } of [first!, second!]) {
        await expect
          .poll(async () => (await client.getNested(id)).status, { timeout: 120_000 })
          .toBe('completed');
      }
      const scored = await client.getNested(first!.id);
      expect((await client.getNested(second!.id)).digest).toBe(scored.digest);
      expect({ nested: scored.digest }).toEqual({ nested: expectedDigests.nested });
      expect(scored.folds.map(({ rows }) => rows)).toEqual([
        { training: 80, validation: 40 },
        { training: 80, validation: 40 },
        { training: 80, validation: 40 },
      ]);
      expect(scored.score.mean).toBeGreaterThan(0.5);
    });

    it('pauses, takes a trial of one’s own, goes on, is extended and refined', async () => {
      const { client } = service;
      const spec = { ...adaptive['tpe']!, strategy: { kind: 'tpe' as const, trials: 12, lag: 2 } };
      const { id } = await client.createSearch(spec);
      expect(await client.pauseSearch(id)).toMatchObject({ status: 'paused' });
      const own = await client.addTrial(id, {
        params: { hiddenLayers: [3], learningRate: 0.05 },
        note: 'mine',
      });
      expect(own).toMatchObject({ trial: 12, note: 'mine' });
      await client.resumeSearch(id);
      for await (const event of client.watchSearch(id)) if (event.name === 'end') break;
      expect((await client.getSearch(id)).progress.trials).toMatchObject({ total: 13, completed: 13 });
      await client.extendSearch(id, 3);
      await expect
        .poll(async () => (await client.getSearch(id)).progress.trials.completed, { timeout: 60_000 })
        .toBe(16);
      const refined = await client.refineSearch(id, { top: 2 });
      expect(refined.parent).toBe(id);
      for await (const event of client.watchSearch(refined.id)) if (event.name === 'end') break;
      expect(await client.getSearch(refined.id)).toMatchObject({ status: 'completed' });
    });

    it('cancels a search and says that it is not repeatable', async () => {
      const { client } = service;
      const search = await client.createSearch({
        dataset: 'spiral',
        space: { hiddenLayers: [[64]], learningRate: 0.01, epochs: 1_000_000 },
      });
      // Not by its event: that may be over before the stream is open.
      const running = async () => (await client.getSearch(search.id)).progress.trials.running;
      await expect.poll(running, { timeout: 60_000 }).toBe(1);
      await client.cancelSearch(search.id);
      for await (const event of client.watchSearch(search.id)) if (event.name === 'end') break;
      const cancelled = await client.getSearch(search.id);
      expect(cancelled).toMatchObject({ status: 'cancelled', repeatable: false });
      await expect
        .poll(
          async () => (await client.listWorkers()).reduce((sum, worker) => sum + worker.runningFolds, 0),
          {
            timeout: 60_000,
          },
        )
        .toBe(0);
    });
  });
}

/** Accepted results and finished fold runs of a search, counted where they stand. */
async function countResults(databaseUrl: string, search: string) {
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    const { rows } = await database.query(
      `SELECT (SELECT count(*)::int FROM fold_results WHERE search_id = $1) AS results,
              (SELECT count(*)::int FROM fold_runs WHERE search_id = $1 AND state = 'completed') AS "foldRuns"`,
      [search],
    );
    return rows[0];
  } finally {
    await database.end();
  }
}
