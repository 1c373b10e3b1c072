import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { FoldRunKey } from '@holdfast/contracts/jobs';
import type { NamedScores } from '@holdfast/contracts/metrics';
import type { Curves } from '@holdfast/contracts/trial';
import type { Database } from './open-database.ts';
import { type PackedFoldResult, packFoldResult } from './pack-fold-results.ts';
import { arrayLiteral } from './searches.ts';

/** A fold run that waits for a worker. */
export type RunnableFoldRun = FoldRunKey & {
  search: string;
  /** Estimated multiply-adds. */
  cost: number;
  /** It was begun before: lost with its worker, or given back. */
  again: boolean;
};

/** The right to train a fold run, until the lease ends; `attempt` tells it from earlier and later ones. */
export type Claim = FoldRunKey & {
  attempt: number;
  params: Hyperparameters;
  /** Where this rung ends; `null`: with the training. */
  untilEpoch: number | null;
  /** From 0; above it there may be a checkpoint of the one before. */
  rung: number;
};

/** A claim by its names alone. */
export type ClaimKey = FoldRunKey & { search: string; attempt: number };

export interface FoldResultInput {
  /** Why a score is null; null where none is. */
  reason: string | null;
  seed: string;
  engine: string;
  engineVersion: string;
  validation: NamedScores;
  training: NamedScores;
  /** Rows: truth; classification alone. */
  confusion: number[][] | null;
  epochs: number;
  rows: { training: number; validation: number };
  seconds: number;
  startedAt: Date;
  finishedAt: Date;
  curves: Curves;
  /** Validation rows × outputs; null where training diverged. */
  predictions: Float32Array | null;
  /** From where a later rung goes on; not kept with the last one's result. */
  checkpoint?: Uint8Array | null;
}

/**
 * Takes up to `limit` fold runs for publication and marks them as published, in one statement: two that call at
 * once never get the same. Those that were begun before come first; then searches take turns, those with least in
 * flight first; within a search the order is that of the trials. One that was published and not claimed comes again after `republishAfterSeconds`.
 */
export async function takeRunnable(
  db: Database,
  {
    limit,
    searchIds,
    republishAfterSeconds,
  }: { limit: number; searchIds?: string[]; republishAfterSeconds: number },
): Promise<RunnableFoldRun[]> {
  const { rows } = await db.pool.query<RunnableFoldRun>(
    `WITH open_searches AS MATERIALIZED (
       SELECT s.id, s.created_at, s.concurrency, (
         SELECT count(*) FROM fold_runs f
         WHERE f.search_id = s.id
           AND (f.state = 'running' OR (f.state = 'queued' AND f.published_at IS NOT NULL))
           AND (f.state = 'running' OR f.published_at >= now() - $3 * interval '1 second')
       ) AS in_flight
       FROM searches s
       -- What somebody else trains is asked for, and never published.
       WHERE s.status IN ('queued', 'running') AND s.trainer = 'holdfast' AND ($2::text[] IS NULL OR s.id = ANY ($2))
     ),
     candidates AS MATERIALIZED (
       SELECT o.id AS search, c.trial, c.repeat, c.fold, c.again, o.created_at, o.concurrency,
         o.in_flight + row_number() OVER (PARTITION BY o.id ORDER BY c.trial, c.repeat, c.fold) AS turn
       FROM open_searches o CROSS JOIN LATERAL (
         (SELECT t.number AS trial, f.repeat, f.fold, f.again
          FROM trials t CROSS JOIN LATERAL (
            SELECT r.repeat, r.fold, r.attempt > r.rung AS again FROM fold_runs r
            WHERE r.search_id = t.search_id AND r.trial = t.number
              AND r.state = 'queued' AND r.published_at IS NULL AND NOT r.held
            ORDER BY r.repeat, r.fold
          ) f
          WHERE t.search_id = o.id AND t.state IN ('waiting', 'running')
          ORDER BY t.number, f.repeat, f.fold LIMIT $1)
         UNION ALL
         (SELECT f.trial, f.repeat, f.fold, f.attempt > f.rung FROM fold_runs f
          WHERE f.search_id = o.id AND f.state = 'queued' AND f.published_at IS NOT NULL
            AND f.published_at < now() - $3 * interval '1 second'
          ORDER BY f.trial, f.repeat, f.fold LIMIT $1)
       ) c
       ORDER BY c.again DESC, turn, o.created_at, o.id LIMIT $1
     ),
     locked AS MATERIALIZED (
       SELECT c.* FROM candidates c
       JOIN fold_runs f ON f.search_id = c.search AND f.trial = c.trial AND f.repeat = c.repeat AND f.fold = c.fold
       -- Said again: what changed since the candidates were read is checked anew once its row is locked.
       WHERE f.state = 'queued' AND NOT f.held AND (c.concurrency IS NULL OR c.turn <= c.concurrency)
         AND (f.published_at IS NULL OR f.published_at < now() - $3 * interval '1 second')
       FOR UPDATE OF f SKIP LOCKED
     ),
     published AS (
       UPDATE fold_runs f SET published_at = clock_timestamp() FROM locked l
       WHERE f.search_id = l.search AND f.trial = l.trial AND f.repeat = l.repeat AND f.fold = l.fold
       RETURNING l.search, l.trial, l.repeat, l.fold, l.again, l.turn, l.created_at
     )
     SELECT p.search, p.trial, p.repeat, p.fold, t.cost, p.again
     FROM published p JOIN trials t ON t.search_id = p.search AND t.number = p.trial
     ORDER BY p.again DESC, p.turn, p.created_at, p.search`,
    [limit, searchIds ?? null, republishAfterSeconds],
  );
  return rows;
}

/**
 * Claims those of `foldRuns` that are queued still; the others are missing from the answer. Starts the search and
 * the trials where it is the first.
 */
export async function claimFoldRuns(
  db: Database,
  claim: { worker: string; search: string; foldRuns: readonly FoldRunKey[]; leaseSeconds: number },
): Promise<Claim[]> {
  const { rows } = await db.pool.query<Claim>(
    'SELECT trial, repeat, fold, attempt, params, "untilEpoch", rung FROM claim_fold_runs($1, $2, $3, $4, $5, $6)',
    [claim.search, claim.worker, claim.leaseSeconds, ...keyColumns(claim.foldRuns)],
  );
  return rows;
}

/**
 * Renews the leases of a worker by the database's clock.
 *
 * @returns the claims that are lost to it: cancelled, expired and taken over, or deleted
 */
export async function renewLeases<T extends ClaimKey>(
  db: Database,
  { worker, leaseSeconds, claims }: { worker: string; leaseSeconds: number; claims: readonly T[] },
): Promise<T[]> {
  if (claims.length === 0) return [];
  const { rows } = await db.pool.query<Omit<ClaimKey, 'attempt'>>(
    'SELECT search, trial, repeat, fold FROM renew_leases($1, $2, $3, $4, $5, $6, $7)',
    [worker, leaseSeconds, claims.map(({ search }) => search), ...keyColumns(claims), attempts(claims)],
  );
  const name = ({ search, trial, repeat, fold }: Omit<ClaimKey, 'attempt'>) =>
    `${search} ${trial} ${repeat} ${fold}`;
  const renewed = new Set(rows.map(name));
  return claims.filter((claim) => !renewed.has(name(claim)));
}

/**
 * Hands in results of one search, in one statement. Each is taken where its attempt still holds the fold run; then its
 * trial, and the search, are completed where it was their last. Otherwise it is late, counted, and dropped.
 *
 * @returns what became of each, in their order
 */
export async function acceptFoldResults(
  db: Database,
  { search, worker, results }: { search: string; worker: string; results: readonly PackedFoldResult[] },
): Promise<('accepted' | 'late')[]> {
  const { rows } = await db.pool.query<{ outcomes: ('accepted' | 'late')[] }>(
    'SELECT accept_fold_results($1, $2, $3, $4, $5) AS outcomes',
    [
      search,
      worker,
      `[${results.map(({ json }) => json).join(',')}]`,
      Buffer.concat(results.map(({ predictions }) => predictions)),
      Buffer.concat(results.map(({ checkpoint }) => checkpoint)),
    ],
  );
  return rows[0]!.outcomes;
}

/** @throws RangeError for a figure that is not finite */
export async function acceptFoldResult(
  db: Database,
  { search, worker, result, ...key }: ClaimKey & { worker: string; result: FoldResultInput },
): Promise<'accepted' | 'late'> {
  const [outcome] = await acceptFoldResults(db, { search, worker, results: [packFoldResult(key, result)] });
  return outcome!;
}

/**
 * Ends an attempt without result. The trial's own errors get one retry, then the fold run and its trial fail and
 * the trial's other fold runs are cancelled. Losses of infrastructure are borne twenty times.
 */
export async function failFoldRun(
  db: Database,
  failure: ClaimKey & { worker: string; reason: string; kind: 'trial' | 'infrastructure' },
): Promise<'requeued' | 'failed' | 'late'> {
  const { search, trial, repeat, fold, attempt, worker, kind, reason } = failure;
  const { rows } = await db.pool.query<{ outcome: 'requeued' | 'failed' | 'late' }>(
    'SELECT fail_fold_run($1, $2, $3, $4, $5, $6, $7, $8) AS outcome',
    [search, trial, repeat, fold, attempt, worker, kind === 'infrastructure', reason],
  );
  return rows[0]!.outcome;
}

/** Hands back what a worker will not finish: queued again at once, and nothing is counted against it. */
export async function giveBackFoldRuns(
  db: Database,
  { worker, claims }: { worker: string; claims: readonly ClaimKey[] },
): Promise<void> {
  for (const search of new Set(claims.map((claim) => claim.search))) {
    const own = claims.filter((claim) => claim.search === search);
    await db.pool.query('SELECT give_back_fold_runs($1, $2, $3, $4, $5, $6)', [
      search,
      worker,
      ...keyColumns(own),
      attempts(own),
    ]);
  }
}

/** Queues again what the leases of lost workers held, by the database's clock. @returns how many fold runs */
export async function expireLeases(db: Database): Promise<number> {
  const { rows } = await db.pool.query<{ search: string }>(
    // The condition of the partial index comes first and whole, so that it is used.
    `SELECT DISTINCT search_id AS search FROM fold_runs
     WHERE (state = 'running' OR (state = 'queued' AND published_at IS NOT NULL))
       AND state = 'running' AND lease_until < clock_timestamp()`,
  );
  let expired = 0;
  for (const { search } of rows) {
    const { rows: counted } = await db.pool.query<{ count: number }>('SELECT expire_leases($1) AS count', [
      search,
    ]);
    expired += counted[0]!.count;
  }
  return expired;
}

function keyColumns(keys: readonly FoldRunKey[]): [string, string, string] {
  return [
    arrayLiteral(keys.map(({ trial }) => trial)),
    arrayLiteral(keys.map(({ repeat }) => repeat)),
    arrayLiteral(keys.map(({ fold }) => fold)),
  ];
}

function attempts(claims: readonly ClaimKey[]): string {
  return arrayLiteral(claims.map(({ attempt }) => attempt));
}

/** What a training had come to at its latest rung; `null` where that is lost: it then starts from the beginning. */
export async function loadCheckpoint(
  db: Database,
  { search, trial, repeat, fold }: FoldRunKey & { search: string },
): Promise<Uint8Array | null> {
  const row = await db.prisma.checkpoint.findUnique({
    where: { searchId_trial_repeat_fold: { searchId: search, trial, repeat, fold } },
    select: { bytes: true },
  });
  return row?.bytes ?? null;
}
