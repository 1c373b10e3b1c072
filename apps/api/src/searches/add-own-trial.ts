import type { Dataset } from '@holdfast/contracts/dataset';
import type { FreeParams } from '@holdfast/contracts/free-space';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { toPlacedMessages } from '@holdfast/contracts/json-pointer';
import type { OwnTrial } from '@holdfast/contracts/search-control';
import { type NamedTrial, namedTrialSchema } from '@holdfast/contracts/search-spec';
import type { Space } from '@holdfast/contracts/space';
import { findDataset } from '@holdfast/db/datasets';
import type { Database } from '@holdfast/db/open-database';
import { addOwnTrial as addStored, findRequest } from '@holdfast/db/search-control';
import { type ExternalSearchRecord, findSearch, type OwnSearchRecord } from '@holdfast/db/searches';
import { completeParams } from '@holdfast/search/resolve-external-spec';
import { resolveList } from '@holdfast/search/resolve-list';
import { unweighed } from '../external/prepare-external.ts';
import { ProblemError } from '../problem-error.ts';
import { checkTrialAugmentation } from './check-augmentation.ts';
import { divideRows, foldRunsBy, foldRunsOf } from './divide-rows.ts';
import { refuse } from './refuse.ts';
import { refuseNested } from './refuse-nested.ts';
import { searchNotFound } from './search-params.ts';
import type { LoadTrainingLabels } from './training-labels.ts';
import { weighTrials } from './weigh-trials.ts';

/**
 * Adds a trial of the user's own to a search that is not over. What it does not name comes from the search's space where
 * that fixes it; of a union, from the defaults.
 * @param request names what is asked: asked again, it is not done again
 * @returns its number
 * @throws ProblemError
 */
export async function addOwnTrial(
  { database, loadLabels }: { database: Database; loadLabels: LoadTrainingLabels },
  id: string,
  { params, note }: OwnTrial,
  request: string,
): Promise<number> {
  const record = await findSearch(database, id);
  if (record === null) throw searchNotFound(id);
  refuseNested(record);
  const done = await findRequest(database, id, request);
  if (done?.trial != null) return done.trial;
  const { trial, foldRuns } =
    record.trainer === 'external'
      ? weighExternal(record, params as FreeParams)
      : await weighOwn({ database, loadLabels }, record, params as NamedTrial);
  const number = await addStored(database, id, { ...trial, foldRuns, note }, request);
  if (number === null) {
    const status = (await findSearch(database, id))?.status;
    if (status === undefined) throw searchNotFound(id);
    throw new ProblemError(
      'conflict',
      `The search is over: it is ${status}. Submit another with a list of trials.`,
    );
  }
  return number;
}

async function weighOwn(
  { database, loadLabels }: { database: Database; loadLabels: LoadTrainingLabels },
  { id, datasetId, spec: { space, crossValidation } }: OwnSearchRecord,
  params: NamedTrial,
) {
  const dataset = await findDataset(database, datasetId);
  if (dataset === null) throw searchNotFound(id);
  const resolved = resolveOwnTrial(params, space, dataset);
  const folds = divideRows(crossValidation, await loadLabels(dataset));
  const [trial] = weighTrials([resolved], dataset, folds);
  return { trial: trial!, foldRuns: foldRunsOf(folds) };
}

/**
 * A trial of the user's own, complete.
 * @throws ProblemError with places below `/params`
 */
export function resolveOwnTrial(params: NamedTrial, space: Space, dataset: Dataset): Hyperparameters {
  const named = namedTrialSchema.safeParse(params);
  if (!named.success) {
    throw refuse(
      toPlacedMessages(named.error, namedTrialSchema).map(({ pointer, message }) => ({
        pointer: `/params${pointer}`,
        message,
      })),
    );
  }
  const resolved = resolveList([named.data], Array.isArray(space) ? undefined : space);
  if ('errors' in resolved) {
    throw refuse(
      resolved.errors.map(({ pointer, message }) => ({
        pointer: pointer.replace(/^\/strategy\/trials\/0/, '/params'),
        message,
      })),
    );
  }
  const [trial] = resolved.trials;
  const unfit = checkTrialAugmentation(trial!, dataset, '/params');
  if (unfit.length > 0) throw refuse(unfit);
  return trial!;
}

function weighExternal({ spec }: ExternalSearchRecord, named: FreeParams) {
  const { params, missing } = completeParams(named, spec.space);
  if (missing.length > 0) {
    throw refuse(
      missing.map((name) => ({
        pointer: '/params',
        message: `The space varies ${name}, and this trial does not name it.`,
      })),
    );
  }
  return { trial: unweighed(params), foldRuns: foldRunsBy(spec.crossValidation) };
}
