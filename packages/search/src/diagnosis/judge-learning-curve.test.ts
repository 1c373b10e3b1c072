import { expect, test } from 'vitest';
import { judgeLearningCurve } from './judge-learning-curve.ts';

const curve = (...points: (number | null)[][]) =>
  points.map((folds, n) => ({ share: [0.1, 0.3, 1][n]!, folds }));

test('more rows help where the last ones did', () => {
  const rising = judgeLearningCurve(curve([0.5, 0.5, 0.5], [0.7, 0.6, 0.65], [0.8, 0.75, 0.8]), 'maximize');
  expect(rising).toMatchObject({ code: 'moreDataHelps' });
  expect(rising!.gain).toBeCloseTo(0.4 / 3, 12);
  expect(rising!.message).toContain('From 30 % to 100 % of the rows the score gained 0.13 ± 0.017');
  const flat = judgeLearningCurve(curve([0.5, 0.5, 0.5], [0.8, 0.7, 0.8], [0.7, 0.8, 0.8]), 'maximize');
  expect(flat).toMatchObject({ code: 'levelledOff' });
  expect(judgeLearningCurve(curve([], [3, 4], [2, 2.5]), 'minimize')).toMatchObject({
    code: 'moreDataHelps',
  });
});

test('nothing is said before all is known', () => {
  expect(judgeLearningCurve(curve([0.5, 0.6]), 'maximize')).toBeNull();
  expect(judgeLearningCurve(curve([0.5, 0.6], [0.7, null]), 'maximize')).toBeNull();
  expect(judgeLearningCurve(curve([0.5], [0.7]), 'maximize')).toBeNull();
  expect(judgeLearningCurve(curve([0.5, 0.6], [0.7]), 'maximize')).toBeNull();
});
