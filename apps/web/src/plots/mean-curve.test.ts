import { expect, it } from 'vitest';
import { meanCurve } from './mean-curve.ts';

it('takes the mean where every fold has a value', () => {
  expect(
    meanCurve([
      [
        [1, 0.5],
        [2, 0.4],
        [3, 0.3],
      ],
      [
        [1, 0.7],
        [2, null],
        [3, 0.5],
        [4, 0.1],
      ],
    ]),
  ).toEqual([
    [1, 0.6],
    [3, 0.4],
  ]);
  expect(meanCurve([])).toEqual([]);
});
