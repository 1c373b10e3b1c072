import type { Database } from './open-database.ts';

/** Whether this login has any right on what is sealed: a worker's has none. */
export async function mayReachSealed(db: Database): Promise<boolean> {
  const { rows } = await db.pool.query<{ may: boolean }>(
    `SELECT has_schema_privilege('sealed', 'USAGE') AS may`,
  );
  return rows[0]!.may;
}
