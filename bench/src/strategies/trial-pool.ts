import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { generateSpiral } from '@holdfast/core/data/spiral';
import { assignFolds } from '@holdfast/core/splits/assign-folds';
import type { TrainingSet } from '@holdfast/core/training-set';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { Piscina } from 'piscina';
import { planSpec } from './resolve-trials.ts';
import type { PoolTask } from './train-pool.thread.ts';

const poolEpochs = [1, 3, 9, 27] as const;
const folds = 5;

/** Real trials on real data: the accuracy of each fold after so many epochs. */
export interface TrialPool {
  data: string;
  folds: number;
  epochs: number[];
  /** By trial, then by epochs, then by fold; `null` once training diverged. */
  accuracies: (number | null)[][][];
}

/** The space that the pools are drawn from. */
export const poolSpace = {
  hiddenLayers: [[8], [16], [32], [64], [32, 16]],
  learningRate: { min: 1e-4, max: 1, scale: 'log' as const },
  optimizer: ['adam' as const, 'rmsprop' as const],
  l2: [0, { min: 1e-6, max: 1e-2, scale: 'log' as const }],
  dropout: [0, { min: 0.05, max: 0.5 }],
  batchSize: [16, 32, 128],
  epochs: 27,
};

const fileOf = (data: string) =>
  fileURLToPath(new URL(`../../data/${data}-trials.json`, import.meta.url).href);

export function readPool(data: string): TrialPool {
  return JSON.parse(readFileSync(fileOf(data), 'utf8')) as TrialPool;
}

/** Trains the trials of a pool and stores their scores: takes some minutes. */
export async function makePool(data: 'digits' | 'spiral', trials: number): Promise<void> {
  const set = readTrainingSet(data);
  const { plan } = planSpec({ space: poolSpace, strategy: { kind: 'random', trials } });
  const labels = set.task === 'regression' ? new Int32Array() : (set.targets as Int32Array);
  const assignment = assignFolds({
    kind: 'stratified',
    rows: set.rows,
    labels,
    folds,
    seed: deriveSeed(0, 'folds'),
  });
  const pool = new Piscina<PoolTask, (number | null)[]>({
    filename: new URL('./train-pool.thread.js', import.meta.url).href,
    maxThreads: availableParallelism(),
  });
  let done = 0;
  const accuracies = await Promise.all(
    Array.from({ length: trials }, async (_, trial) => {
      const byFold = await Promise.all(
        assignment.repeats[0]!.map((rows, fold) =>
          pool.run({
            data: set,
            ...rows,
            params: plan.sampler.propose(trial) as Hyperparameters,
            seed: deriveSeed(0, trial, 0, fold),
            epochs: [...poolEpochs],
          }),
        ),
      );
      process.stderr.write(`\r${data}: ${++done} of ${trials} trials`);
      return poolEpochs.map((_epochs, k) => byFold.map((scores) => scores[k] ?? null));
    }),
  );
  process.stderr.write('\n');
  await pool.destroy();
  const made: TrialPool = { data, folds, epochs: [...poolEpochs], accuracies };
  writeFileSync(fileOf(data), `${JSON.stringify(made)}\n`);
}

/** The example's digits, or the textbook's spiral. */
export function readTrainingSet(data: 'digits' | 'spiral'): TrainingSet {
  return data === 'digits' ? readDigits() : makeSpiral();
}

function makeSpiral(): TrainingSet {
  const spiral = generateSpiral({
    samplesPerClass: 200,
    classes: 3,
    noise: 0.2,
    seed: deriveSeed(0, 'spiral'),
  });
  const { rows, features, labels } = spiral;
  return { task: 'classification', rows, columns: 2, outputs: 3, features, targets: labels };
}

/** The example's digits: 64 features and the digit, a header row. */
function readDigits(): TrainingSet {
  const file = fileURLToPath(new URL('../../../examples/data/digits.csv.gz', import.meta.url));
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  const names = header!.trim().split(',');
  const target = names.indexOf('digit');
  const table = lines.map((line) => line.trim().split(',').map(Number));
  return {
    task: 'classification',
    rows: table.length,
    columns: names.length - 1,
    outputs: 10,
    features: Float64Array.from(table.flatMap((row) => row.filter((_, column) => column !== target))),
    targets: Int32Array.from(table, (row) => row[target]!),
  };
}
