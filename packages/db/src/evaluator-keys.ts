import type { Database } from './open-database.ts';

/** Makes known the key (base64) to which test rows are to be sealed from now on. */
export async function publishEvaluatorKey(db: Database, publicKey: string): Promise<void> {
  // The database's clock decides which is the newest.
  await db.pool.query(
    `INSERT INTO evaluator_keys (public_key, published_at) VALUES ($1, clock_timestamp())
     ON CONFLICT (public_key) DO UPDATE SET published_at = excluded.published_at`,
    [publicKey],
  );
}

/** The newest key, or `null` while no evaluator was ever there. */
export async function findEvaluatorKey(db: Database): Promise<string | null> {
  const newest = await db.prisma.evaluatorKey.findFirst({ orderBy: { publishedAt: 'desc' } });
  return newest?.publicKey ?? null;
}
