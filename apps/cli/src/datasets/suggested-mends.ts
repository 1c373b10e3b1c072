import { HttpError, reasonIn } from '@holdfast/client/http-error';

/** What the service says would mend a refused data set, and why, in one sentence. */
export interface Mend {
  /** Columns to leave out. */
  drop: string[];
  /** Whether rows without a target are to be left out. */
  leaveOutRows: boolean;
  reason: string;
}

/** What to change in a refused data set, where that would mend all that is wrong with it; else nothing. */
export function suggestedMends(error: unknown): Mend[] {
  if (!(error instanceof HttpError) || error.status !== 422) return [];
  const { errors = [] } = error.problem;
  if (!errors.every(({ suggestion }) => suggestion)) return [];
  return errors.map(({ message, suggestion }) => ({
    drop: suggestion?.drop ?? [],
    leaveOutRows: suggestion?.rowsWithoutTarget === 'leaveOut',
    reason: reasonIn(message),
  }));
}
