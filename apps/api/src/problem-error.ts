import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import { type Problem, type ProblemType, problemTypes } from '@holdfast/contracts/problem';

interface ProblemOptions {
  /** Where the request is wrong. On 400 and 422 there is always at least one: the detail, where none is given. */
  errors?: PlacedMessage[];
  headers?: Record<string, string>;
  cause?: unknown;
}

/**
 * Thrown anywhere below a route: answered in the form of RFC 9457. `detail` is read by people and must name
 * no secret.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly type: ProblemType;
  readonly statusCode: number;
  readonly errors: PlacedMessage[] | undefined;
  readonly headers: Record<string, string>;

  constructor(type: ProblemType, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.type = type;
    this.statusCode = problemTypes[type].status;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  toProblem(): Problem {
    const { status, title } = problemTypes[this.type];
    const placed = this.errors?.length ? this.errors : undefined;
    const errors =
      placed ?? (status === 400 || status === 422 ? [{ pointer: '', message: this.message }] : undefined);
    return {
      type: `/docs/errors#${this.type}`,
      title,
      status,
      detail: this.message,
      ...(errors && { errors }),
    };
  }
}
