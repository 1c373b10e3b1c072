import { chunksOf } from './byte-chunks.ts';
import type { Database } from './open-database.ts';

/**
 * Puts away the encrypted test rows of a data set, inside the transaction that creates it. INSERT without
 * RETURNING: a role that may insert and not read can do this.
 */
export async function insertSealedTest(
  client: Pick<Database['pool'], 'query'>,
  datasetId: string,
  box: Uint8Array,
): Promise<void> {
  for (const { number, bytes } of chunksOf(Buffer.from(box.buffer, box.byteOffset, box.byteLength))) {
    await client.query('INSERT INTO sealed.test_chunks (dataset_id, number, bytes) VALUES ($1, $2, $3)', [
      datasetId,
      number,
      bytes,
    ]);
  }
}

/** The sealed box of a data set, or `null` where it has no test rows. For the evaluator alone. */
export async function loadSealedTest(db: Database, datasetId: string): Promise<Uint8Array | null> {
  const { rows } = await db.pool.query<{ bytes: Buffer }>(
    'SELECT bytes FROM sealed.test_chunks WHERE dataset_id = $1 ORDER BY number',
    [datasetId],
  );
  return rows.length === 0 ? null : new Uint8Array(Buffer.concat(rows.map(({ bytes }) => bytes)));
}
