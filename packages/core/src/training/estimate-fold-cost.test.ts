import { execFileSync } from 'node:child_process';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { expect, test } from 'vitest';
import { estimateFoldCost } from './estimate-fold-cost.ts';

const params: Hyperparameters = {
  hiddenLayers: [64],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.001,
  l1: 0,
  l2: 0,
  regularizeOutput: false,
  dropout: 0,
  scaler: 'standard',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 256,
  epochs: 1,
};
const outputs = 10;

/** Trains one fold in a process of its own: how far the process grew, in bytes, and what it was beforehand. */
const program = `
import { trainFold } from './packages/core/dist/training/train-fold.js';
const { rows, columns, outputs, params, earlyStopping } = JSON.parse(process.argv[1]);
const setOf = (count) => ({
  task: 'classification', rows: count, columns, outputs,
  features: Float64Array.from({ length: count * columns }, (_, i) => (i * 7919 % 1013) / 1013),
  targets: Int32Array.from({ length: count }, (_, row) => row % outputs),
});
const run = (data, params, isCancelled) => {
  const all = Int32Array.from({ length: data.rows }, (_, row) => row);
  const trainingRows = all.filter((row) => row % 5 !== 0);
  const validationRows = all.filter((row) => row % 5 === 0);
  trainFold({ data, trainingRows, validationRows, params, earlyStopping, seed: '0123456789abcdef', isCancelled });
};
const data = setOf(rows);
run(setOf(50), { ...params, hiddenLayers: [2] }, () => false);
globalThis.gc();
const before = process.memoryUsage().rss;
let most = 0;
run(data, params, () => ((most = Math.max(most, process.memoryUsage().rss)), false));
console.log(most - before);
`;

test.each<[string, number, number, Partial<Hyperparameters>, boolean]>([
  ['many rows', 40_000, 100, {}, false],
  ['many rows with noise', 40_000, 60, { noise: 0.1 }, false],
  ['many rows with early stopping', 40_000, 60, {}, true],
  ['many parameters', 500, 20, { hiddenLayers: [1500, 1500] }, false],
])('a process grows by what was estimated: %s', (_name, rows, columns, change, stops) => {
  const earlyStopping = stops ? { patience: 3, minDelta: 0, monitor: 'loss', fraction: 0.1 } : null;
  const setting = { rows, columns, outputs, params: { ...params, ...change }, earlyStopping };
  const root = new URL('../../../../', import.meta.url);
  const answer = execFileSync(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', program, JSON.stringify(setting)],
    { cwd: root, encoding: 'utf8' },
  );
  const { bytes } = estimateFoldCost({
    params: setting.params,
    inputs: columns,
    outputs,
    trainingRows: rows * 0.8,
    validationRows: rows * 0.2,
    earlyStopping: stops,
  });
  const real = Number(answer);
  // JavaScript's own heap breathes by some megabytes.
  expect(real / 1e6).toBeLessThan(1.05 * (bytes / 1e6) + 12);
  expect(real / 1e6).toBeGreaterThan(0.6 * (bytes / 1e6) - 12);
});
