import type { FoldsOf, ResampledScore } from './fold-measure.ts';
import type { ResamplingUnits } from './resampling-units.ts';

/** The rows of one fold and class by ascending score; `ends[i]` is 1 where the next one's score is another. */
interface Ordered {
  units: Int32Array;
  positive: Uint8Array;
  ends: Uint8Array;
}

/**
 * The mean over classes of the area under the curve: of all pairs of a positive and a negative row of one fold, the
 * share in the right order, ties half. Scores of different folds come from different models and are not compared.
 */
export function scoreAreas(folds: FoldsOf<'area'>, { ofRow }: ResamplingUnits): ResampledScore {
  const { classes } = folds[0]!.measure;
  const orders = Array.from({ length: classes }, (_, c) => folds.map((fold) => orderOf(fold, c, ofRow)));
  return (weights) => {
    let sum = 0;
    let defined = 0;
    for (const ofClass of orders) {
      let right = 0;
      let pairs = 0;
      for (const ordered of ofClass) {
        const [inOrder, all] = countPairs(ordered, weights);
        right += inOrder;
        pairs += all;
      }
      if (pairs === 0) continue;
      sum += right / pairs;
      defined += 1;
    }
    return sum / defined;
  };
}

function orderOf({ rows, measure }: FoldsOf<'area'>[number], c: number, ofRow: Int32Array): Ordered {
  const scoreOf = (i: number) => measure.scores[i * measure.classes + c]!;
  const order = Array.from(rows.keys()).sort((a, b) => scoreOf(a) - scoreOf(b) || a - b);
  return {
    units: Int32Array.from(order, (i) => ofRow[rows[i]!]!),
    positive: Uint8Array.from(order, (i) => measure.positive[i * measure.classes + c]!),
    ends: Uint8Array.from(order, (i, place) =>
      place + 1 < order.length && scoreOf(order[place + 1]!) === scoreOf(i) ? 0 : 1,
    ),
  };
}

/** Pairs in the right order, ties half, and all pairs. */
function countPairs({ units, positive, ends }: Ordered, weights: Uint16Array): [number, number] {
  let right = 0;
  let positives = 0;
  let below = 0;
  let tiedPositives = 0;
  let tiedNegatives = 0;
  for (let i = 0; i < units.length; i++) {
    const weight = weights[units[i]!]!;
    if (positive[i] === 1) tiedPositives += weight;
    else tiedNegatives += weight;
    if (ends[i] === 0) continue;
    right += tiedPositives * (below + tiedNegatives / 2);
    positives += tiedPositives;
    below += tiedNegatives;
    tiedPositives = 0;
    tiedNegatives = 0;
  }
  return [right, positives * below];
}
