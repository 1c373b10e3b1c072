import { randomBytes } from 'node:crypto';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import {
  type CrossValidation,
  type ResolvedSearchSpec,
  type SearchSpecInput,
  searchSpecSchema,
} from '@holdfast/contracts/search-spec';
import { numericsVersion } from '@holdfast/contracts/versions';
import { generateSpiral } from '@holdfast/core/data/spiral';
import { assignFolds, type FoldAssignment } from '@holdfast/core/splits/assign-folds';
import { placeAssignment } from '@holdfast/core/splits/outer-fold';
import { countWeights } from '@holdfast/core/training/count-weights';
import { estimateFoldCost } from '@holdfast/core/training/estimate-fold-cost';
import { loadTrialPredictions } from '@holdfast/db/board-predictions';
import { insertDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { findSearch, insertSearch, type NewSearch, type SearchRecord } from '@holdfast/db/searches';
import { loadTrialResults, type TrialResult } from '@holdfast/db/trials';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { evaluationSpec, innerSpec, outerCrossValidation } from '@holdfast/search/nested/nest-spec';
import { planTrials } from '@holdfast/search/plan-trials';
import { resolveSpec } from '@holdfast/search/resolve-spec';
import { expect, vi } from 'vitest';

export const smallTrial: Hyperparameters = {
  hiddenLayers: [8],
  activation: 'relu',
  optimizer: 'adam',
  learningRate: 0.02,
  decay: 0,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
  l1: 0,
  l2: 0,
  regularizeOutput: false,
  dropout: 0,
  scaler: 'minMax',
  initializer: 'heNormal',
  noise: 0,
  classWeights: 'none',
  batchSize: 16,
  epochs: 3,
};

/** Never done within a test's patience, and cancelled all the same. */
export const endlessTrial: Partial<Hyperparameters> = { hiddenLayers: [256, 256], epochs: 1_000_000 };

function idOf(prefix: 'ds' | 'se'): string {
  return `${prefix}_${randomBytes(10).toString('hex')}`;
}

/** A data set of three spiral arms, without test rows. */
export async function insertSpiral(db: Database, samplesPerClass = 40): Promise<string> {
  const id = idOf('ds');
  const spiral = generateSpiral({ samplesPerClass, classes: 3, noise: 0.2, seed: deriveSeed(0, 'spiral') });
  const classes = ['0', '1', '2'];
  await insertDataset(db, {
    dataset: {
      id,
      name: id,
      digest: `sha256:${'0'.repeat(64)}`,
      task: 'classification',
      target: ['arm'],
      features: ['x', 'y'].map((name) => ({ name, kind: 'number' })),
      classes,
      rows: { train: spiral.rows, test: 0 },
      rowsPerClass: Object.fromEntries(classes.map((name) => [name, samplesPerClass])),
      group: null,
      time: null,
      test: {
        locked: false,
        kind: 'none',
        commitment: null,
        protocol: 'reveal',
        revealBudget: 0,
        revealsUsed: 0,
      },
      leaks: { duplicatesAcrossSplit: 0, nearDuplicates: null, warnings: [] },
    },
    training: {
      rows: spiral.rows,
      columns: 2,
      features: spiral.features,
      targets: spiral.labels,
      groups: null,
      times: null,
    },
    sealed: null,
  });
  return id;
}

export async function submit(
  db: Database,
  dataset: string,
  trials: Partial<Hyperparameters>[],
  options: { folds?: number; repeats?: number; version?: number; samplesPerClass?: number } = {},
): Promise<string> {
  const { folds = 4, repeats = 1, version = numericsVersion, samplesPerClass = 40 } = options;
  const rows = 3 * samplesPerClass;
  const labels = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / samplesPerClass));
  const assignment = assignFolds({
    kind: 'stratified',
    rows,
    labels,
    folds,
    repeats,
    seed: deriveSeed(0, 'folds'),
  });
  const id = idOf('se');
  const spec: ResolvedSearchSpec = {
    name: id,
    tags: [],
    dataset,
    seed: 7,
    space: {},
    strategy: { kind: 'list', trials },
    race: { kind: 'none' },
    crossValidation: { kind: 'stratified', folds, repeats, seed: 0 },
    objective: { metric: 'accuracy' },
    earlyStopping: null,
    refit: { seeds: 1, keep: 'lowestTrainingLoss' },
    limits: { maxTrials: null, maxSeconds: null, concurrency: null, targetScore: null, targetLag: 8 },
    allowLeak: false,
  };
  await insertSearch(db, {
    id,
    name: id,
    tags: [],
    datasetId: dataset,
    spec,
    numericsVersion: version,
    testSeen: false,
    parent: null,
    trials: trials.map((trial) => {
      const params = { ...smallTrial, ...trial };
      const validationRows = Math.ceil(rows / folds);
      return {
        params,
        weightCount: countWeights(params, 2, 3),
        cost: estimateFoldCost({
          params,
          inputs: 2,
          outputs: 3,
          trainingRows: rows - validationRows,
          validationRows,
        }).multiplyAdds,
        foldRuns: assignment.repeats.flatMap((of, repeat) => of.map((_, fold) => ({ repeat, fold }))),
      };
    }),
    assignments: assignment.encoding,
    gap: 0,
  });
  return id;
}

/** Submits what a client would write, as the service does. */
export async function submitSpec(
  db: Database,
  dataset: string,
  sent: Omit<SearchSpecInput, 'dataset'>,
  samplesPerClass = 40,
): Promise<string> {
  const rows = 3 * samplesPerClass;
  const resolved = resolveSpec(searchSpecSchema.parse({ ...sent, dataset }), {
    id: dataset,
    task: 'classification',
    trainRows: rows,
    rowsPerClass: { 0: samplesPerClass, 1: samplesPerClass, 2: samplesPerClass },
    group: false,
    time: false,
  });
  if ('errors' in resolved) throw new Error(JSON.stringify(resolved.errors));
  const { crossValidation } = resolved.spec;
  const labels = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / samplesPerClass));
  const main = newSearch(dataset, resolved.spec, labels);
  const outer = outerCrossValidation(crossValidation, 'classification');
  const nested = outer === null ? [] : nest(main, outer, labels);
  await insertSearch(db, { ...main, nested });
  return main.id;
}

function divide(crossValidation: CrossValidation, labels: Int32Array): FoldAssignment {
  if (crossValidation.kind !== 'stratified') throw new Error('Stratified folds alone are made here.');
  const { folds, repeats } = crossValidation;
  const seed = deriveSeed(crossValidation.seed!, 'folds');
  return assignFolds({ kind: 'stratified', rows: labels.length, labels, folds, repeats, seed });
}

function newSearch(dataset: string, spec: ResolvedSearchSpec, labels: Int32Array): OwnNewSearch {
  const id = idOf('se');
  const assignment = divide(spec.crossValidation, labels);
  const plan = planTrials(spec);
  if ('errors' in plan) throw new Error(JSON.stringify(plan.errors));
  return {
    id,
    name: id,
    tags: [],
    datasetId: dataset,
    spec,
    numericsVersion,
    testSeen: false,
    parent: null,
    trialsToCome: plan.trialsToCome,
    adaptive: plan.adaptive,
    trials: plan.trials.map((params, n) => ({
      params,
      weightCount: countWeights(params, 2, 3),
      cost: 1e5,
      foldRuns: assignment.repeats.flatMap((of, repeat) => of.map((_, fold) => ({ repeat, fold }))),
      ...plan.stages[n]!,
    })),
    assignments: assignment.encoding,
    gap: 0,
  };
}

type OwnNewSearch = NewSearch & { datasetId: string; spec: ResolvedSearchSpec };

/** As the service nests them. */
function nest(main: OwnNewSearch, outer: CrossValidation, labels: Int32Array): NewSearch[] {
  const { encoding, repeats } = divide(outer, labels);
  const inner = repeats[0]!.map(({ trainingRows }, outerFold): NewSearch => {
    const spec = innerSpec(main.spec, outerFold);
    const own = newSearch(
      main.datasetId,
      spec,
      Int32Array.from(trainingRows, (row) => labels[row]!),
    );
    const assignments = own.assignments.map((folds) => placeAssignment(folds, trainingRows, labels.length));
    return { ...own, assignments, nestedIn: { search: main.id, outerFold } };
  });
  const evaluation: NewSearch = {
    ...main,
    id: idOf('se'),
    spec: evaluationSpec(main.spec, outer),
    nestedIn: { search: main.id, outerFold: null },
    trials: [],
    trialsToCome: inner.length,
    adaptive: false,
    assignments: encoding,
  };
  return [...inner, evaluation];
}

/** As many trials as asked for, each another. */
export function gridOf(count: number, trial: Partial<Hyperparameters> = {}): Partial<Hyperparameters>[] {
  return Array.from({ length: count }, (_, number) => ({ ...trial, learningRate: 0.005 + 0.001 * number }));
}

/** Waits until `holds` of the search, and answers it. */
export async function waitForSearch(
  db: Database,
  id: string,
  holds: (search: SearchRecord) => boolean,
  timeout = 60_000,
): Promise<SearchRecord> {
  return vi.waitFor(
    async () => {
      const search = await findSearch(db, id);
      expect(search).not.toBeNull();
      expect(holds(search!), `not yet: ${JSON.stringify(search)}`).toBe(true);
      return search!;
    },
    { timeout, interval: 25 },
  );
}

/** All that must be the same whoever trained it. */
export async function scoresOf(db: Database, search: string): Promise<unknown[]> {
  const trials = await loadTrialResults(db, search);
  const predicted = await loadTrialPredictions(
    db,
    search,
    trials.map(({ trial }) => trial),
  );
  // Scores, predictions and spec are all that a board is made of, its statistics included.
  const predictions = new Map(predicted.map((one) => [one.trial, one.folds]));
  return trials.map(({ trial, status, reason, params, folds }: TrialResult) => ({
    trial,
    predictions: predictions.get(trial) ?? [],
    status,
    reason,
    params,
    folds: folds.map(({ repeat, fold, state, validation, training, epochs }) => ({
      repeat,
      fold,
      state,
      validation,
      training,
      epochs,
    })),
  }));
}
