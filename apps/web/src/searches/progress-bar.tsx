import type { Search } from '@holdfast/contracts/search';
import { count, countOf } from '../format/figures.ts';
import { duration } from '../format/time.ts';

/** Folds done of all, with the time left while it runs; `detailed` tells of trials too. */
export function ProgressBar({ search, detailed = false }: { search: Search; detailed?: boolean }) {
  const { folds, trials, etaSeconds } = search.progress;
  const share = folds.total === 0 ? 0 : folds.completed / folds.total;
  const parts = [`${count(folds.completed)} of ${count(folds.total)} folds`];
  if (search.status === 'running' && etaSeconds !== null) parts.push(`${duration(etaSeconds)} left`);
  if (detailed) {
    parts.push(`${count(trials.completed)} of ${countOf(trials.total, 'trial')} completed`);
    for (const state of ['running', 'pruned', 'failed', 'cancelled'] as const) {
      if (trials[state] > 0) parts.push(`${count(trials[state])} ${state}`);
    }
  }
  return (
    <div className="progress">
      <div
        className="progress-track"
        role="progressbar"
        aria-label="Fold runs done"
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <div className="progress-text">
        {parts.map((part) => (
          <span key={part.replace(/[\d,]+/g, '')}>{part}</span>
        ))}
      </div>
    </div>
  );
}
