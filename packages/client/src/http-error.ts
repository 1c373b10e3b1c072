import type { Problem } from '@holdfast/contracts/problem';

/** The service answered with a problem; `message` names it, `problem` is the whole. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(inWords(problem));
    this.status = problem.status;
    this.problem = problem;
  }
}

/** The places of a problem that its detail does not tell already. */
export function untoldPlaces({ detail, errors = [] }: Problem): NonNullable<Problem['errors']> {
  return errors.filter(
    ({ pointer, message }) => !detail.includes(message) || (pointer !== '' && !detail.includes(pointer)),
  );
}

/** The first sentence of a message: it says why; the others are for whoever is to mend it. */
export const reasonIn = (message: string): string => message.split(/(?:\. |; )/)[0]!;

function inWords(problem: Problem): string {
  const { detail, errors = [] } = problem;
  const [only] = errors;
  if (errors.length === 1 && only && detail.includes(only.message)) {
    return only.pointer === '' || detail.includes(only.pointer) ? detail : `${only.pointer}: ${detail}`;
  }
  const places = untoldPlaces(problem).map(
    ({ pointer, message }) => `\n  ${pointer ? `${pointer}: ` : ''}${message}`,
  );
  return detail + places.join('');
}

/** The service could not be reached at all. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';

  constructor(url: string, cause: unknown) {
    super(`Nothing answers at ${url}. Is Holdfast running there?`, { cause });
  }
}
