import type { FoldMeasure, FoldsOf, ResampledScore } from './fold-measure.ts';
import { scoreAreas } from './resampled-area.ts';
import { scoreConfusion } from './resampled-confusion.ts';
import { scoreDetermination } from './resampled-determination.ts';
import { scoreMean } from './resampled-mean.ts';
import type { ResamplingUnits } from './resampling-units.ts';

/**
 * How a trial scores on a part of its rows.
 *
 * Metrics that are means over rows are the mean over folds of the mean over the fold's rows, so that the whole is the
 * board's score. The others are put together over all folds before they are worked out (one confusion table, pairs
 * within folds, squares around each fold's mean), since a fold's share of a resample can be too small for them; classes
 * that do not occur are left out.
 * @throws RangeError without folds
 */
export function createResampledScore(folds: FoldMeasure[], units: ResamplingUnits): ResampledScore {
  const kind = folds[0]?.measure.kind;
  switch (kind) {
    case 'mean':
      return scoreMean(folds as FoldsOf<'mean'>, units);
    case 'rootMean': {
      const mean = scoreMean(folds as FoldsOf<'rootMean'>, units);
      return (weights) => Math.sqrt(mean(weights));
    }
    case 'confusion':
      return scoreConfusion(folds as FoldsOf<'confusion'>, units);
    case 'area':
      return scoreAreas(folds as FoldsOf<'area'>, units);
    case 'determination':
      return scoreDetermination(folds as FoldsOf<'determination'>, units);
    case undefined:
      throw new RangeError('A trial needs one fold or more');
  }
}
