import type { Worker } from '@holdfast/contracts/worker';
import type { Database } from './open-database.ts';

/** A worker that was not seen for so long, four heartbeats, is not listed. */
const listedSeconds = 12;
/** A worker that was not seen for so long will not come back: its row goes. */
const keptDays = 7;

export type NewWorker = Pick<Worker, 'id' | 'host' | 'threads' | 'version' | 'numericsVersion' | 'engine'> & {
  startedAt: Date;
};

/** Bounds of the classes that fold runs are counted in by their duration, in seconds, each included. */
export const foldSecondsBounds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800,
];

/** How much a worker has trained since it began. */
export interface WorkerLoad {
  /** Of all threads together. */
  busySeconds: number;
  /** `counts` has one for each bound, and one beyond the last. */
  foldSeconds: { counts: number[]; sum: number };
}

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
  { runningFolds, load }: { runningFolds: number; load?: WorkerLoad },
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `UPDATE workers SET last_seen_at = now(), running_folds = $2, load = coalesce($3, load) WHERE id = $1`,
    [id, runningFolds, load ? JSON.stringify(load) : null],
  );
  return rowCount === 1;
}

export async function removeWorker(db: Database, id: string): Promise<void> {
  await db.pool.query('DELETE FROM workers WHERE id = $1', [id]);
}

/** What the listed workers have trained, by their ids; without those that have not told yet. */
export async function loadWorkerLoads(db: Database): Promise<Map<string, WorkerLoad>> {
  const { rows } = await db.pool.query<{ id: string; load: WorkerLoad }>(
    `SELECT id, load FROM workers WHERE load IS NOT NULL AND last_seen_at >= now() - $1 * interval '1 second'`,
    [listedSeconds],
  );
  return new Map(rows.map(({ id, load }) => [id, load]));
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
