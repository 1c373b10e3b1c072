import { type AnySpec, isExternal } from '@holdfast/contracts/any-spec';
import { numericsVersion } from '@holdfast/contracts/versions';
import { DatasetMissingError, IdTakenError } from '@holdfast/db/database-errors';
import { findSearch, insertSearch, type NewSearch, type SearchRecord } from '@holdfast/db/searches';
import { type PreparedExternal, prepareExternal } from '../external/prepare-external.ts';
import { randomId } from '../random-id.ts';
import { foldRunsOf } from './divide-rows.ts';
import {
  datasetNotFound,
  type PreparedSearch,
  prepareSearch,
  type SubmissionDeps,
} from './prepare-search.ts';

/**
 * Writes search, trials and fold runs in one transaction; gives back what is there where `id` was made before.
 * Workers publish what is runnable: the queue is not needed for a search to exist.
 * @throws ProblemError `invalid-search`
 */
export async function createSearch(
  deps: SubmissionDeps,
  id: string,
  sent: AnySpec,
  parent: string | null = null,
  traceParent: string | null = null,
): Promise<SearchRecord> {
  const { database } = deps;
  try {
    return (
      (await findSearch(database, id)) ??
      (await insertSearch(
        database,
        isExternal(sent)
          ? toNewExternal(id, await prepareExternal(deps, sent))
          : toNewSearch(id, await prepareSearch(deps, sent), parent, traceParent),
      ))
    );
  } catch (error) {
    if (error instanceof DatasetMissingError) throw datasetNotFound(sent.dataset ?? '');
    const made = error instanceof IdTakenError ? await findSearch(database, id) : null;
    if (made) return made;
    throw error;
  }
}

/** What is written of a search of our own workers. */
export function toNewSearch(
  id: string,
  { dataset, spec, trials, trialsToCome, adaptive, warmStart, folds, nested }: PreparedSearch,
  parent: string | null,
  traceParent: string | null,
): NewSearch {
  const foldRuns = foldRunsOf(folds);
  const search = {
    id,
    name: spec.name ?? `${spec.strategy.kind} search on ${dataset.name}`,
    tags: spec.tags,
    datasetId: dataset.id,
    spec,
    numericsVersion,
    testSeen: dataset.test.revealsUsed > 0,
    parent,
    traceParent,
    trialsToCome,
    adaptive,
    warmStart,
    trials: trials.map((trial) => ({ ...trial, foldRuns })),
    assignments: folds.encoding,
    gap: spec.crossValidation.kind === 'blocked' ? spec.crossValidation.gap : 0,
  };
  return {
    ...search,
    nested: nested
      .map((part) => ({ part, foldRuns: foldRunsOf(part.folds) }))
      .map(({ part, foldRuns: own }) => ({
        ...search,
        id: randomId('se'),
        name: part.spec.name ?? search.name,
        spec: part.spec,
        parent: null,
        nestedIn: { search: id, outerFold: part.outerFold },
        trialsToCome: part.trialsToCome,
        adaptive: part.adaptive,
        warmStart: [],
        trials: part.trials.map((trial) => ({ ...trial, foldRuns: own })),
        assignments: part.assignments,
      })),
  };
}

function toNewExternal(
  id: string,
  { spec, trials, trialsToCome, adaptive, folds }: PreparedExternal,
): NewSearch {
  const foldRuns = foldRunsOf(folds);
  return {
    id,
    name: spec.name ?? id,
    tags: spec.tags,
    datasetId: spec.dataset ?? null,
    spec,
    numericsVersion,
    testSeen: false,
    parent: null,
    trialsToCome,
    adaptive,
    trials: trials.map((trial) => ({ ...trial, foldRuns })),
    assignments: folds.encoding,
    gap: spec.crossValidation.kind === 'blocked' ? spec.crossValidation.gap : 0,
  };
}
