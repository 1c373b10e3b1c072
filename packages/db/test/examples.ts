import { resolvedSearchSpecSchema } from '@holdfast/contracts/search-spec';
import { insertDataset } from '../src/datasets.ts';
import type { Claim, FoldResultInput } from '../src/fold-runs.ts';
import { claimFoldRuns, takeRunnable } from '../src/fold-runs.ts';
import type { Database } from '../src/open-database.ts';
import { insertSearch, type NewSearch, type SearchRecord } from '../src/searches.ts';

let made = 0;
/** Twenty characters that no other call gave. */
export function uniqueId(prefix: 'ds' | 'se' | 'mo'): string {
  made += 1;
  return `${prefix}_${`${process.pid.toString(36)}x${made.toString(36)}`.padStart(20, '0')}`;
}

const params: NewSearch['trials'][number]['params'] = {
  hiddenLayers: [64],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.0316,
  l1: 0,
  l2: 1e-7,
  regularizeOutput: false,
  dropout: 0,
  scaler: 'minMax',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 32,
  epochs: 100,
};

export function exampleDataset(
  overrides: Partial<Parameters<typeof insertDataset>[1]['dataset']> = {},
): Parameters<typeof insertDataset>[1] {
  const id = uniqueId('ds');
  return {
    dataset: {
      id,
      name: `data ${id}`,
      digest: `sha256:${'0'.repeat(64)}`,
      task: 'classification',
      target: ['class'],
      features: [
        { name: 'x', kind: 'number' },
        { name: 'y', kind: 'number' },
      ],
      classes: ['10', '9', 'a'],
      rows: { train: 6, test: 2 },
      rowsPerClass: { b: 2, '10': 2, a: 2 },
      group: null,
      time: null,
      test: {
        locked: true,
        kind: 'random',
        commitment: `sha256:${'1'.repeat(64)}`,
        protocol: 'reveal',
        revealBudget: 1,
        revealsUsed: 0,
      },
      leaks: {
        duplicatesAcrossSplit: 0,
        nearDuplicates: null,
        warnings: [{ code: 'c', message: 'm\u0000' }],
      },
      ...overrides,
    },
    training: {
      rows: 6,
      columns: 2,
      features: Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 0.1, -0, 5e-324),
      targets: Int32Array.of(0, 1, 2, 0, 1, 2),
      groups: null,
      times: null,
    },
    sealed: {
      box: Uint8Array.of(1, 2, 3, 250),
      hashes: new BigInt64Array(0),
      testHashes: new BigInt64Array(0),
    },
  };
}

export function exampleSearch(
  datasetId: string,
  { trials = 2, folds = 2, repeats = 1 }: { trials?: number; folds?: number; repeats?: number } = {},
): NewSearch {
  const foldRuns = Array.from({ length: repeats * folds }, (_, i) => ({
    repeat: Math.floor(i / folds),
    fold: i % folds,
  }));
  return {
    id: uniqueId('se'),
    name: 'example',
    tags: ['one', 'two'],
    datasetId,
    spec: resolvedSearchSpecSchema.parse({
      dataset: datasetId,
      space: {},
      strategy: { kind: 'grid' },
      crossValidation: { kind: 'stratified', folds: Math.max(2, folds), repeats },
      objective: { metric: 'accuracy' },
    }),
    numericsVersion: 1,
    testSeen: false,
    parent: null,
    trials: Array.from({ length: trials }, (_, number) => ({
      params: { ...params, learningRate: 1 / (number + 1) },
      weightCount: 5_000_000_000,
      cost: 1.5e6 + number,
      foldRuns,
    })),
    assignments: Array.from({ length: repeats }, () => Uint16Array.of(0, 1, 0, 1, 0xffff, 1)),
    gap: 0,
  };
}

/** A data set and a search on it. */
export async function createExampleSearch(
  db: Database,
  size: Parameters<typeof exampleSearch>[1] = {},
): Promise<SearchRecord> {
  const { id } = await insertDataset(db, exampleDataset());
  return insertSearch(db, exampleSearch(id, size));
}

export function exampleResult(overrides: Partial<FoldResultInput> = {}): FoldResultInput {
  return {
    reason: null,
    seed: '0123456789abcdef',
    engine: 'reference',
    engineVersion: '1',
    validation: { accuracy: 0.95, loss: 0.1, auc: null },
    training: { accuracy: 0.99, loss: 0.05 },
    confusion: [
      [2, 0],
      [1, 3],
    ],
    epochs: 100,
    rows: { training: 4, validation: 2 },
    seconds: 0.25,
    startedAt: new Date('2026-01-01T00:00:00.000Z'),
    finishedAt: new Date('2026-01-01T00:00:00.250Z'),
    curves: {
      epochs: [1, 100],
      trainingLoss: [1.1, 0.05],
      validationLoss: [1.2, null],
      trainingAccuracy: [0.5, 0.99],
      validationAccuracy: [0.5, 0.95],
      learningRate: [0.1, 0.05],
    },
    predictions: Float32Array.of(0.1, 0.9, Math.fround(1 / 3), 1),
    ...overrides,
  };
}

/** Publishes and claims up to `limit` fold runs of a search for a worker. */
export async function claimSome(
  db: Database,
  { search, worker = 'w1', limit = 1000 }: { search: string; worker?: string; limit?: number },
): Promise<(Claim & { search: string })[]> {
  const foldRuns = await takeRunnable(db, { limit, searchIds: [search], republishAfterSeconds: 60 });
  const claims = await claimFoldRuns(db, { worker, search, foldRuns, leaseSeconds: 60 });
  return claims.map((claim) => ({ ...claim, search }));
}

/** Lets the leases of these claims lie in the past. */
export async function lapseLeases(db: Database, search: string): Promise<void> {
  await db.pool.query(
    `UPDATE fold_runs SET lease_until = now() - interval '1 second' WHERE search_id = $1 AND state = 'running'`,
    [search],
  );
}
