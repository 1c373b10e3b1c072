import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { TestProtocol } from '@holdfast/contracts/dataset';
import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Metric } from '@holdfast/contracts/metrics';
import type { Opening, Promised, Reveal, RevealedTrial, RevealState } from '@holdfast/contracts/reveal';
import type { ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import { appendEntry } from './ledger.ts';
import { hashContent } from './ledger-chain.ts';
import type { Database } from './open-database.ts';
import { setPoolBudget } from './test-pools.ts';
import { inTransaction } from './transaction.ts';

/**
 * All that an evaluation depends on, beside the training rows and what a ladder has shown before; its hash is on the
 * ledger before it begins.
 */
export interface RevealOrder {
  search: string;
  /** That of the rows; `reveal` where it is not there. */
  protocol?: TestProtocol;
  metric: Metric;
  trials: {
    trial: number;
    params: Hyperparameters;
    foldEpochs: number[];
    validation: Promised;
  }[];
  /** As for the models that are delivered. */
  spec: Pick<ResolvedSearchSpec, 'seed' | 'earlyStopping' | 'refit'>;
}

export interface RevealResult {
  trials: RevealedTrial[];
  /** `null` on a ladder. */
  opening: Opening | null;
}

export type RevealRefusal =
  | { outcome: 'absent' | 'no-test' }
  | { outcome: 'running'; status: string }
  | { outcome: 'ladder-elsewhere'; dataset: string; isThere: boolean }
  | { outcome: 'missing-trial'; trial: number }
  | { outcome: 'spent' | 'repeated'; revealsUsed: number; revealBudget: number; earlier: Reveal[] };

/**
 * Buys the evaluation of trials on the locked rows of a search's data: charges the budget, writes the ledger's entry
 * and the order to the evaluator, all of it or nothing. Locks search, pool and ledger, in this order.
 */
export async function requestReveal(
  db: Database,
  id: string,
  asked: Omit<RevealOrder, 'protocol'>,
): Promise<{ outcome: 'accepted'; reveal: Reveal } | RevealRefusal> {
  return inTransaction(db, async (client) => {
    const { rows: searches } = await client.query<{ status: string; dataset_id: string }>(
      'SELECT status, dataset_id FROM searches WHERE id = $1 FOR NO KEY UPDATE',
      [asked.search],
    );
    const search = searches[0];
    if (!search) return { outcome: 'absent' };
    if (['queued', 'running', 'paused'].includes(search.status))
      return { outcome: 'running', status: search.status };
    const { rows: pools } = await client.query<{
      id: string;
      reveal_budget: number;
      reveals_used: number;
      protocol: TestProtocol;
      ladder_dataset: string | null;
      ladder_is_there: boolean;
      commitment: string;
    }>(
      `SELECT p.id, p.reveal_budget, p.reveals_used, p.protocol, p.ladder_dataset, d.commitment,
         EXISTS (SELECT FROM datasets l WHERE l.id = p.ladder_dataset) AS ladder_is_there
       FROM locked.dataset_pools dp JOIN locked.pools p ON p.id = dp.pool_id JOIN datasets d ON d.id = dp.dataset_id
       WHERE dp.dataset_id = $1 FOR UPDATE OF p`,
      [search.dataset_id],
    );
    const pool = pools[0];
    if (!pool) return { outcome: 'no-test' };
    if (pool.ladder_dataset !== null && pool.ladder_dataset !== search.dataset_id)
      return { outcome: 'ladder-elsewhere', dataset: pool.ladder_dataset, isThere: pool.ladder_is_there };
    const order: RevealOrder = { ...asked, protocol: pool.protocol };
    const { rows: trials } = await client.query<{ number: number; state: string }>(
      'SELECT number, state FROM trials WHERE search_id = $1 AND number = ANY ($2)',
      [order.search, order.trials.map(({ trial }) => trial)],
    );
    const completed = new Set(
      trials.filter(({ state }) => state === 'completed').map(({ number }) => number),
    );
    const missing = order.trials.find(({ trial }) => !completed.has(trial));
    if (missing) return { outcome: 'missing-trial', trial: missing.trial };

    const earlier = (
      await client.query<RevealRow>(`${selectReveals} WHERE r.pool_id = $1 ORDER BY r.created_at, r.id`, [
        pool.id,
      ])
    ).rows.map(toReveal);
    const { reveals_used: revealsUsed, reveal_budget: revealBudget } = pool;
    const wanted = new Set(order.trials.map(({ trial }) => trial));
    const repeated = earlier.filter(
      (reveal) =>
        reveal.search === order.search &&
        reveal.status !== 'failed' &&
        reveal.trials.some(({ trial }) => wanted.has(trial)),
    );
    if (repeated.length > 0) return { outcome: 'repeated', revealsUsed, revealBudget, earlier: repeated };
    const cost = order.trials.length;
    if (revealsUsed + cost > revealBudget) return { outcome: 'spent', revealsUsed, revealBudget, earlier };

    await setPoolBudget(client, pool.id, { revealBudget, revealsUsed: revealsUsed + cost });
    const request = canonicalJson(order);
    const requestHash = hashContent(request);
    const entry = await appendEntry(client, {
      kind: 'reveal',
      dataset: search.dataset_id,
      data: {
        reveal: id,
        search: order.search,
        trials: order.trials.map(({ trial }) => trial),
        trialsHash: requestHash,
        protocol: pool.protocol,
        commitment: pool.commitment,
        revealsUsed: revealsUsed + cost,
        revealBudget,
      },
    });
    await client.query(
      `INSERT INTO locked.reveals (id, search_id, dataset_id, pool_id, request, request_hash, cost, ledger_entry)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [id, order.search, search.dataset_id, pool.id, request, requestHash, cost, entry.number],
    );
    const { rows } = await client.query<RevealRow>(`${selectReveals} WHERE r.id = $1`, [id]);
    return { outcome: 'accepted', reveal: toReveal(rows[0]!) };
  });
}

/** Of a search, newest first. */
export async function listReveals(db: Database, search: string): Promise<Reveal[]> {
  const { rows } = await db.pool.query<RevealRow>(
    `${selectReveals} WHERE r.search_id = $1 ORDER BY r.created_at DESC, r.id DESC`,
    [search],
  );
  return rows.map(toReveal);
}

export async function findReveal(db: Database, id: string): Promise<Reveal | null> {
  const { rows } = await db.pool.query<RevealRow>(`${selectReveals} WHERE r.id = $1`, [id]);
  return rows[0] ? toReveal(rows[0]) : null;
}

/** The budget of a data set's rows, raised. `'lower'`: it is not more than what they have. */
export async function raiseRevealBudget(
  db: Database,
  datasetId: string,
  revealBudget: number,
): Promise<'raised' | 'lower' | 'no-test'> {
  return inTransaction(db, async (client) => {
    const { rows } = await client.query<{ id: string; reveal_budget: number; reveals_used: number }>(
      `SELECT p.id, p.reveal_budget, p.reveals_used
       FROM locked.dataset_pools dp JOIN locked.pools p ON p.id = dp.pool_id WHERE dp.dataset_id = $1 FOR UPDATE OF p`,
      [datasetId],
    );
    const pool = rows[0];
    if (!pool) return 'no-test';
    if (revealBudget <= pool.reveal_budget) return 'lower';
    await setPoolBudget(client, pool.id, { revealBudget, revealsUsed: pool.reveals_used });
    await appendEntry(client, {
      kind: 'budget',
      dataset: datasetId,
      data: { from: pool.reveal_budget, to: revealBudget, revealsUsed: pool.reveals_used },
    });
    return 'raised';
  });
}

export interface ClaimedReveal {
  id: string;
  attempt: number;
  dataset: string;
  order: RevealOrder;
  requestHash: string;
  ledgerEntry: number;
}

/**
 * The oldest reveal that nobody works on, for `leaseSeconds`; `null` where there is none. Of the same rows one at a time:
 * what a ladder answers depends on those before. For the evaluator.
 */
export async function claimReveal(db: Database, leaseSeconds: number): Promise<ClaimedReveal | null> {
  const { rows } = await db.pool.query<{
    id: string;
    attempt: number;
    dataset_id: string;
    request: RevealOrder;
    request_hash: string;
    ledger_entry: number;
  }>(
    `UPDATE locked.reveals SET
       status = 'running', attempt = attempt + 1, lease_until = clock_timestamp() + $1 * interval '1 second'
     WHERE id = (
       SELECT id FROM locked.reveals o
       WHERE (status = 'queued' OR (status = 'running' AND lease_until < clock_timestamp()))
         AND NOT EXISTS (
           SELECT FROM locked.reveals e
           WHERE e.pool_id = o.pool_id AND e.ledger_entry < o.ledger_entry AND e.status IN ('queued', 'running'))
       ORDER BY ledger_entry LIMIT 1 FOR UPDATE OF o SKIP LOCKED)
     RETURNING id, attempt, dataset_id, request, request_hash, ledger_entry`,
    [leaseSeconds],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    id: row.id,
    attempt: row.attempt,
    dataset: row.dataset_id,
    order: row.request,
    requestHash: row.request_hash,
    ledgerEntry: row.ledger_entry,
  };
}

/** Writes the one result of a reveal, with its entry. @returns `'late'` where another attempt has it */
export async function completeReveal(
  db: Database,
  { id, attempt, dataset }: Pick<ClaimedReveal, 'id' | 'attempt' | 'dataset'>,
  result: RevealResult,
): Promise<'accepted' | 'late'> {
  const text = canonicalJson(result);
  return inTransaction(db, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE locked.reveals SET status = 'completed', result = $3, lease_until = NULL, finished_at = clock_timestamp()
       WHERE id = $1 AND attempt = $2 AND status = 'running'`,
      [id, attempt, text],
    );
    if (rowCount !== 1) return 'late';
    await appendEntry(client, {
      kind: 'result',
      dataset,
      data: { reveal: id, resultHash: hashContent(text) },
    });
    return 'accepted';
  });
}

/** Ends a reveal that cannot be made. Its cost stays spent: nobody can tell what was seen. */
export async function failReveal(
  db: Database,
  { id, attempt, dataset }: Pick<ClaimedReveal, 'id' | 'attempt' | 'dataset'>,
  reason: string,
): Promise<void> {
  await inTransaction(db, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE locked.reveals SET status = 'failed', reason = $3, lease_until = NULL, finished_at = clock_timestamp()
       WHERE id = $1 AND attempt = $2 AND status = 'running'`,
      [id, attempt, reason],
    );
    if (rowCount === 1)
      await appendEntry(client, { kind: 'result', dataset, data: { reveal: id, failed: reason } });
  });
}

const selectReveals = `
  SELECT r.id, r.search_id, r.dataset_id, r.status, r.reason, r.request, r.result, r.ledger_entry, r.created_at,
    r.finished_at, p.reveals_used, p.reveal_budget,
    (SELECT number FROM locked.ledger l
      WHERE l.content::json ->> 'dataset' = r.dataset_id AND l.content::json ->> 'kind' = 'result'
        AND l.content::json -> 'data' ->> 'reveal' = r.id) AS result_entry
  FROM locked.reveals r JOIN locked.pools p ON p.id = r.pool_id`;

interface RevealRow {
  id: string;
  search_id: string;
  dataset_id: string;
  status: RevealState;
  reason: string | null;
  request: RevealOrder;
  result: RevealResult | null;
  ledger_entry: number;
  result_entry: number | null;
  created_at: Date;
  finished_at: Date | null;
  reveals_used: number;
  reveal_budget: number;
}

function toReveal(row: RevealRow): Reveal {
  const waiting = row.request.trials.map(
    ({ trial, validation }): RevealedTrial => ({
      trial,
      parametersDigest: null,
      validation,
      test: null,
      verdict: null,
      reason: null,
    }),
  );
  return {
    id: row.id,
    search: row.search_id,
    dataset: row.dataset_id,
    status: row.status,
    reason: row.reason,
    protocol: row.request.protocol ?? 'reveal',
    metric: row.request.metric,
    trials: row.result?.trials ?? waiting,
    opening: row.result?.opening ?? null,
    revealsUsed: row.reveals_used,
    revealBudget: row.reveal_budget,
    ledgerEntry: row.ledger_entry,
    resultEntry: row.result_entry,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
