import { ProblemError } from '../problem-error.ts';

/** The problem of a spec, or of what is asked of a search, with its places. */
export function refuse(errors: readonly { pointer: string; message: string }[]): ProblemError {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return new ProblemError('invalid-search', `${first?.message ?? 'The search cannot be run.'}${more}`, {
    errors: [...errors],
  });
}
