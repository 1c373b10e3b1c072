import type { Metric, Scores } from '@holdfast/contracts/metrics';
import { scoreBinary, scoreClassification } from '@holdfast/core/metrics/score-classes';
import { scoreRegression } from '@holdfast/core/metrics/score-regression';
import type { LabelledRows } from '@holdfast/core/training-set';
import { createResampledScore } from '@holdfast/search/statistics/resampled-score';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureFold } from './measure-fold.ts';

const rows = 24;
const all = Int32Array.from({ length: rows }, (_, row) => row);
const units = { kind: 'rows' as const, count: rows, ofRow: all };
const once = new Uint16Array(rows).fill(1);
const table = { rows, columns: 0, features: new Float64Array(0) };
const floats = (length: number) =>
  fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: length, maxLength: length });

/** One fold scored again on all of its rows is scored as training scored it. */
function expectSame(metrics: Metric[], data: LabelledRows, predictions: Float32Array, scores: Scores) {
  for (const metric of metrics) {
    const measure = measureFold(metric, data, all, predictions, scores);
    const score = createResampledScore([{ repeat: 0, fold: 0, rows: all, measure }], units)(once);
    expect(score, metric).toBeCloseTo(scores[metric]!, 9);
  }
}

describe('measureFold', () => {
  test('scores classes as training did', () => {
    const targets = Int32Array.from(all, (row) => row % 3);
    fc.assert(
      fc.property(floats(rows * 3), (values) => {
        const predictions = Float32Array.from(values);
        const { scores } = scoreClassification(targets, predictions, 3);
        expectSame(
          ['accuracy', 'loss', 'balancedAccuracy', 'f1', 'auc'],
          { ...table, task: 'classification', outputs: 3, targets },
          predictions,
          scores,
        );
      }),
    );
  });

  test('scores sigmoid outputs as training did', () => {
    const targets = Uint8Array.from({ length: rows * 2 }, (_, at) => (at % 5 < 2 ? 1 : 0));
    fc.assert(
      fc.property(floats(rows * 2), (values) => {
        const predictions = Float32Array.from(values);
        const { scores } = scoreBinary(targets, predictions, 2);
        expectSame(
          ['accuracy', 'loss', 'balancedAccuracy', 'f1', 'auc'],
          { ...table, task: 'binary', outputs: 2, targets },
          predictions,
          scores,
        );
      }),
    );
  });

  test('scores numbers as training did, the loss in its own units', () => {
    const targets = Float64Array.from({ length: rows * 2 }, (_, at) => (at * at) % 7);
    fc.assert(
      fc.property(floats(rows * 2), (values) => {
        const predictions = Float32Array.from(values);
        const { scores } = scoreRegression(targets, Float64Array.from(predictions), 2, 0.75);
        expectSame(
          ['mse', 'mae', 'r2', 'loss'],
          { ...table, task: 'regression', outputs: 2, targets },
          predictions,
          scores,
        );
      }),
    );
  });

  test('refuses what does not fit', () => {
    const data: LabelledRows = { ...table, task: 'binary', outputs: 1, targets: new Uint8Array(rows) };
    expect(() => measureFold('accuracy', data, all, new Float32Array(3), {})).toThrow(/3 predictions for 24/);
    expect(() => measureFold('r2', data, all, new Float32Array(rows), {})).toThrow(/not defined for binary/);
  });
});
