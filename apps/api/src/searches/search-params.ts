import { z } from 'zod';
import { ProblemError } from '../problem-error.ts';

/** Any text: an id that never was is 404, as one that is no more. */
export const searchParamsSchema = z.strictObject({ id: z.string().describe('The search: se_…') });

export function searchNotFound(id: string): ProblemError {
  return new ProblemError('not-found', `There is no search ${JSON.stringify(id)}.`);
}
