import { listTrialsOverBefore } from '@holdfast/db/board-predictions';
import type { Database } from '@holdfast/db/open-database';
import { findSearch, loadFoldAssignments, type SearchRecord } from '@holdfast/db/searches';
import { loadTrialResults, type TrialResult } from '@holdfast/db/trials';

/** A trial of a search that another one goes on from. */
export interface EarlierTrial {
  search: string;
  result: TrialResult;
}

/** Beyond so many generations the luck of the first ones is no longer what matters. */
const mostGenerations = 20;

/**
 * The trials that were known when this search was made: those of the search that it was refined from, of that one's
 * origin, and so on, as long as data and folds are the same. What was added to them later had no part in it.
 */
export async function loadEarlierTrials(
  database: Database,
  { parent, datasetId, createdAt, id }: SearchRecord,
): Promise<EarlierTrial[]> {
  if (parent === null) return [];
  const assignments = await loadFoldAssignments(database, id);
  const found: EarlierTrial[] = [];
  let ancestor: string | null = parent;
  let before = createdAt;
  for (let generation = 0; ancestor !== null && generation < mostGenerations; generation++) {
    const record: SearchRecord | null = await findSearch(database, ancestor);
    if (record?.datasetId !== datasetId) break;
    if (!areEqual(await loadFoldAssignments(database, ancestor), assignments)) break;
    const over = new Set(await listTrialsOverBefore(database, ancestor, before));
    for (const result of await loadTrialResults(database, ancestor)) {
      if (over.has(result.trial)) found.push({ search: ancestor, result });
    }
    before = record.createdAt;
    ancestor = record.parent;
  }
  return found;
}

function areEqual(a: readonly Uint16Array[], b: readonly Uint16Array[]): boolean {
  return (
    a.length === b.length &&
    a.every((assignment, repeat) => assignment.every((fold, row) => fold === b[repeat]?.[row]))
  );
}
