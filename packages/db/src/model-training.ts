import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { chunksOf } from './byte-chunks.ts';
import type { FoldModelResult } from './fold-models.ts';
import type { ModelResult, ModelTraining } from './models.ts';
import type { Database } from './open-database.ts';
import { toStrictJson } from './strict-json.ts';
import { inTransaction } from './transaction.ts';

// The transitions of a model: queued ⇄ running → completed | failed. Each is one statement, or one transaction on one
// connection, and holds only while the attempt that it names is the current one. Times are the database's.

// As for fold runs: what fails by itself will do so again, but for a rare accident; a lost worker says nothing.
const ownRetries = 1;
const lossesBorne = 20;

/** The right to train a model, until the lease ends; `attempt` tells it from earlier and later ones. */
export interface ModelClaim {
  id: string;
  attempt: number;
  searchId: string;
  trial: number;
  datasetId: string;
  params: Hyperparameters;
  training: ModelTraining;
  /** Whose training is to be done once more; `null`: a final model. */
  fold: { repeat: number; fold: number } | null;
}

export interface ModelClaimKey {
  id: string;
  attempt: number;
  worker: string;
}

/**
 * Takes up to `limit` queued models for publication, oldest first: two that call at once never get the same. One that was
 * published and not claimed comes again after `republishAfterSeconds`.
 */
export async function takeRunnableModels(
  db: Database,
  { limit, republishAfterSeconds }: { limit: number; republishAfterSeconds: number },
): Promise<string[]> {
  const { rows } = await db.pool.query<{ id: string }>(
    `WITH taken AS (
       SELECT id FROM models
       WHERE state IN ('queued', 'running') AND state = 'queued'
         AND (published_at IS NULL OR published_at < now() - $2 * interval '1 second')
       ORDER BY created_at, id LIMIT $1 FOR UPDATE SKIP LOCKED
     )
     UPDATE models m SET published_at = clock_timestamp() FROM taken t WHERE m.id = t.id RETURNING m.id`,
    [limit, republishAfterSeconds],
  );
  return rows.map(({ id }) => id);
}

/** `null` where it is not to be had (any more). */
export async function claimModel(
  db: Database,
  { id, worker, leaseSeconds }: { id: string; worker: string; leaseSeconds: number },
): Promise<ModelClaim | null> {
  const { rows } = await db.pool.query<
    Omit<ModelClaim, 'fold'> & { repeat: number | null; fold: number | null }
  >(
    `WITH claimed AS (
       UPDATE models SET
         state = 'running', attempt = attempt + 1, worker = $2, started_at = clock_timestamp(),
         lease_until = clock_timestamp() + $3 * interval '1 second', revision = revision + 1
       WHERE id = $1 AND state = 'queued'
       RETURNING *
     )
     SELECT id, attempt, search_id AS "searchId", trial, repeat, fold, dataset_id AS "datasetId",
       description -> 'params' AS params, training, pg_notify('holdfast_search', id)
     FROM claimed`,
    [id, worker, leaseSeconds],
  );
  const claim = rows[0];
  if (!claim) return null;
  const { attempt, searchId, trial, repeat, fold, datasetId, params, training } = claim;
  return {
    id,
    attempt,
    searchId,
    trial,
    datasetId,
    params,
    training,
    fold: repeat === null || fold === null ? null : { repeat, fold },
  };
}

/** @returns false where the claim is lost: expired and taken over, or the model was deleted */
export async function renewModelLease(
  db: Database,
  { id, attempt, worker }: ModelClaimKey,
  leaseSeconds: number,
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `UPDATE models SET lease_until = clock_timestamp() + $4 * interval '1 second'
     WHERE id = $1 AND attempt = $2 AND worker = $3 AND state = 'running'`,
    [id, attempt, worker, leaseSeconds],
  );
  return rowCount === 1;
}

/** Hands in a trained model; it is taken where its attempt still holds. Otherwise it is late, and dropped. */
export async function acceptModel(
  db: Database,
  { id, attempt, worker }: ModelClaimKey,
  { result, digest, bytes }: { result: ModelResult | FoldModelResult; digest: string; bytes: Uint8Array },
): Promise<'accepted' | 'late'> {
  const written = toStrictJson(result, 'result');
  return inTransaction(db, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE models SET
         state = 'completed', result = $4, digest = $5, reason = NULL, lease_until = NULL,
         finished_at = clock_timestamp(), revision = revision + 1
       WHERE id = $1 AND attempt = $2 AND worker = $3 AND state = 'running'`,
      [id, attempt, worker, written, digest],
    );
    if (rowCount !== 1) return 'late';
    for (const chunk of chunksOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)))
      await client.query('INSERT INTO model_chunks (model_id, number, bytes) VALUES ($1, $2, $3)', [
        id,
        chunk.number,
        chunk.bytes,
      ]);
    await client.query(`SELECT pg_notify('holdfast_search', $1)`, [id]);
    return 'accepted';
  });
}

/**
 * Ends an attempt without a model. `diverged` is what these hyperparameters come to, and final; an error of the training's
 * own gets one retry, losses of infrastructure are borne twenty times.
 */
export async function failModel(
  db: Database,
  { id, attempt, worker }: ModelClaimKey,
  { kind, reason }: { kind: 'diverged' | 'training' | 'infrastructure'; reason: string },
): Promise<'requeued' | 'failed' | 'late'> {
  const [ended] = await endAttempts(
    db,
    'id = $1 AND attempt = $2 AND worker = $3',
    [id, attempt, worker],
    kind,
    reason,
  );
  return ended ?? 'late';
}

/** Queues again what the leases of lost workers held. @returns how many models */
export async function expireModelLeases(db: Database): Promise<number> {
  const ended = await endAttempts(
    db,
    'lease_until < clock_timestamp()',
    [],
    'infrastructure',
    'The lease ran out: the worker was lost, or stood still.',
  );
  return ended.length;
}

async function endAttempts(
  db: Database,
  which: string,
  values: readonly unknown[],
  kind: 'diverged' | 'training' | 'infrastructure',
  reason: string,
): Promise<('requeued' | 'failed')[]> {
  const [own, infrastructure] = [Number(kind === 'training'), Number(kind === 'infrastructure')];
  const next = values.length;
  const again = `(${kind !== 'diverged'}
    AND own_errors + ${own} <= ${ownRetries} AND infrastructure_losses + ${infrastructure} <= ${lossesBorne})`;
  const { rows } = await db.pool.query<{ outcome: 'requeued' | 'failed' }>(
    `WITH ended AS (
       UPDATE models SET
         own_errors = own_errors + ${own}, infrastructure_losses = infrastructure_losses + ${infrastructure},
         state = CASE WHEN ${again} THEN 'queued'::model_state ELSE 'failed' END,
         published_at = NULL, lease_until = NULL, reason = $${next + 1}, revision = revision + 1,
         worker = CASE WHEN ${again} THEN NULL ELSE worker END,
         finished_at = CASE WHEN ${again} THEN NULL ELSE clock_timestamp() END
       WHERE state = 'running' AND ${which}
       RETURNING id, state
     )
     SELECT CASE WHEN state = 'queued' THEN 'requeued' ELSE 'failed' END AS outcome,
       pg_notify('holdfast_search', id), pg_notify('holdfast_work', id)
     FROM ended`,
    [...values, reason],
  );
  return rows.map(({ outcome }) => outcome);
}

/** Hands back what a worker will not finish: queued again at once, and nothing is counted against it. */
export async function giveBackModel(db: Database, { id, attempt, worker }: ModelClaimKey): Promise<void> {
  await db.pool.query(
    `WITH given AS (
       UPDATE models SET
         state = 'queued', published_at = NULL, lease_until = NULL, worker = NULL, started_at = NULL,
         revision = revision + 1
       WHERE id = $1 AND attempt = $2 AND worker = $3 AND state = 'running' RETURNING id
     )
     SELECT pg_notify('holdfast_search', id), pg_notify('holdfast_work', id) FROM given`,
    [id, attempt, worker],
  );
}
