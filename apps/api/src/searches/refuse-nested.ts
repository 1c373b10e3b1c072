import type { SearchRecord } from '@holdfast/db/searches';
import { ProblemError } from '../problem-error.ts';

/** @throws ProblemError for a part of nested cross-validation: whoever changed it would change what it measures */
export function refuseNested({ nestedIn }: Pick<SearchRecord, 'nestedIn'>): void {
  if (nestedIn === null) return;
  throw new ProblemError(
    'conflict',
    `It is part of the nested cross-validation of ${nestedIn.search}. Ask that of ${nestedIn.search} itself.`,
  );
}
