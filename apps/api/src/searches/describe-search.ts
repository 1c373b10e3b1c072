import type { Search } from '@holdfast/contracts/search';
import type { SearchRecord } from '@holdfast/db/searches';
import { foldRunsPerTrial } from '@holdfast/search/resolve-cross-validation';
import { isOver } from './is-over.ts';

/** What came of it so far; `null`: nothing. */
export type Outcome = Pick<Search, 'best' | 'diagnosis'>;

/** As the contract tells it. */
export function describeSearch(record: SearchRecord, outcome: Outcome | null): Search {
  return {
    id: record.id,
    name: record.name,
    tags: record.tags,
    trainer: record.trainer,
    dataset: record.datasetId,
    status: record.status,
    reason: record.reason,
    repeatable: record.repeatable,
    testSeen: record.testSeen,
    progress: { ...progressOf(record), etaSeconds: estimateRemaining(record) },
    best: outcome?.best ?? null,
    diagnosis: outcome?.diagnosis ?? [],
    spec: record.spec,
    numericsVersion: record.numericsVersion,
    parent: record.parent,
    nestedIn: record.nestedIn,
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    finishedAt: record.finishedAt?.toISOString() ?? null,
  };
}

/** Trials that are to come wait with the others. */
function progressOf({ trials, trialsToCome, folds, spec }: SearchRecord) {
  const toCome = trialsToCome * foldRunsPerTrial(spec.crossValidation);
  return {
    trials: { ...trials, total: trials.total + trialsToCome, waiting: trials.waiting + trialsToCome },
    folds: { ...folds, total: folds.total + toCome },
  };
}

/**
 * Seconds until the last fold run, at the pace so far. Reckoned from the last accepted result and not from now:
 * what is polled must not change while nothing happens.
 */
function estimateRemaining(record: SearchRecord): number | null {
  const { status, startedAt, updatedAt } = record;
  const { folds } = progressOf(record);
  if (isOver(status) || startedAt === null || folds.completed === 0) return null;
  const elapsed = Math.max(0, updatedAt.getTime() - startedAt.getTime()) / 1000;
  const remaining = (elapsed / folds.completed) * (folds.total - folds.completed);
  return Math.round(remaining * 10) / 10;
}
