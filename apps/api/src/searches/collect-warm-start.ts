import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { directionOf } from '@holdfast/contracts/metrics';
import type { ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import type { Database } from '@holdfast/db/open-database';
import { findSearch } from '@holdfast/db/searches';
import { loadTrialResults } from '@holdfast/db/trials';
import type { Observation } from '@holdfast/search/samplers/sampler';
import { meanOf } from '@holdfast/search/statistics/fold-statistics';
import { ProblemError } from '../problem-error.ts';
import { isOver } from './is-over.ts';

/** Beyond so many the earliest are left out: a proposal looks at some hundreds. */
const mostObservations = 2000;

/**
 * The trials that a strategy knows from earlier searches, in their order: those completed, by the new search's metric.
 * @throws ProblemError for a search that is not there, not over, or on other data
 */
export async function collectWarmStart(
  database: Database,
  { strategy, dataset, objective }: ResolvedSearchSpec,
): Promise<Observation[]> {
  if (strategy.kind !== 'tpe') return [];
  const { metric } = objective;
  const sign = directionOf(metric) === 'maximize' ? 1 : -1;
  const observations: Observation[] = [];
  for (const [index, id] of strategy.warmStart.entries()) {
    const record = await findSearch(database, id);
    if (record === null) throw refuse(index, `There is no search ${JSON.stringify(id)}.`);
    if (record.trainer === 'external') {
      throw refuse(index, `${id} has a trainer of its own: its trials are none of networks trained here.`);
    }
    if (record.datasetId !== dataset) {
      throw refuse(index, `${id} is a search on other data (${record.datasetId}). Name one on the same.`);
    }
    if (!isOver(record.status)) {
      throw refuse(index, `${id} is not over: it is ${record.status}. Wait for its end, or cancel it.`);
    }
    for (const { status, params, folds } of await loadTrialResults(database, id)) {
      if (status !== 'completed') continue;
      const mean = meanOf(folds.map(({ validation }) => validation?.[metric] ?? null));
      observations.push({ params: params as Hyperparameters, value: mean === null ? null : sign * mean });
    }
  }
  return observations.slice(-mostObservations);
}

function refuse(index: number, message: string): ProblemError {
  const errors = [{ pointer: `/strategy/warmStart/${index}`, message }];
  return new ProblemError('invalid-search', message, { errors });
}
