import type { AnyResolvedSpec } from '@holdfast/contracts/any-spec';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import { numericsVersion } from '@holdfast/contracts/versions';
import { findDataset } from '@holdfast/db/datasets';
import { loadWarmStart } from '@holdfast/db/decisions';
import { extendSearch as extendStored, findRequest } from '@holdfast/db/search-control';
import { findSearch, type SearchRecord } from '@holdfast/db/searches';
import { planTrials } from '@holdfast/search/plan-trials';
import { unweighed } from '../external/prepare-external.ts';
import { ProblemError } from '../problem-error.ts';
import { divideRows, foldRunsBy, foldRunsOf } from './divide-rows.ts';
import type { SubmissionDeps } from './prepare-search.ts';
import { refuse } from './refuse.ts';
import { refuseNested } from './refuse-nested.ts';
import { defaultSearchLimits, refuseTooMuchWork } from './search-limits.ts';
import { searchNotFound } from './search-params.ts';
import { weighTrials } from './weigh-trials.ts';

/**
 * Gives a search more trials of its strategy: those that it would have had, had it been asked for so many at first. A
 * search that has completed goes on.
 * @param request names what is asked: asked again, it is not done again
 * @throws ProblemError for a strategy that has not so many more, and for a search that ended otherwise
 */
export async function extendSearch(
  { database, loadLabels, limits = defaultSearchLimits }: SubmissionDeps,
  id: string,
  more: number,
  request: string,
): Promise<SearchRecord> {
  const record = await findSearch(database, id);
  if (record === null) throw searchNotFound(id);
  if ((await findRequest(database, id, request)) !== null) return record;
  refuseNested(record);
  refuseOtherNumerics(record);
  refuseToExtendNesting(record);
  const prior = await loadWarmStart(database, id);
  const before = planTrials(record.spec, prior);
  const spec = withMore(record.spec, more);
  const after = planTrials(spec, prior, limits);
  // The spec was planned once; what cannot be planned now is what was added.
  if ('errors' in before) throw refuse(before.errors);
  if ('errors' in after) throw refuse(after.errors.map(({ message }) => ({ pointer: '/trials', message })));
  const planned = before.trials.length + before.trialsToCome;
  const added = after.trials.length + after.trialsToCome - planned;
  if (added <= 0) throw exhausted(record.spec);
  if (added < more) {
    const message = `The ${record.spec.strategy.kind} has ${added} more trial${added === 1 ? '' : 's'}, not ${more}. Ask for ${added}${added === 1 ? '' : ' or fewer'}, or add your own with POST …/trials.`;
    throw refuse([{ pointer: '/trials', message }]);
  }

  // What waits for results is proposed by a worker, once it has them.
  const fresh = after.trialsToCome === 0 ? after.trials.slice(planned) : [];
  const { trials, foldRuns } = await weigh({ database, loadLabels, limits }, record, fresh, after.foldRuns);
  const outcome = await extendStored(
    database,
    id,
    {
      planned,
      more: added,
      spec,
      trials: trials.map((trial, n) => ({ ...trial, ...after.stages[planned + n]! })),
      foldRuns,
    },
    request,
  );
  switch (outcome) {
    case 'absent':
      throw searchNotFound(id);
    case 'changed':
      throw new ProblemError(
        'conflict',
        'The search was extended by another request. Look at it, and ask again.',
      );
    case 'over': {
      const { status, reason } = (await findSearch(database, id)) ?? record;
      throw new ProblemError('conflict', `The search is over: it is ${status}.${reason ? ` ${reason}` : ''}`);
    }
    case 'extended': {
      const extended = await findSearch(database, id);
      if (extended === null) throw searchNotFound(id);
      return extended;
    }
  }
}

async function weigh(
  { database, loadLabels, limits = defaultSearchLimits }: SubmissionDeps,
  record: SearchRecord,
  trials: readonly TrialParams[],
  planned: number,
) {
  if (record.trainer === 'external') {
    return { trials: trials.map(unweighed), foldRuns: foldRunsBy(record.spec.crossValidation) };
  }
  const dataset = await findDataset(database, record.datasetId);
  if (dataset === null) throw searchNotFound(record.id);
  const folds = divideRows(record.spec.crossValidation, await loadLabels(dataset));
  const weighed = weighTrials(trials as readonly Hyperparameters[], dataset, folds);
  refuseTooMuchWork(weighed, planned, limits);
  return { trials: weighed, foldRuns: foldRunsOf(folds) };
}

function withMore(spec: AnyResolvedSpec, more: number): AnyResolvedSpec {
  const { strategy, limits } = spec;
  switch (strategy.kind) {
    case 'random':
    case 'sobol':
    case 'tpe': {
      const trials = Math.min(strategy.trials, limits.maxTrials ?? Infinity) + more;
      return {
        ...spec,
        strategy: { ...strategy, trials },
        limits: {
          ...limits,
          maxTrials: limits.maxTrials === null ? null : Math.max(limits.maxTrials, trials),
        },
      };
    }
    case 'grid':
    case 'list':
      if (limits.maxTrials === null) throw exhausted(spec);
      return { ...spec, limits: { ...limits, maxTrials: limits.maxTrials + more } };
    default: {
      const message = `The rungs of ${strategy.kind} are laid out for its ${strategy.trials} trials. Submit another search with another seed.`;
      throw refuse([{ pointer: '/trials', message }]);
    }
  }
}

/** On one board all bits are of one version; a search that is not over starts again by itself. */
function refuseOtherNumerics({ trainer, numericsVersion: version }: SearchRecord): void {
  if (trainer === 'external' || version === numericsVersion) return;
  throw new ProblemError(
    'conflict',
    `The search is of numerics version ${version}, this service trains with version ${numericsVersion}: its trials could not be compared with what it would add. Submit another search.`,
  );
}

/** The outer folds have scored a search of so many trials, and no other. */
function refuseToExtendNesting({ spec: { crossValidation } }: SearchRecord): void {
  if (crossValidation.outer === undefined) return;
  const message =
    'Its outer folds score the search with the trials that it was made with. Submit another search with more of them.';
  throw refuse([{ pointer: '/trials', message }]);
}

function exhausted({ strategy }: AnyResolvedSpec): ProblemError {
  const message = `A ${strategy.kind} has no trials beyond those that it names. Add your own with POST …/trials, or refine the search.`;
  return refuse([{ pointer: '/trials', message }]);
}
