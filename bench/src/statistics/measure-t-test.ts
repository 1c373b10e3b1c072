import { type ComparedFold, compareFolds } from '@holdfast/search/comparison/compare-folds';
import { drawNormals } from './draw-normals.ts';

export interface FalsePositives {
  folds: number;
  /** Of the differences on two folds. */
  correlation: number;
  /** Of the pairs that are equal in truth, those that the test calls different at 5 %. */
  corrected: number;
  /** The same by the usual t-test, which takes folds for independent. */
  usual: number;
}

const rows = 1000;

/**
 * How often the corrected resampled t-test finds a difference where there is none. Differences on the folds are normal
 * with mean 0, and any two of them have the same correlation: that of the model behind the correction. It is exact where
 * the correlation is the share of validation rows, 1/k with k folds.
 */
export function measureTTest(pairs: number): FalsePositives[] {
  return [5, 10].flatMap((folds) =>
    [0, 1 / folds, 0.4].map((correlation) => {
      const draw = drawNormals(`t-test ${folds}`, correlation);
      const validation = rows / folds;
      let corrected = 0;
      let usual = 0;
      for (let pair = 0; pair < pairs; pair++) {
        const shared = draw();
        const first = Array.from({ length: folds }, (_, fold) =>
          foldOf(fold, Math.sqrt(correlation) * shared + Math.sqrt(1 - correlation) * draw(), validation),
        );
        const second = first.map(({ fold }) => foldOf(fold, 0, validation));
        const { test } = compareFolds(first, second, 'mse');
        if (test === null) throw new Error('Normal differences can be tested');
        if (test.pValue < 0.05) corrected += 1;
        // The usual standard error is smaller by the same factor for every pair of so many folds.
        const scale = Math.sqrt(1 / folds + test.correction.ratio) / Math.sqrt(1 / folds);
        if (Math.abs(test.t) * scale > Math.abs(test.interval[1] - test.interval[0]) / 2 / test.standardError)
          usual += 1;
      }
      return { folds, correlation, corrected: corrected / pairs, usual: usual / pairs };
    }),
  );
}

function foldOf(fold: number, score: number, validation: number): ComparedFold {
  return {
    repeat: 0,
    fold,
    state: 'completed',
    validation: { mse: score },
    rows: { training: rows - validation, validation },
  };
}
