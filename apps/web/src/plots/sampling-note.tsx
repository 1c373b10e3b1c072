import type { TrialPoints } from '@holdfast/contracts/plots';
import { count, countOf } from '../format/figures.ts';

/** How many of the trials a plot shows, and which: said on the plot itself. */
export function SamplingNote({ points }: { points: TrialPoints }) {
  const shown = points.trial.length;
  return (
    <p className="quiet small">
      {points.sampling === 'all'
        ? `${countOf(shown, 'trial')} with a score.`
        : `A sample of ${count(shown)} of ${count(points.total)} trials: the best, every one that was the best so far, and of the others every so many-th by number. A filter shows more of what it keeps.`}
    </p>
  );
}
