import type { AnyResolvedSpec } from '@holdfast/contracts/any-spec';
import type pg from 'pg';
import type { Database } from './open-database.ts';
import { arrayLiteral, findSearch, type NewTrial, type SearchRecord } from './searches.ts';
import { toStrictJson } from './strict-json.ts';

/** Hands out nothing more until it is resumed; what is being trained is finished. `null`: there is no such search. */
export function pauseSearch(db: Database, id: string): Promise<SearchRecord | 'over' | null> {
  return change(db, id, 'SELECT pause_search($1) AS outcome');
}

/** Lets a paused search go on. `null`: there is no such search. */
export function resumeSearch(db: Database, id: string): Promise<SearchRecord | 'over' | null> {
  return change(db, id, 'SELECT resume_search($1) AS outcome');
}

async function change(db: Database, id: string, query: string): Promise<SearchRecord | 'over' | null> {
  const { rows } = await db.pool.query<{ outcome: string }>(query, [id]);
  const { outcome } = rows[0]!;
  if (outcome === 'over') return 'over';
  return outcome === 'absent' ? null : findSearch(db, id);
}

/** Ends the searches whose seconds are spent, by the database's clock. @returns how many */
export async function endOverdueSearches(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ count: number }>('SELECT end_overdue_searches() AS count');
  return rows[0]!.count;
}

/**
 * A trial of the user's own, with the next free number. No decision of the strategy sees it.
 *
 * @param request names what is asked: asked again, it is not done again
 * @returns its number; `null` where the search is over, or there is none
 */
export async function addOwnTrial(
  db: Database,
  id: string,
  trial: NewTrial & { note: string | null },
  request: string,
): Promise<number | null> {
  return writeOwnTrial(db.pool, id, trial, request);
}

/** The same on a connection, in a transaction say. */
export async function writeOwnTrial(
  connection: Pick<pg.PoolClient, 'query'>,
  id: string,
  trial: NewTrial & { note: string | null },
  request: string,
): Promise<number | null> {
  const { params, weightCount, cost, note, foldRuns } = trial;
  const written = toStrictJson(
    { proposal: null, params, weightCount, cost, note, released: foldRuns.length, untilEpoch: null },
    'trial',
  );
  const { rows } = await connection.query<{ number: number | null }>(
    'SELECT add_own_trial($1, $2, $3, $4, $5) AS number',
    [id, written, ...foldRunColumns(foldRuns), request],
  );
  return rows[0]!.number;
}

/**
 * Gives a search more trials; one that has completed goes on. `trials` are inserted at once, the others of `more` are
 * to come.
 *
 * @param request names what is asked: asked again, it is not done again
 * @param extension.planned how many trials the strategy had before
 * @returns `'changed'`: it was extended by another meanwhile; `'over'`: it failed, was cancelled, or has no time left
 */
export async function extendSearch(
  db: Database,
  id: string,
  extension: {
    planned: number;
    more: number;
    spec: AnyResolvedSpec;
    trials: Omit<NewTrial, 'foldRuns'>[];
    foldRuns: { repeat: number; fold: number }[];
  },
  request: string,
): Promise<'extended' | 'changed' | 'over' | 'absent'> {
  const { planned, more, spec, trials, foldRuns } = extension;
  const written = trials.map(({ params, weightCount, cost, released, untilEpoch }, place) => ({
    proposal: planned + place,
    params,
    weightCount,
    cost,
    released: released ?? foldRuns.length,
    untilEpoch: untilEpoch ?? null,
  }));
  const { rows } = await db.pool.query<{ outcome: 'extended' | 'changed' | 'over' | 'absent' }>(
    'SELECT extend_search($1, $2, $3, $4, $5, $6, $7, $8) AS outcome',
    [
      id,
      planned,
      more,
      toStrictJson(spec, 'spec'),
      toStrictJson(written, 'trials'),
      ...foldRunColumns(foldRuns),
      request,
    ],
  );
  return rows[0]!.outcome;
}

/** What a request has done to a search, if anything: the trial that it added, or `null` for an extension. */
export async function findRequest(
  db: Database,
  id: string,
  request: string,
): Promise<{ trial: number | null } | null> {
  return db.prisma.searchRequest.findUnique({
    where: { searchId_request: { searchId: id, request } },
    select: { trial: true },
  });
}

function foldRunColumns(foldRuns: readonly { repeat: number; fold: number }[]): [string, string] {
  return [arrayLiteral(foldRuns.map(({ repeat }) => repeat)), arrayLiteral(foldRuns.map(({ fold }) => fold))];
}
