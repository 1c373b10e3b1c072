import { normalCdf } from '@holdfast/numeric/normal-cdf';
import type { Contestant } from '@holdfast/search/statistics/board-bootstrap';
import type { FoldMeasure } from '@holdfast/search/statistics/fold-measure';
import type { ResamplingUnits } from '@holdfast/search/statistics/resampling-units';
import { drawNormals } from './draw-normals.ts';

/** A search whose truth is known: the accuracy that each trial has on rows without end. */
export interface MadeWorld {
  truths: number[];
  units: ResamplingUnits;
  trials: (Contestant & { folds: FoldMeasure[] })[];
}

export interface WorldKind {
  name: string;
  trials: number;
  rows: number;
  /** Where the trials' accuracies lie: around 0.8, in standard errors of a score. */
  place: (trial: number, draw: () => number) => number;
}

const folds = 5;
const centre = 0.8416212335729143; // 80 % of N(0, 1) lie below it.

/** How much of what makes a row easy or hard is the same for all trials. */
const common = 0.5;

const spread = (standardErrors: number) => (_: number, draw: () => number) => standardErrors * draw();

export const worldKinds: WorldKind[] = [
  { name: 'all equal', trials: 30, rows: 300, place: () => 0 },
  { name: 'spread of half a standard error', trials: 30, rows: 300, place: spread(0.5) },
  { name: 'spread of one standard error', trials: 30, rows: 300, place: spread(1) },
  {
    name: 'a third equal at the top, the rest 3 to 10 standard errors below',
    trials: 30,
    rows: 300,
    place: (trial) => (trial % 3 === 0 ? 0 : -3 - (7 * trial) / 30),
  },
  { name: 'all equal, 100 trials on 1,000 rows', trials: 100, rows: 1000, place: () => 0 },
  { name: 'spread of one, 100 trials on 1,000 rows', trials: 100, rows: 1000, place: spread(1) },
  { name: 'spread of two standard errors', trials: 30, rows: 300, place: spread(2) },
  { name: 'spread of four standard errors', trials: 30, rows: 300, place: spread(4) },
];

/** Rows are right or wrong by a normal threshold on what is common to all trials and what is each one's own. */
export function makeWorld(kind: WorldKind, seed: number): MadeWorld {
  const draw = drawNormals(kind.name, seed);
  // Of an accuracy of 80 %, on the scale of thresholds: its density there is 0.28.
  const standardError = Math.sqrt((0.8 * 0.2) / kind.rows) / 0.28;
  const thresholds = Array.from(
    { length: kind.trials },
    (_, trial) => centre + standardError * kind.place(trial, draw),
  );
  const hardness = Float64Array.from({ length: kind.rows }, draw);
  const rowsOf = Array.from({ length: folds }, (_, fold) =>
    Int32Array.from({ length: kind.rows / folds }, (_, i) => i * folds + fold),
  );
  const trials = thresholds.map((threshold, trial) => {
    const measured = rowsOf.map(
      (rows, fold): FoldMeasure => ({
        repeat: 0,
        fold,
        rows,
        measure: {
          kind: 'mean',
          values: Float64Array.from(rows, (row) =>
            Math.sqrt(common) * hardness[row]! + Math.sqrt(1 - common) * draw() < threshold ? 1 : 0,
          ),
        },
      }),
    );
    const score =
      measured.reduce((sum, { measure }) => {
        const { values } = measure as { values: Float64Array };
        return sum + values.reduce((a, b) => a + b) / values.length;
      }, 0) / folds;
    return { key: String(trial), score, standing: 'ranked' as const, folds: measured };
  });
  const units: ResamplingUnits = {
    kind: 'rows',
    count: kind.rows,
    ofRow: Int32Array.from({ length: kind.rows }, (_, row) => row),
  };
  return { truths: thresholds.map(normalCdf), units, trials };
}
