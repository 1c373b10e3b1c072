import type { LadderAnswer } from '@holdfast/contracts/reveal';
import type { Database } from './open-database.ts';
import type { ClaimedReveal, RevealOrder, RevealResult } from './reveals.ts';

/** What a ladder shows, and the order that its leader was tested by. */
export interface LadderStanding extends LadderAnswer {
  score: number;
  leader: NonNullable<LadderAnswer['leader']>;
  /** Of the leader's reveal. */
  order: Pick<ClaimedReveal, 'id' | 'dataset' | 'order' | 'ledgerEntry'>;
  /** The reveal that showed it last, with its result, and that result's hash on the ledger. */
  shown: { reveal: string; result: RevealResult; resultHash: string | null };
}

/**
 * The ladder of a reveal's rows as it stands before that reveal; `null` as long as no submission had a score. Earlier
 * reveals of the rows are over, since `claimReveal` hands out one at a time.
 */
export async function loadLadder(
  db: Database,
  { id, ledgerEntry }: Pick<ClaimedReveal, 'id' | 'ledgerEntry'>,
): Promise<LadderStanding | null> {
  const { rows } = await db.pool.query<{ id: string; result: RevealResult; result_hash: string | null }>(
    `SELECT r.id, r.result,
       (SELECT l.content::json -> 'data' ->> 'resultHash' FROM locked.ledger l
         WHERE l.content::json ->> 'dataset' = r.dataset_id AND l.content::json ->> 'kind' = 'result'
           AND l.content::json -> 'data' ->> 'reveal' = r.id) AS result_hash
     FROM locked.reveals r
     WHERE r.pool_id = (SELECT pool_id FROM locked.reveals WHERE id = $1) AND r.ledger_entry < $2
       AND r.status = 'completed'
     ORDER BY r.ledger_entry DESC LIMIT 1`,
    [id, ledgerEntry],
  );
  const last = rows[0];
  const ladder = last?.result.trials.at(-1)?.ladder;
  if (!last || !ladder || ladder.score === null || ladder.leader === null) return null;
  const { score, improved, leader } = ladder;
  const found = await db.pool.query<{ dataset_id: string; request: RevealOrder; ledger_entry: number }>(
    'SELECT dataset_id, request, ledger_entry FROM locked.reveals WHERE id = $1',
    [leader.reveal],
  );
  const led = found.rows[0];
  if (!led) throw new Error(`The ladder's leader, reveal ${leader.reveal}, is not there.`);
  return {
    score,
    improved,
    leader,
    order: { id: leader.reveal, dataset: led.dataset_id, order: led.request, ledgerEntry: led.ledger_entry },
    shown: { reveal: last.id, result: last.result, resultHash: last.result_hash },
  };
}
