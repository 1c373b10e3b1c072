import type { Database } from './open-database.ts';
import type { ClaimedReveal } from './reveals.ts';

/** @returns false where the claim is lost: it expired and was taken over, or is over */
export async function renewRevealLease(
  db: Database,
  { id, attempt }: Pick<ClaimedReveal, 'id' | 'attempt'>,
  leaseSeconds: number,
): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `UPDATE locked.reveals SET lease_until = clock_timestamp() + $3 * interval '1 second'
     WHERE id = $1 AND attempt = $2 AND status = 'running'`,
    [id, attempt, leaseSeconds],
  );
  return rowCount === 1;
}

/** Whoever comes next need not wait for the end of the lease. */
export async function giveBackReveal(
  db: Database,
  { id, attempt }: Pick<ClaimedReveal, 'id' | 'attempt'>,
): Promise<void> {
  await db.pool.query(
    `UPDATE locked.reveals SET status = 'queued', lease_until = NULL
     WHERE id = $1 AND attempt = $2 AND status = 'running'`,
    [id, attempt],
  );
}
