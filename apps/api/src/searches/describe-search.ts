import type { Search } from '@holdfast/contracts/search';
import type { SearchRecord } from '@holdfast/db/searches';
import { isOver } from './is-over.ts';

/** As the contract tells it. */
export function describeSearch(record: SearchRecord, best: Search['best']): Search {
  return {
    id: record.id,
    name: record.name,
    tags: record.tags,
    dataset: record.datasetId,
    status: record.status,
    reason: record.reason,
    repeatable: record.repeatable,
    testSeen: record.testSeen,
    progress: { trials: record.trials, folds: record.folds, etaSeconds: estimateRemaining(record) },
    best,
    spec: record.spec,
    numericsVersion: record.numericsVersion,
    parent: record.parent,
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    finishedAt: record.finishedAt?.toISOString() ?? null,
  };
}

/**
 * Seconds until the last fold run, at the pace so far. Reckoned from the last accepted result and not from now:
 * what is polled must not change while nothing happens.
 */
function estimateRemaining({ status, startedAt, updatedAt, folds }: SearchRecord): number | null {
  if (isOver(status) || startedAt === null || folds.completed === 0) return null;
  const elapsed = Math.max(0, updatedAt.getTime() - startedAt.getTime()) / 1000;
  const remaining = (elapsed / folds.completed) * (folds.total - folds.completed);
  return Math.round(remaining * 10) / 10;
}
