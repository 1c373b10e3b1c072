import type { OwnSearchRecord, SearchRecord } from '@holdfast/db/searches';
import { ProblemError } from '../problem-error.ts';

/**
 * A search that our own workers train.
 * @param what cannot be had of another, to begin a sentence
 * @throws ProblemError for a search whose trainer is external
 */
export function trainedHere(record: SearchRecord, what: string): OwnSearchRecord {
  if (record.trainer === 'holdfast') return record;
  throw new ProblemError(
    'conflict',
    `${what} needs networks that were trained here, and ${record.id} has a trainer of its own.`,
  );
}
