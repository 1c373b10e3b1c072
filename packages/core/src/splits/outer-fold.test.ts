import { deriveSeed } from '@holdfast/numeric/derive-seed';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { trainFold } from '../training/train-fold.ts';
import type { TrainingSet } from '../training-set.ts';
import { assignFolds } from './assign-folds.ts';
import { foldRows, OUTSIDE } from './fold-rows.ts';
import { placeAssignment, takeAssignment, takeRows } from './outer-fold.ts';

const rowsOf = (mask: boolean[]) => Int32Array.from(mask.flatMap((inside, row) => (inside ? [row] : [])));

test('an assignment that is placed among all rows is taken from there as it was', () => {
  const masks = fc.array(fc.boolean(), { minLength: 4, maxLength: 40 });
  fc.assert(
    fc.property(masks, fc.nat(), (mask, seed) => {
      const rows = rowsOf(mask);
      fc.pre(rows.length >= 2);
      const { encoding } = assignFolds({
        kind: 'plain',
        rows: rows.length,
        folds: 2,
        repeats: 2,
        seed: deriveSeed(seed),
      });
      const placed = encoding.map((inner) => placeAssignment(inner, rows, mask.length));
      const taken = takeAssignment(placed);
      expect(taken.assignments).toEqual(encoding);
      expect(taken.rows).toEqual(rows.length === mask.length ? null : rows);
      // Nor does whoever reads it as it stands train on a row from outside, or validate by one.
      const fold = foldRows(placed, 1, 0);
      const used = [...fold.trainingRows, ...fold.validationRows].sort((a, b) => a - b);
      expect(used).toEqual([...rows]);
      expect(placed[0]!.filter((of) => of === OUTSIDE)).toHaveLength(mask.length - rows.length);
    }),
  );
});

const rows = 30;
const isOuter = (row: number) => row % 5 === 0;

function dataOf(value: (row: number, column: number) => number, targets: Int32Array): TrainingSet {
  const features = Float64Array.from({ length: rows * 2 }, (_, i) => value(Math.floor(i / 2), i % 2));
  return { task: 'classification', rows, columns: 2, outputs: 2, features, targets };
}

test('whatever stands in the rows of the outer fold, an inner training keeps its bits', () => {
  const inside = rowsOf(Array.from({ length: rows }, (_, row) => !isOuter(row)));
  const { encoding } = assignFolds({ kind: 'plain', rows: inside.length, folds: 3, seed: deriveSeed(1) });
  const train = (data: TrainingSet) =>
    trainFold({
      data: takeRows(data, inside),
      ...foldRows(encoding, 0, 1),
      params: {
        hiddenLayers: [4],
        activation: 'relu',
        optimizer: 'adam',
        learningRate: 0.05,
        decay: 0,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-7,
        l1: 0,
        l2: 0,
        regularizeOutput: false,
        dropout: 0,
        scaler: 'standard',
        initializer: 'heNormal',
        noise: 0,
        classWeights: 'balanced',
        batchSize: 8,
        epochs: 4,
      },
      earlyStopping: { patience: 2, minDelta: 0, monitor: 'loss', fraction: 0.2 },
      seed: deriveSeed(2),
    });
  const at = (row: number, column: number) => ((row * 7 + column * 3) % 11) / 11;
  const targets = Int32Array.from({ length: rows }, (_, row) => (row >> 1) % 2);
  const expected = train(dataOf(at, targets));
  expect(expected.status).toBe('completed');
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.boolean(), (value, other) => {
      const changed = dataOf(
        (row, column) => (isOuter(row) ? value : at(row, column)),
        targets.map((target, row) => (isOuter(row) && other ? 1 - target : target)),
      );
      expect(train(changed)).toEqual(expected);
    }),
    { numRuns: 10 },
  );
});

test('rows are taken of every task, targets with them', () => {
  const table = { rows: 3, columns: 1, outputs: 2, features: Float64Array.of(1, 2, 3) };
  const some = Int32Array.of(0, 2);
  expect(takeRows({ ...table, task: 'binary', targets: Uint8Array.of(0, 1, 1, 1, 1, 0) }, some)).toEqual({
    ...table,
    rows: 2,
    encodings: null,
    task: 'binary',
    features: Float64Array.of(1, 3),
    targets: Uint8Array.of(0, 1, 1, 0),
  });
  const values = Float64Array.of(1, 2, 3, 4, 5, 6);
  expect(takeRows({ ...table, task: 'regression', targets: values }, some).targets).toEqual(
    Float64Array.of(1, 2, 5, 6),
  );
});
