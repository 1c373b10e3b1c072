import type { Problem } from '@holdfast/contracts/problem';

/** The service answered with a problem; `message` names it, `problem` is the whole. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    const places = (problem.errors ?? []).map((error) =>
      error.pointer ? `${error.pointer}: ${error.message}` : error.message,
    );
    super(
      places.length > 0
        ? `${problem.detail}\n${places.map((line) => `  ${line}`).join('\n')}`
        : problem.detail,
    );
    this.status = problem.status;
    this.problem = problem;
  }
}

/** The service could not be reached at all. */
export class UnreachableError extends Error {
  override name = 'UnreachableError';

  constructor(url: string, cause: unknown) {
    super(`Nothing answers at ${url}. Is Holdfast running there? Start it with: npm start`, { cause });
  }
}
