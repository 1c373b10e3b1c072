import type { Search } from '@holdfast/contracts/search';
import { duration } from './duration.ts';

/** Folds done of all, with the time left while it runs. */
export function ProgressBar({ search }: { search: Search }) {
  const { folds, etaSeconds } = search.progress;
  return (
    <div className="progress">
      <progress value={folds.completed} max={Math.max(1, folds.total)} aria-label="Fold runs done" />
      <span>
        {folds.completed} of {folds.total} folds
        {search.status === 'running' && etaSeconds !== null ? `, ${duration(etaSeconds)} left` : ''}
      </span>
    </div>
  );
}
