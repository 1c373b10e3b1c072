import type { Worker } from '@holdfast/contracts/worker';
import type { Database } from './open-database.ts';

/** A worker that was not seen for so long, four heartbeats, is not listed. */
const listedSeconds = 12;
/** A worker that was not seen for so long will not come back: its row goes. */
const keptDays = 7;

export type NewWorker = Pick<Worker, 'id' | 'host' | 'threads' | 'version' | 'numericsVersion' | 'engine'> & {
  startedAt: Date;
};

export async function registerWorker(db: Database, worker: NewWorker): Promise<void> {
  const values = [
    worker.id,
    worker.host,
    worker.threads,
    worker.version,
    worker.numericsVersion,
    worker.engine,
    worker.startedAt,
  ];
  await db.pool.query(
    `INSERT INTO workers (id, host, threads, version, numerics_version, engine, started_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (id) DO UPDATE SET
       host = excluded.host, threads = excluded.threads, version = excluded.version,
       numerics_version = excluded.numerics_version, engine = excluded.engine,
       started_at = excluded.started_at, last_seen_at = now(), running_folds = 0`,
    values,
  );
  await db.pool.query(`DELETE FROM workers WHERE last_seen_at < now() - $1 * interval '1 day'`, [keptDays]);
}

/** Says that a worker lives. @returns false where it is not registered (any more) */
export async function beat(
  db: Database,
  id: string,
  { runningFolds }: { runningFolds: number },
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    'UPDATE workers SET last_seen_at = now(), running_folds = $2 WHERE id = $1',
    [id, runningFolds],
  );
  return rowCount === 1;
}

export async function removeWorker(db: Database, id: string): Promise<void> {
  await db.pool.query('DELETE FROM workers WHERE id = $1', [id]);
}

/** Those seen within the last 12 s by the database's clock, oldest first. */
export async function listWorkers(db: Database): Promise<Worker[]> {
  const { rows } = await db.pool.query<
    Omit<Worker, 'startedAt' | 'lastSeenAt'> & { startedAt: Date; lastSeenAt: Date }
  >(
    `SELECT id, host, threads, version, numerics_version AS "numericsVersion", engine, started_at AS "startedAt",
       last_seen_at AS "lastSeenAt", running_folds AS "runningFolds", completed_folds AS "completedFolds"
     FROM workers WHERE last_seen_at >= now() - $1 * interval '1 second'
     ORDER BY started_at, id`,
    [listedSeconds],
  );
  return rows.map((row) => ({
    ...row,
    startedAt: row.startedAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
  }));
}
