import type { Worker } from 'node:worker_threads';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { generateSpiral } from '@holdfast/core/data/spiral';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
// The built one: its threads run built files.
import { createCancellation, TrainingPool } from '@holdfast/worker/training-pool';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import type { TrainFoldTask } from './threads/train-fold-task.ts';
import { endlessTrial, smallTrial } from './worker.suite.ts';

const pools: TrainingPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function poolOf(
  threads: number,
  resourceLimits?: { maxOldGenerationSizeMb: number },
  memoryBytes = 1e9,
): TrainingPool {
  const pool = new TrainingPool({
    threads,
    engine: 'wasm',
    memoryBytes,
    ...(resourceLimits && { resourceLimits }),
    onError: () => {},
  });
  pools.push(pool);
  return pool;
}

const spiral = generateSpiral({ samplesPerClass: 20, classes: 3, noise: 0.2, seed: deriveSeed(0, 'spiral') });
const assignment = Uint16Array.from({ length: spiral.rows }, (_, row) => row % 3);

function train(
  pool: TrainingPool,
  params: Partial<Hyperparameters> = {},
  change: Partial<TrainFoldTask> = {},
) {
  const cancellation = createCancellation();
  let started = () => {};
  const start = new Promise<void>((resolve) => (started = resolve));
  const task: TrainFoldTask = {
    data: {
      task: 'classification',
      rows: spiral.rows,
      columns: 2,
      outputs: 3,
      features: spiral.features,
      targets: spiral.labels,
    },
    assignment,
    fold: 0,
    gap: 0,
    params: { ...smallTrial, ...params },
    earlyStopping: null,
    untilEpoch: null,
    checkpoint: null,
    seed: deriveSeed(0, 0, 0, 0),
    baselineSeed: null,
    bytes: 1e6,
    cancelled: cancellation.flag,
    ...change,
  };
  return { outcome: pool.train(task, cancellation, started), cancellation, start };
}

test('starts no more trainings than its memory holds', async () => {
  const pool = poolOf(2, undefined, 1e6);
  const first = train(pool, endlessTrial);
  const second = train(pool, {}, { bytes: 1 });
  await first.start;
  expect(pool.running).toBe(1);
  first.cancellation.cancel();
  await expect(first.outcome).resolves.toEqual({ status: 'cancelled' });
  await expect(second.outcome).resolves.toMatchObject({ status: 'completed' });
  expect(pool.running).toBe(0);
});

test('trains on the threads that there are, in the order of arrival', async () => {
  const pool = poolOf(2);
  const outcomes = await Promise.all(Array.from({ length: 7 }, () => train(pool).outcome));
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({
      status: 'completed',
      engine: 'wasm',
      rows: { training: 40, validation: 20 },
    });
  }
  const predictions = outcomes.map(
    (outcome) => outcome.status === 'completed' && outcome.outcome.predictions,
  );
  for (const each of predictions) expect(each).toEqual(predictions[0]);
  expect(pool.running).toBe(0);
});

test('a cancelled training ends, and so does one that waits for its thread', async () => {
  const pool = poolOf(1);
  const first = train(pool, endlessTrial);
  const second = train(pool);
  await first.start;
  second.cancellation.cancel();
  expect(await second.outcome).toEqual({ status: 'cancelled' });
  first.cancellation.cancel();
  expect(await first.outcome).toEqual({ status: 'cancelled' });
  expect(await train(pool).outcome).toMatchObject({ status: 'completed' });
});

test('a training that does not heed its flag is ended with its thread', async () => {
  const pool = poolOf(1);
  // Its flag is another's, which nobody raises.
  const deaf = train(pool, endlessTrial, { cancelled: createCancellation().flag });
  await deaf.start;
  deaf.cancellation.cancel();
  expect(await deaf.outcome).toEqual({ status: 'cancelled' });
  expect(await train(pool).outcome).toMatchObject({ status: 'completed' });
});

test('the error of a training is its outcome', async () => {
  const pool = poolOf(1);
  expect(await train(pool, {}, { fold: 9 }).outcome).toEqual({
    status: 'failed',
    reason: 'There is no fold 9 in repeat 0',
  });
});

test('a thread that runs out of memory is told apart from a failed training, and replaced', async () => {
  const pool = poolOf(1, { maxOldGenerationSizeMb: 24 });
  // The lists of these rows do not fit into the thread's heap.
  const outcome = await train(pool, {}, { assignment: new Uint16Array(16_000_000) }).outcome;
  expect(outcome).toMatchObject({ status: 'died', reason: expect.stringMatching(/thread ended.*memory/i) });
  expect(await train(pool).outcome).toMatchObject({ status: 'completed' });
});

test('a thread that exits takes its own training with it, and no other', async () => {
  const threads: Worker[] = [];
  const note = (thread: Worker) => threads.push(thread);
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  const pool = poolOf(1);
  const lost = train(pool, endlessTrial);
  const next = train(pool);
  await lost.start;
  await expect.poll(() => threads).toHaveLength(1);
  // What `process.exit` does within.
  await threads[0]!.terminate();
  expect(await lost.outcome).toMatchObject({
    status: 'died',
    reason: expect.stringMatching(/thread ended/i),
  });
  expect(await next.outcome).toMatchObject({ status: 'completed' });
});
