import type { TrialParams } from '@holdfast/contracts/trial-params';
import type { Database } from './open-database.ts';
import { writeOwnTrial } from './search-control.ts';
import { type NewSearch, type NewTrial, writeWithNested } from './searches.ts';
import { inTransaction } from './transaction.ts';

/**
 * Searches of our own workers that are of an older numerics version and not over, or something nested in them is not:
 * in the order in which they were made. What is nested in another search goes with that one.
 */
export async function listOutdated(db: Database, numericsVersion: number): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    `SELECT s.id FROM searches s
     WHERE s.numerics_version < $1 AND s.trainer = 'holdfast' AND s.nested_in IS NULL AND (
       s.status IN ('queued', 'running', 'paused') OR EXISTS (
         SELECT FROM searches n WHERE n.nested_in = s.id AND n.status IN ('queued', 'running', 'paused')))
     ORDER BY s.created_at, s.id`,
    [numericsVersion],
  );
  return rows.map(({ id }) => id);
}

export interface OwnTrialRecord {
  number: number;
  params: TrialParams;
  note: string | null;
}

/** The trials that users have added to a search, in their order. */
export async function listOwnTrials(db: Database, search: string): Promise<OwnTrialRecord[]> {
  const rows = await db.prisma.trial.findMany({
    where: { searchId: search, proposal: null },
    select: { number: true, params: true, note: true },
    orderBy: { number: 'asc' },
  });
  return rows as unknown as OwnTrialRecord[];
}

/** How many own trials and extensions have been asked of a search: the same number, the same spec and own trials. */
export async function countRequests(db: Database, search: string): Promise<number> {
  return db.prisma.searchRequest.count({ where: { searchId: search } });
}

/**
 * Makes a search that takes the place of another, with own trials, paused where that one is, and cancels that one with a
 * reason: all of it or nothing. Of several who try at once one does it.
 *
 * @param made.requests of the old search, counted before its spec and own trials were read
 * @returns `'over'`: nothing of the old one was open any more; `'changed'`: more was asked of it meanwhile. Nothing is made
 *   then.
 * @throws what `insertSearch` throws of Postgres
 */
export async function startAgain(
  db: Database,
  old: string,
  made: {
    search: NewSearch;
    ownTrials: (NewTrial & { note: string | null; request: string })[];
    requests: number;
    reason: string;
  },
): Promise<'restarted' | 'over' | 'changed'> {
  const { search, ownTrials, requests, reason } = made;
  return inTransaction(db, async (client) => {
    const { rows } = await client.query<{ open: boolean; paused: boolean; requests: number }>(
      'SELECT open, paused, requests FROM lock_to_start_again($1)',
      [old],
    );
    const [standing] = rows;
    if (!standing?.open) return 'over';
    if (standing.requests !== requests) return 'changed';
    await writeWithNested(client, search);
    for (const { request, ...trial } of ownTrials) await writeOwnTrial(client, search.id, trial, request);
    if (standing.paused) await client.query('SELECT pause_search($1)', [search.id]);
    await client.query(`SELECT end_with_nested($1, 'cancelled', $2)`, [old, reason]);
    return 'restarted';
  });
}

/** Ends a search that cannot start again, and all that is nested in it, as failed. @returns whether anything was open */
export async function failOutdated(db: Database, id: string, reason: string): Promise<boolean> {
  const { rows } = await db.pool.query<{ outcome: 'ended' | 'over' | 'absent' }>(
    `SELECT end_with_nested($1, 'failed', $2) AS outcome`,
    [id, reason],
  );
  return rows[0]!.outcome === 'ended';
}
