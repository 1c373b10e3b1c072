import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areaUnderCurve } from './area-under-curve.ts';
import { binaryConfusions, confusionMatrix } from './confusion-matrix.ts';
import { scoreBinary, scoreClassification } from './score-classes.ts';
import { scoreRegression } from './score-regression.ts';

describe('area under the curve', () => {
  test('is the share of pairs in the right order, ties counted half', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1 })), { maxLength: 30 }),
        (rows) => {
          const area = areaUnderCurve(
            Float32Array.from(rows, ([score]) => score),
            Uint8Array.from(rows, ([, label]) => label),
          );
          const positives = rows.filter(([, label]) => label === 1);
          const negatives = rows.filter(([, label]) => label === 0);
          if (positives.length === 0 || negatives.length === 0) {
            expect(area).toBeNull();
            return;
          }
          let right = 0;
          for (const [p] of positives) for (const [n] of negatives) right += p > n ? 1 : p === n ? 0.5 : 0;
          expect(area).toBeCloseTo(right / (positives.length * negatives.length), 12);
        },
      ),
    );
  });
});

describe('classification', () => {
  const labels = Int32Array.of(0, 0, 1, 1, 2);
  // Predicted 0, 1, 1, 1, 2; the second row's largest value is tied, and the lower index wins.
  const probabilities = Float32Array.of(
    0.75,
    0.125,
    0.125,
    0.25,
    0.375,
    0.375,
    0,
    1,
    0,
    0.25,
    0.5,
    0.25,
    0,
    0.25,
    0.75,
  );

  test('confusion: rows are the truth', () => {
    expect(confusionMatrix(labels, probabilities, 3)).toEqual([
      [1, 1, 0],
      [0, 2, 0],
      [0, 0, 1],
    ]);
  });

  test('scores worked out by hand', () => {
    const { scores, reasons } = scoreClassification(labels, probabilities, 3);
    expect(reasons).toEqual([]);
    expect(scores.accuracy).toBe(0.8);
    expect(scores.balancedAccuracy).toBeCloseTo((0.5 + 1 + 1) / 3, 12);
    expect(scores.f1).toBeCloseTo((2 / 3 + 4 / 5 + 1) / 3, 12);
    // Class 0: 5.5 of 6 pairs, class 1: 6 of 6, class 2: 4 of 4.
    expect(scores.auc).toBeCloseTo((5.5 / 6 + 1 + 1) / 3, 12);
    const loss = -(Math.log(0.75) + Math.log(0.25) + Math.log(1 - 1e-7) + Math.log(0.5) + Math.log(0.75)) / 5;
    expect(scores.loss).toBeCloseTo(loss, 6);
  });

  test('a probability of 0 is clipped', () => {
    expect(scoreClassification(Int32Array.of(0), Float32Array.of(0, 1), 2).scores.loss).toBeCloseTo(
      -Math.log(1e-7),
      5,
    );
  });

  test('a class that does not occur leaves scores undefined, with a reason', () => {
    const { scores, reasons } = scoreClassification(
      Int32Array.of(0, 1),
      Float32Array.of(1, 0, 0, 0, 1, 0),
      3,
    );
    expect(scores).toMatchObject({ accuracy: 1, balancedAccuracy: null, f1: null, auc: null });
    expect(reasons).toHaveLength(3);
    expect(reasons[0]).toContain('class 2');
  });
});

describe('binary', () => {
  // Two outputs. First: truth 1 0 1, p .9 .4 .5 (0.5 is not above 0.5). Second: truth 0 1 1, p .1 .8 .9.
  const targets = Uint8Array.of(1, 0, 0, 1, 1, 1);
  const probabilities = Float32Array.of(0.9, 0.1, 0.4, 0.8, 0.5, 0.9);

  test('scores worked out by hand', () => {
    expect(binaryConfusions(targets, probabilities, 2)).toEqual([
      [
        [1, 0],
        [1, 1],
      ],
      [
        [1, 0],
        [0, 2],
      ],
    ]);
    const { scores, reasons } = scoreBinary(targets, probabilities, 2);
    expect(reasons).toEqual([]);
    expect(scores.accuracy).toBeCloseTo(5 / 6, 12);
    expect(scores.balancedAccuracy).toBeCloseTo((0.75 + 1) / 2, 12);
    expect(scores.f1).toBeCloseTo((2 / 3 + 1) / 2, 12);
    expect(scores.auc).toBe(1);
    const loss =
      -(Math.log(0.9) + Math.log(0.9) + Math.log(0.6) + Math.log(0.8) + Math.log(0.5) + Math.log(0.9)) / 6;
    expect(scores.loss).toBeCloseTo(loss, 6);
  });

  test('an output of one class only is undefined', () => {
    const { scores, reasons } = scoreBinary(Uint8Array.of(0, 0), Float32Array.of(0.1, 0.2), 1);
    expect(scores).toMatchObject({ accuracy: 1, balancedAccuracy: null, f1: null, auc: null });
    expect(reasons).toHaveLength(3);
  });
});

describe('regression', () => {
  test('scores worked out by hand, r2 the mean of the outputs', () => {
    const targets = Float64Array.of(1, 10, 2, 20, 3, 30);
    const predictions = Float64Array.of(1, 12, 2, 20, 5, 30);
    const { scores, reasons } = scoreRegression(targets, predictions, 2, 0.5);
    expect(reasons).toEqual([]);
    expect(scores.mse).toBeCloseTo(8 / 6, 12);
    expect(scores.mae).toBeCloseTo(4 / 6, 12);
    expect(scores.r2).toBeCloseTo((1 - 4 / 2 + (1 - 4 / 200)) / 2, 12);
    expect(scores.loss).toBe(0.5);
  });

  test('a constant target leaves r2 undefined', () => {
    const { scores, reasons } = scoreRegression(
      Float64Array.of(0.1, 0.1, 0.1),
      Float64Array.of(1, 2, 3),
      1,
      1,
    );
    expect(scores.r2).toBeNull();
    expect(reasons[0]).toContain('output 0');
  });
});
