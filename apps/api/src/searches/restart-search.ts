import { toPlacedMessages } from '@holdfast/contracts/json-pointer';
import { type NamedTrial, searchSpecSchema } from '@holdfast/contracts/search-spec';
import { numericsVersion } from '@holdfast/contracts/versions';
import { loadWarmStart } from '@holdfast/db/decisions';
import { countRequests, failOutdated, listOwnTrials, startAgain } from '@holdfast/db/outdated-searches';
import { findSearch, type OwnSearchRecord } from '@holdfast/db/searches';
import type { Observation } from '@holdfast/search/samplers/sampler';
import { derivedId } from '../derived-id.ts';
import { ProblemError } from '../problem-error.ts';
import { resolveOwnTrial } from './add-own-trial.ts';
import { toNewSearch } from './create-search.ts';
import { foldRunsOf } from './divide-rows.ts';
import { prepareSearch, type SubmissionDeps } from './prepare-search.ts';
import { refuse } from './refuse.ts';
import { weighTrials } from './weigh-trials.ts';

export type Restart =
  | { outcome: 'restarted'; as: string; from: number }
  /** It cannot be made any more: it has ended as failed, and says why. */
  | { outcome: 'refused'; reason: string; from: number }
  /** It needs no restart: it is over, gone, or was restarted by another process. */
  | { outcome: 'over' };

/**
 * Lets a search of an older numerics version start again, as a new search with the id that follows from the old one's: all
 * of its trials, its users' own ones included, are trained by this version. The old one is cancelled in the same
 * transaction and says where it goes on, so that it is done once, whoever tries and however often.
 */
export async function restartSearch(deps: SubmissionDeps, old: string): Promise<Restart> {
  for (;;) {
    // Before the rest is read: what is asked of it from now on shows in another number.
    const requests = await countRequests(deps.database, old);
    const record = await findSearch(deps.database, old);
    if (record?.trainer !== 'holdfast' || record.nestedIn !== null) return { outcome: 'over' };
    const from = record.numericsVersion;
    if (from >= numericsVersion) return { outcome: 'over' };
    const versions = `Numerics version ${from}, and this service trains with version ${numericsVersion}`;
    const as = derivedId('se', old, numericsVersion);
    try {
      const made = await prepareAgain(deps, record, as);
      const reason = `${versions}: it starts again as ${as}.`;
      const outcome = await startAgain(deps.database, old, { ...made, requests, reason });
      if (outcome === 'changed') continue;
      return outcome === 'over' ? { outcome } : { outcome, as, from };
    } catch (error) {
      if (!(error instanceof ProblemError && error.type === 'invalid-search')) throw error;
      const reason = `${versions}, with which it cannot start again: ${error.message}`;
      const ended = await failOutdated(deps.database, old, reason);
      return ended ? { outcome: 'refused', reason, from } : { outcome: 'over' };
    }
  }
}

/** @throws ProblemError `invalid-search` */
async function prepareAgain(deps: SubmissionDeps, record: OwnSearchRecord, id: string) {
  const { database } = deps;
  const spec = searchSpecSchema.safeParse(record.spec);
  if (!spec.success) throw refuse(toPlacedMessages(spec.error, searchSpecSchema));
  // What it was given from earlier searches, which may have changed or gone.
  const known = (await loadWarmStart(database, record.id)) as Observation[];
  const prepared = await prepareSearch(deps, spec.data, known);
  const { dataset, folds } = prepared;
  const own = await listOwnTrials(database, record.id);
  const params = own.map((trial) =>
    resolveOwnTrial(trial.params as NamedTrial, prepared.spec.space, dataset),
  );
  const foldRuns = foldRunsOf(folds);
  const ownTrials = weighTrials(params, dataset, folds).map((trial, n) => {
    const { number, note } = own[n]!;
    return { ...trial, foldRuns, note, request: `${record.id}/${number}` };
  });
  return { search: toNewSearch(id, prepared, record.parent, record.traceParent), ownTrials };
}
