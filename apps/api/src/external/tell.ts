import type { ExternalSpec } from '@holdfast/contracts/external-spec';
import type { TellAnswer, ToldResult } from '@holdfast/contracts/external-trainer';
import type { FoldRunKey } from '@holdfast/contracts/jobs';
import { holdfastVersion } from '@holdfast/contracts/versions';
import { foldRows } from '@holdfast/core/splits/fold-rows';
import { findHeldFoldRun, type HeldFoldRun } from '@holdfast/db/external-trainers';
import { acceptFoldResult, failFoldRun } from '@holdfast/db/fold-runs';
import type { Database } from '@holdfast/db/open-database';
import {
  type ExternalSearchRecord,
  findRevision,
  findSearch,
  loadFoldAssignments,
} from '@holdfast/db/searches';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { ProblemError } from '../problem-error.ts';
import { searchNotFound } from '../searches/search-params.ts';
import { attemptOf } from './lease-token.ts';

type Place = FoldRunKey & { search: string };
type Scored = Exclude<ToldResult, { failure: string }>;

/** A score, and what its rows make of it, agree to so much of their size: rows may be told in float32. */
const tolerance = 1e-4;

/**
 * Takes what a trainer tells of a fold run, once, and only while its lease holds.
 * @throws ProblemError `lease-lost` where somebody else has the fold run, or nobody needs it any more; 422 for a result
 * that contradicts itself
 */
export async function tell(database: Database, place: Place, told: ToldResult): Promise<TellAnswer> {
  const { record, attempt, held } = await findHolder(database, place, told.lease);
  const { search, trial } = place;
  const answer = async (outcome: TellAnswer['outcome']): Promise<TellAnswer> => {
    const status = (await findRevision(database, search))?.status;
    if (status === undefined) throw searchNotFound(search);
    return { outcome, search, trial, status };
  };
  if (held.accepted) return answer('repeated');
  const claim = { ...place, attempt, worker: held.client ?? '' };
  if ('failure' in told) {
    const outcome = await failFoldRun(database, { ...claim, kind: 'trial', reason: told.failure });
    if (outcome === 'late') throw leaseLost(place);
    return answer(outcome === 'requeued' ? 'retried' : 'failed');
  }
  const rows = foldRows(await loadFoldAssignments(database, search), place.repeat, place.fold, record.gap);
  checkScores(told, record.spec.objective, rows.validationRows.length);
  const { metric } = record.spec.objective;
  const finishedAt = new Date();
  const startedAt = held.startedAt ?? finishedAt;
  const outcome = await acceptFoldResult(database, {
    ...claim,
    result: {
      reason: told.reason,
      seed: deriveSeed(record.spec.seed, trial, place.repeat, place.fold),
      engine: 'external',
      engineVersion: holdfastVersion,
      validation: { [metric]: told.score },
      training: { [metric]: told.trainingScore },
      confusion: null,
      epochs: held.untilEpoch ?? record.spec.resource?.max ?? 0,
      rows: { training: rows.trainingRows.length, validation: rows.validationRows.length },
      seconds: told.seconds ?? Math.max(0, finishedAt.getTime() - startedAt.getTime()) / 1000,
      startedAt,
      finishedAt,
      curves: noCurves,
      predictions: told.rowScores && Float32Array.from(told.rowScores),
    },
  });
  // Counted by the statement that refused it.
  if (outcome === 'late') throw leaseLost(place);
  return answer('accepted');
}

const noCurves = {
  epochs: [],
  trainingLoss: [],
  validationLoss: [],
  trainingAccuracy: [],
  validationAccuracy: [],
  learningRate: [],
};

/** The search and the attempt that a lease names. @throws ProblemError */
export async function findHolder(
  database: Database,
  place: Place,
  lease: string,
): Promise<{ record: ExternalSearchRecord; attempt: number; held: HeldFoldRun }> {
  const record = await findSearch(database, place.search);
  if (record === null) throw searchNotFound(place.search);
  if (record.trainer !== 'external') {
    throw new ProblemError('conflict', `${place.search} is trained by Holdfast’s own workers.`);
  }
  const attempt = attemptOf(place, lease);
  const held = await findHeldFoldRun(database, place, attempt ?? 0);
  if (held === null) {
    const { trial, repeat, fold } = place;
    throw new ProblemError(
      'not-found',
      `There is no fold ${fold} of repeat ${repeat} of trial ${trial} in ${place.search}.`,
    );
  }
  if (attempt === null) {
    const message =
      'This is no lease of this fold run. Send the token that the ask for it was answered with.';
    throw new ProblemError('invalid-request', message, { errors: [{ pointer: '/lease', message }] });
  }
  return { record, attempt, held };
}

export function leaseLost({ trial, repeat, fold }: Place): ProblemError {
  return new ProblemError(
    'lease-lost',
    `The lease on fold ${fold}${repeat > 0 ? ` of repeat ${repeat}` : ''} of trial ${trial} is over: it ran out and the fold run was handed on, or it is needed no more. Ask for another.`,
  );
}

function checkScores(told: Scored, { rowScores: how }: ExternalSpec['objective'], rows: number): void {
  const errors: { pointer: string; message: string }[] = [];
  const { score, reason, rowScores } = told;
  if (score === null && reason === null) {
    errors.push({ pointer: '/reason', message: 'Say why there is no score.' });
  }
  if (rowScores !== null && rowScores.length !== rows) {
    const message = `There are ${rowScores.length} scores for ${rows} validation rows: one for each, in their order.`;
    errors.push({ pointer: '/rowScores', message });
  } else if (rowScores !== null && score !== null) {
    const mean = rowScores.reduce((sum, value) => sum + value, 0) / rows;
    const whole = how === 'mean' ? mean : Math.sqrt(mean);
    // Not `>`: what is not a number agrees with nothing.
    if (!(Math.abs(whole - score) <= tolerance * Math.max(Math.abs(whole), Math.abs(score), 1e-3))) {
      const of = how === 'mean' ? 'mean' : 'root of the mean';
      const message = `The ${of} of rowScores is ${whole}, the score ${score}. Send row scores that make it, or none; how they make it, objective.rowScores says: "mean" or "rootMean".`;
      errors.push({ pointer: '/rowScores', message });
    }
  }
  if (errors.length > 0) {
    throw new ProblemError('invalid-result', errors[0]!.message, { errors });
  }
}
