import { activitySchema } from '@holdfast/contracts/activity';
import { boardWindowSchema } from '@holdfast/contracts/board-window';
import { calibrationSchema } from '@holdfast/contracts/calibration';
import { datasetSummarySchema } from '@holdfast/contracts/dataset-summary';
import { diagnosesSchema } from '@holdfast/contracts/diagnosis';
import { heatMapSchema, timelineSchema, trialPointsSchema } from '@holdfast/contracts/plots';
import { rungsSchema } from '@holdfast/contracts/rungs';
import { claimFoldRuns } from '@holdfast/db/fold-runs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accept,
  addDataset,
  addWorker,
  complete,
  type Service,
  startService,
  submit,
} from '../../test/service.ts';

let service: Service;
let id: string;
const accuracies = [0.5, 0.75, 0.625, 0.875, 0.75, 0.25];

beforeAll(async () => {
  service = await startService();
  await addDataset(service.database, 'toy');
  await addWorker(service.database);
  const search = await submit(service.app, {
    dataset: 'toy',
    space: { hiddenLayers: [[8], [16]], learningRate: [0.001, 0.01, 0.1], epochs: 5 },
  });
  id = search.id;
  await complete(service.database, id, accuracies);
});
afterAll(() => service.stop());

const get = (url: string) => service.app.inject(url);

describe('GET …/leaderboard/window', () => {
  it('gives a stretch from any place, with how many there are', async () => {
    const board = (await get(`/v1/searches/${id}/leaderboard`)).json();
    const answer = (await get(`/v1/searches/${id}/leaderboard/window?offset=2&limit=3`)).json();
    expect(boardWindowSchema.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({ total: 6, matching: 6, offset: 2, digest: board.digest });
    expect(answer.varied).toEqual(['hiddenLayers', 'learningRate']);
    expect(answer.items).toEqual(board.items.slice(2, 5));
  });

  it('counts what meets the conditions, ranges among them', async () => {
    const url = `/v1/searches/${id}/leaderboard/window?where=learningRate:0.005..0.1&where=hiddenLayers:[8]|[32]&sort=trial`;
    const answer = (await get(url)).json();
    expect(answer).toMatchObject({ total: 6, matching: 2 });
    for (const { params } of answer.items) {
      expect(params.hiddenLayers).toEqual([8]);
      expect(params.learningRate).toBeGreaterThanOrEqual(0.005);
    }
    expect((await get(`/v1/searches/${id}/leaderboard/window?offset=99`)).json().items).toEqual([]);
    expect((await get(`/v1/searches/${id}/leaderboard/window?offset=-1`)).statusCode).toBe(400);
    expect((await get('/v1/searches/se_00000000000000000000/leaderboard/window')).statusCode).toBe(404);
  });
});

describe('GET …/points', () => {
  it('has every trial that has a score, column by column', async () => {
    const points = (await get(`/v1/searches/${id}/points`)).json();
    expect(trialPointsSchema.parse(points)).toEqual(points);
    expect(points).toMatchObject({ total: 6, sampling: 'all', trial: [0, 1, 2, 3, 4, 5], score: accuracies });
    expect(points.axes).toEqual([
      {
        name: 'hiddenLayers',
        kind: 'category',
        log: false,
        range: null,
        zero: false,
        categories: ['[8]', '[16]'],
      },
      {
        name: 'learningRate',
        kind: 'number',
        log: true,
        range: [0.001, 0.1],
        zero: false,
        categories: null,
      },
    ]);
    expect(points.bestSoFar).toEqual({ trial: [0, 1, 3], score: [0.5, 0.75, 0.875] });
    for (const column of points.values) expect(column).toHaveLength(6);
  });

  it('keeps what a condition keeps, and refuses one that is none', async () => {
    const some = (await get(`/v1/searches/${id}/points?where=score:0.7..`)).json();
    expect(some.trial).toEqual([1, 3, 4]);
    const refused = await get(`/v1/searches/${id}/points?where=colour:red`);
    expect(refused.statusCode).toBe(400);
    expect(refused.json().errors[0].pointer).toBe('/where');
  });
});

describe('GET …/heat-map', () => {
  it('has the mean and the best of each pair of values', async () => {
    const map = (await get(`/v1/searches/${id}/heat-map?x=learningRate&y=hiddenLayers`)).json();
    expect(heatMapSchema.parse(map)).toEqual(map);
    expect(map.x.bins).toEqual([
      [0.001, 0.001],
      [0.01, 0.01],
      [0.1, 0.1],
    ]);
    expect(map.cells).toHaveLength(6);
    const points = (await get(`/v1/searches/${id}/points`)).json();
    for (const cell of map.cells) {
      const trial = points.trial.find(
        (_: number, n: number) =>
          points.values[0][n] === cell.y && points.values[1][n] === map.x.bins[cell.x][0],
      );
      expect(cell).toMatchObject({ trials: 1, bestTrial: trial, mean: accuracies[trial] });
    }
  });

  it('names an axis that is not varied', async () => {
    const refused = await get(`/v1/searches/${id}/heat-map?x=epochs&y=learningRate`);
    expect(refused.statusCode).toBe(400);
    expect(refused.json().errors).toEqual([
      { pointer: '/x', message: expect.stringContaining('hiddenLayers, learningRate') },
    ]);
  });
});

describe('GET …/timeline', () => {
  it('tells when which worker trained what, the latest of them', async () => {
    const timeline = (await get(`/v1/searches/${id}/timeline`)).json();
    expect(timelineSchema.parse(timeline)).toEqual(timeline);
    expect(timeline.total).toBe(30);
    expect(timeline.items).toHaveLength(30);
    expect((await get(`/v1/searches/${id}/timeline?limit=7`)).json().items).toHaveLength(7);
    expect((await get('/v1/searches/se_00000000000000000000/timeline')).statusCode).toBe(404);
  });
});

describe('GET …/rungs', () => {
  it('tells which trials reached which rung, and the best of each', async () => {
    const halving = await submit(service.app, {
      dataset: 'toy',
      space: { hiddenLayers: [[8]], learningRate: { min: 0.001, max: 0.1, scale: 'log' }, epochs: 15 },
      strategy: { kind: 'halving', trials: 3, minEpochs: 5 },
    });
    for (const [trial, accuracy] of [0.5, 0.75].entries()) {
      for (let fold = 0; fold < 5; fold++) {
        await accept(service.database, { search: halving.id, trial, fold }, accuracy);
      }
    }
    const rungs = (await get(`/v1/searches/${halving.id}/rungs`)).json();
    expect(rungsSchema.parse(rungs)).toEqual(rungs);
    expect(rungs).toMatchObject({
      metric: 'accuracy',
      direction: 'maximize',
      levels: [{ epochs: 5, trials: 2, best: 0.75, bestTrial: 1 }],
      total: 2,
      trials: [
        { trial: 0, epochs: [5], scores: [0.5] },
        { trial: 1, epochs: [5], scores: [0.75] },
      ],
    });
    const byLoss = (await get(`/v1/searches/${halving.id}/rungs?metric=loss&limit=1`)).json();
    expect(byLoss).toMatchObject({ direction: 'minimize', total: 2 });
    expect(byLoss.levels[0]).toMatchObject({ best: 0.25, bestTrial: 1 });
    expect(byLoss.trials).toHaveLength(1);
  });

  it('has nothing to tell of another strategy, and of a search that is not there', async () => {
    expect((await get(`/v1/searches/${id}/rungs`)).json()).toMatchObject({
      levels: [],
      total: 0,
      trials: [],
    });
    expect((await get(`/v1/searches/${id}/rungs?metric=mse`)).statusCode).toBe(400);
    expect((await get('/v1/searches/se_00000000000000000000/rungs')).statusCode).toBe(404);
  });
});

describe('GET …/diagnoses', () => {
  it('has what each trial’s own page has, of several at once', async () => {
    const answer = (await get(`/v1/searches/${id}/diagnoses?trials=5,0,99`)).json();
    expect(diagnosesSchema.parse(answer)).toEqual(answer);
    expect(answer.items.map(({ trial }: { trial: number }) => trial)).toEqual([0, 5]);
    for (const { trial, diagnosis } of answer.items) {
      expect(diagnosis).toEqual((await get(`/v1/searches/${id}/trials/${trial}`)).json().diagnosis);
      expect(diagnosis).not.toEqual([]);
    }
  });

  it('says what it wants', async () => {
    const refused = await get(`/v1/searches/${id}/diagnoses?trials=best`);
    expect(refused.statusCode).toBe(400);
    expect(refused.json().errors[0]).toMatchObject({
      pointer: '/trials',
      message: expect.stringContaining('3,5,8'),
    });
    const unknown = await get('/v1/searches/se_00000000000000000000/diagnoses?trials=0');
    expect(unknown.statusCode).toBe(404);
  });
});

describe('GET /v1/activity', () => {
  it('tells what is trained where, and how much waits', async () => {
    const { id: search, name } = await submit(service.app, { dataset: 'toy', space: { epochs: 5 } });
    const before = (await get('/v1/activity')).json();
    await claimFoldRuns(service.database, {
      worker: 'w_test',
      search,
      foldRuns: [{ trial: 0, repeat: 0, fold: 2 }],
      leaseSeconds: 60,
    });
    const answer = (await get('/v1/activity')).json();
    expect(activitySchema.parse(answer)).toEqual(answer);
    expect(answer.foldRuns.running).toBe(1);
    expect(answer.foldRuns.waiting).toBe(before.foldRuns.waiting - 1);
    expect(answer.queue).toEqual({ waitingJobs: 0 });
    expect(answer.running).toEqual([
      {
        worker: 'w_test',
        search,
        searchName: name,
        trial: 0,
        repeat: 0,
        fold: 2,
        startedAt: expect.any(String),
      },
    ]);
  });
});

describe('GET …/trials/{n}/calibration', () => {
  it('sets confidence against accuracy', async () => {
    const calibration = (await get(`/v1/searches/${id}/trials/3/calibration`)).json();
    expect(calibrationSchema.parse(calibration)).toEqual(calibration);
    // The made predictions say "left" with 0.75 for all 40 rows, half of which are.
    expect(calibration.predictions).toBe(40);
    expect(calibration.bins[7]).toMatchObject({ count: 40, confidence: 0.75, accuracy: 0.5 });
    expect(calibration.expectedCalibrationError).toBe(0.25);
    expect((await get(`/v1/searches/${id}/trials/99/calibration`)).statusCode).toBe(404);
  });
});

describe('GET /v1/datasets/{id}/summary', () => {
  it('tells how values are distributed, by class', async () => {
    const summary = (await get('/v1/datasets/toy/summary')).json();
    expect(datasetSummarySchema.parse(summary)).toEqual(summary);
    expect(summary).toMatchObject({ rows: 40, classes: ['left', 'right'], total: 2, targets: [] });
    expect(summary.features[0]).toMatchObject({ name: 'x', min: -1, max: 1, distinct: 2 });
    expect(summary.features[0].mean).toBeCloseTo(0, 12);
    expect(summary.features[0].counts).toEqual([
      [20, 0],
      [0, 20],
    ]);
    expect((await get('/v1/datasets/toy/summary?offset=1&limit=1')).json().features).toHaveLength(1);
    expect((await get('/v1/datasets/none/summary')).statusCode).toBe(404);
  });
});
