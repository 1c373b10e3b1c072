import type { NamedScores } from '@holdfast/contracts/metrics';
import type { FoldRunState, TrialState } from '@holdfast/contracts/states';
import type { Curves, FoldRun, Trial } from '@holdfast/contracts/trial';
import type { TrialParams } from '@holdfast/contracts/trial-params';
import type { Database } from './open-database.ts';
import { InvalidCursorError } from './page-cursor.ts';

/** What a leaderboard needs to know of a trial; `folds` in the order of repeat and fold. */
export interface TrialResult {
  trial: number;
  status: TrialState;
  reason: string | null;
  params: TrialParams;
  /** `null` in an external search. */
  weightCount: number | null;
  folds: TrialResultFold[];
}

export interface TrialResultFold {
  repeat: number;
  fold: number;
  state: FoldRunState;
  validation: NamedScores | null;
  training: NamedScores | null;
  epochs: number | null;
  seconds: number | null;
  reason: string | null;
}

/** A trial as it is answered; the seed of a fold run that has no result yet, and the diagnosis, are
 * the caller's to derive. */
export type TrialRecord = Omit<Trial, 'folds' | 'diagnosis'> & {
  folds: (Omit<FoldRun, 'seed'> & { seed: string | null })[];
};

/** A promoted training goes on from where it stood: what it took before counts too. */
const secondsOfAllRungs = `CASE WHEN f.rung = 0 THEN r.seconds ELSE coalesce(r.seconds, 0) + (
               SELECT coalesce(sum(x.seconds ORDER BY x.rung), 0) FROM rung_results x
               WHERE x.search_id = f.search_id AND x.trial = f.trial AND x.repeat = f.repeat AND x.fold = f.fold
                 AND x.rung < f.rung) END`;

type ResultRow = [
  number,
  TrialState,
  string | null,
  TrialParams,
  number | null,
  number,
  number,
  FoldRunState,
  NamedScores | null,
  NamedScores | null,
  number | null,
  number | null,
  string | null,
];

const selectResults = `SELECT t.number, t.state, t.reason,
    CASE WHEN row_number() OVER (PARTITION BY t.number ORDER BY f.repeat, f.fold) = 1 THEN t.params END,
    CASE WHEN (SELECT trainer FROM searches WHERE id = $1) = 'holdfast' THEN t.weight_count::float8 END,
    f.repeat, f.fold, f.state, r.validation, r.training, r.epochs,
    ${secondsOfAllRungs}, f.reason
  FROM trials t
  JOIN fold_runs f ON f.search_id = t.search_id AND f.trial = t.number
  LEFT JOIN fold_results r
    ON r.search_id = f.search_id AND r.trial = f.trial AND r.repeat = f.repeat AND r.fold = f.fold
  WHERE t.search_id = $1
  ORDER BY t.number, f.repeat, f.fold`;

/** Fold runs fetched at once: half a million in one statement would take longer than a statement may. */
const fetched = 20_000;

/** All trials of a search by number, read at one moment. Empty where there is no such search. */
export async function loadTrialResults({ pool }: Database, searchId: string): Promise<TrialResult[]> {
  const results: TrialResult[] = [];
  const client = await pool.connect();
  try {
    // Of a search that is newer than Postgres's statistics it expects one row, and would join all with all in nested loops:
    // minutes for thousands of trials. Merged in the order of the keys they take as long as they are many, whatever it expects.
    await client.query(`BEGIN READ ONLY;
      SET LOCAL enable_nestloop = off;
      -- All of it is wanted, not the first tenth soon.
      SET LOCAL cursor_tuple_fraction = 1`);
    await client.query(`DECLARE results NO SCROLL CURSOR FOR ${selectResults}`, [searchId]);
    for (;;) {
      // Rows as arrays: there are tens of thousands.
      const { rows } = await client.query<ResultRow>({
        text: `FETCH ${fetched} FROM results`,
        rowMode: 'array',
      });
      addResults(results, rows);
      if (rows.length < fetched) break;
    }
    await client.query('COMMIT');
    client.release();
    return results;
  } catch (error) {
    // Whatever state it is in: another takes its place.
    client.release(true);
    throw error;
  }
}

function addResults(results: TrialResult[], rows: readonly ResultRow[]): void {
  for (const row of rows) {
    const [trial, status, trialReason, params, weightCount, repeat, fold, state, ...figures] = row;
    const [validation, training, epochs, seconds, reason] = figures;
    let result = results.at(-1);
    if (result?.trial !== trial) {
      result = { trial, status, reason: trialReason, params, weightCount, folds: [] };
      results.push(result);
    }
    result.folds.push({ repeat, fold, state, validation, training, epochs, seconds, reason });
  }
}

/** One trial with all that is known of its fold runs, curves included; `null` where there is none. */
export async function loadTrial(db: Database, searchId: string, number: number): Promise<TrialRecord | null> {
  const [trial, foldRuns] = await db.prisma.$transaction(
    [
      db.prisma.trial.findUnique({
        where: { searchId_number: { searchId, number } },
        include: { search: { select: { trainer: true } } },
      }),
      db.prisma.foldRun.findMany({
        where: { searchId, trial: number },
        orderBy: [{ repeat: 'asc' }, { fold: 'asc' }],
        include: {
          result: { include: { record: { select: { curves: true } } } },
          rungs: { select: { rung: true, seconds: true }, orderBy: { rung: 'asc' } },
        },
      }),
    ],
    { isolationLevel: 'RepeatableRead' },
  );
  if (!trial) return null;
  return {
    search: searchId,
    trial: number,
    status: trial.state,
    reason: trial.reason,
    note: trial.note,
    params: trial.params as unknown as TrialParams,
    weightCount: trial.search.trainer === 'external' ? null : Number(trial.weightCount),
    folds: foldRuns.map(({ result, rungs, ...run }) => ({
      repeat: run.repeat,
      fold: run.fold,
      state: run.state,
      attempt: run.attempt,
      reason: run.reason,
      seed: result?.seed ?? null,
      engine: result?.engine ?? null,
      engineVersion: result?.engineVersion ?? null,
      worker: run.worker,
      rows: result && { training: result.trainingRows, validation: result.validationRows },
      validation: (result?.validation ?? null) as NamedScores | null,
      training: (result?.training ?? null) as NamedScores | null,
      confusion: (result?.confusion ?? null) as number[][] | null,
      epochs: result?.epochs ?? null,
      curves: (result?.record?.curves ?? null) as Curves | null,
      seconds:
        result === null && rungs.length === 0
          ? null
          : rungs.reduce(
              (sum, { rung, seconds }) => sum + (rung < run.rung ? seconds : 0),
              result?.seconds ?? 0,
            ),
      startedAt: run.startedAt?.toISOString() ?? null,
      finishedAt: run.finishedAt?.toISOString() ?? null,
    })),
  };
}

export interface FoldPredictions {
  repeat: number;
  fold: number;
  /** Validation rows × outputs, in the order of the validation rows; `null` where training diverged. */
  predictions: Float32Array | null;
}

/**
 * Out-of-fold predictions, fold run by fold run in the order of repeat and fold; `limit` counts fold runs.
 *
 * @throws InvalidCursorError
 */
export async function loadPredictions(
  db: Database,
  searchId: string,
  trial: number,
  { limit, cursor }: { limit: number; cursor?: string | null },
): Promise<{ items: FoldPredictions[]; nextCursor: string | null }> {
  const [, repeat, fold] = /^(\d{1,4})\.(\d{1,4})$/.exec(cursor ?? '0.0') ?? [];
  if (repeat === undefined || fold === undefined) {
    throw new InvalidCursorError(
      'The cursor is not one from this list: leave it out to begin with the first fold.',
    );
  }
  const from = { repeat: Number(repeat), fold: Number(fold) };
  const found = await db.prisma.foldRecord.findMany({
    where: {
      searchId,
      trial,
      OR: [{ repeat: { gt: from.repeat } }, { repeat: from.repeat, fold: { gte: from.fold } }],
    },
    select: { repeat: true, fold: true, predictions: true },
    orderBy: [{ repeat: 'asc' }, { fold: 'asc' }],
    take: limit + 1,
  });
  const next = found[limit];
  return {
    items: found.slice(0, limit).map((row) => ({
      repeat: row.repeat,
      fold: row.fold,
      // A copy, since a view needs its bytes at an address that four divides.
      predictions: row.predictions && new Float32Array(Uint8Array.from(row.predictions).buffer),
    })),
    nextCursor: next ? `${next.repeat}.${next.fold}` : null,
  };
}
