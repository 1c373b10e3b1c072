import { createHash } from 'node:crypto';
import type { TestProtocol } from '@holdfast/contracts/dataset';
import type { Database } from './open-database.ts';

type Client = Pick<Database['pool'], 'query'>;

/** Rows in common, as a share of the smaller test set, from which on two are one. */
const sameShare = 0.1;
/** Orders creations: two uploads of the same rows at once must find each other. */
const poolsLock = 1212958285;

/** The key with which rows are hashed, so that hashes tell nothing to whoever only has them. */
export async function loadHashKey(db: Database): Promise<Buffer> {
  const { rows } = await db.pool.query<{ key: Buffer }>('SELECT key FROM sealed.hash_key');
  return rows[0]!.key;
}

export interface TestPool {
  id: string;
  protocol: TestProtocol;
  /** The data set whose test rows the ladder stands on. */
  ladderDataset: string | null;
  revealBudget: number;
  revealsUsed: number;
  /** Whether these rows were there before, under whatever name. */
  reused: boolean;
}

interface NewPool {
  dataset: string;
  revealBudget: number;
  protocol: TestProtocol;
}

/**
 * The pool that a new data set's test rows belong to: an old one where at least a tenth of its test rows, or of the new
 * ones, stand on the other side too; the one with the least budget left where there are several. Otherwise a new one.
 *
 * @param hashes of all rows of the data set: another split of the same rows is found by them
 * @param testHashes of its test rows
 */
export async function joinPool(
  client: Client,
  { hashes, testHashes, ...asked }: { hashes: BigInt64Array; testHashes: BigInt64Array } & NewPool,
): Promise<TestPool> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [poolsLock]);
  const distinct = [...new Set(testHashes)].map(String);
  const { rows } = await client.query<{
    id: string;
    reveal_budget: number;
    reveals_used: number;
    protocol: TestProtocol;
    ladder_dataset: string | null;
  }>(
    `WITH mine AS MATERIALIZED (SELECT DISTINCT hash FROM unnest($1::bigint[]) AS hash),
     shared AS (SELECT pool_id, count(*) AS rows FROM sealed.row_hashes JOIN mine USING (hash) GROUP BY pool_id)
     SELECT p.id, p.reveal_budget, p.reveals_used, p.protocol, p.ladder_dataset
     FROM shared s JOIN locked.pools p ON p.id = s.pool_id
     WHERE s.rows >= $2::float8 * least($3::bigint, (SELECT count(*) FROM sealed.row_hashes h WHERE h.pool_id = s.pool_id))
     ORDER BY p.reveal_budget - p.reveals_used, s.rows DESC, p.id LIMIT 1`,
    [[...new Set(hashes)].map(String), sameShare, distinct.length],
  );
  const found = rows[0];
  const pool: TestPool = found
    ? {
        id: found.id,
        protocol: found.protocol,
        ladderDataset: found.ladder_dataset,
        revealBudget: found.reveal_budget,
        revealsUsed: found.reveals_used,
        reused: true,
      }
    : await createPool(client, asked);
  await client.query(
    `INSERT INTO sealed.row_hashes (hash, pool_id) SELECT hash, $2 FROM unnest($1::bigint[]) AS hash
     ON CONFLICT DO NOTHING`,
    [distinct, pool.id],
  );
  return pool;
}

async function createPool(client: Client, { dataset, revealBudget, protocol }: NewPool): Promise<TestPool> {
  const ladderDataset = protocol === 'ladder' ? dataset : null;
  const { rows } = await client.query<{ id: string }>(
    'INSERT INTO locked.pools (reveal_budget, protocol, ladder_dataset) VALUES ($1, $2, $3) RETURNING id',
    [revealBudget, protocol, ladderDataset],
  );
  return { id: rows[0]!.id, protocol, ladderDataset, revealBudget, revealsUsed: 0, reused: false };
}

/** Of rows, whatever their order: SHA-256 of their hashes, sorted, as little-endian 64-bit integers. */
export function digestHashes(hashes: BigInt64Array): string {
  const bytes = Buffer.alloc(hashes.length * 8);
  for (const [i, hash] of hashes.slice().sort().entries()) bytes.writeBigInt64LE(hash, i * 8);
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export async function assignPool(client: Client, datasetId: string, poolId: string): Promise<void> {
  await client.query('INSERT INTO locked.dataset_pools (dataset_id, pool_id) VALUES ($1, $2)', [
    datasetId,
    poolId,
  ]);
}

/** Sets what a pool has and what of it is spent, in the pool and in each of its data sets. The caller holds its lock. */
export async function setPoolBudget(
  client: Client,
  poolId: string,
  { revealBudget, revealsUsed }: { revealBudget: number; revealsUsed: number },
): Promise<void> {
  await client.query('UPDATE locked.pools SET reveal_budget = $2, reveals_used = $3 WHERE id = $1', [
    poolId,
    revealBudget,
    revealsUsed,
  ]);
  await client.query(
    `UPDATE datasets SET reveal_budget = $2, reveals_used = $3
     WHERE id IN (SELECT dataset_id FROM locked.dataset_pools WHERE pool_id = $1)`,
    [poolId, revealBudget, revealsUsed],
  );
}
