import type { FoldRunState, SearchState, TrialState } from '@holdfast/contracts/states';
import type { Database } from './open-database.ts';

/** So many revisions back reach the events of a search; who comes from further back begins with the search itself. */
export const keptEvents = 10_000;

interface EventData {
  search: { status: SearchState };
  trial: { trial: number; status: TrialState };
  fold: { trial: number; repeat: number; fold: number; state: Extract<FoldRunState, 'completed' | 'failed'> };
  end: { status: SearchState };
}

export type StoredEvent = {
  [Name in keyof EventData]: { revision: number; name: Name; data: EventData[Name] };
}[keyof EventData];

/**
 * The events after a revision, in the order of commits, `limit` at most. A search's events are numbered by its
 * revision under its row's lock, so none can appear later below one that was read. Revisions may leave gaps.
 */
export async function eventsAfter(
  db: Database,
  search: string,
  revision: number,
  limit: number,
): Promise<StoredEvent[]> {
  const { rows } = await db.pool.query<StoredEvent>(
    `SELECT revision, name, data FROM search_events WHERE search_id = $1 AND revision > $2
     ORDER BY revision LIMIT $3`,
    [search, revision, limit],
  );
  return rows;
}
