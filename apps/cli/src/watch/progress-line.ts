import type { Search } from '@holdfast/contracts/search';
import { decimal } from '../terminal/text-table.ts';

/**
 * One line on how far a search is: bar, trials, folds, best score so far, throughput, time left; never wider than `columns`.
 * Without room for the bar, the bar goes.
 */
export function progressLine(search: Search, columns: number): string {
  const { trials, folds, etaSeconds } = search.progress;
  const ended = trials.completed + trials.pruned + trials.failed + trials.cancelled;
  const parts = [`${ended}/${trials.total} trials`, `${folds.completed}/${folds.total} folds`];
  if (search.best) {
    parts.push(
      `best ${search.spec.objective.metric} ${decimal(search.best.score)} (trial ${search.best.trial})`,
    );
  }
  if (search.status === 'completed' || search.status === 'failed' || search.status === 'cancelled') {
    parts.push(search.status);
  } else if (search.status === 'paused') {
    parts.push('paused');
  } else if (etaSeconds !== null) {
    if (etaSeconds > 0) parts.push(`${pace((folds.total - folds.completed) / etaSeconds)} folds/s`);
    parts.push(`${timeLeft(etaSeconds)} left`);
  }
  while (parts.length > 1 && parts.join(' · ').length > columns - 1) parts.splice(leastNeeded(parts), 1);
  const text = parts.join(' · ');
  const room = Math.min(30, columns - text.length - 4);
  if (room < 8) return text.slice(0, Math.max(0, columns - 1));
  const filled = folds.total === 0 ? 0 : Math.round((room * folds.completed) / folds.total);
  return `[${'█'.repeat(filled)}${'░'.repeat(room - filled)}] ${text}`;
}

/** Where there is no room for all: the pace first, then the trials, then what stands first. */
function leastNeeded(parts: readonly string[]): number {
  const at = parts.findIndex((part) => part.endsWith('folds/s'));
  return at >= 0 ? at : 0;
}

const pace = (perSecond: number) => (perSecond < 10 ? perSecond.toFixed(1) : perSecond.toFixed(0));

/** `8 s`, `3 min`, `1 h 20 min`. */
export function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
