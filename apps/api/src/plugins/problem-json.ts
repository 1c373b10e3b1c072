import { toPlacedMessages } from '@holdfast/contracts/json-pointer';
import type { ProblemType } from '@holdfast/contracts/problem';
import { isDatabaseUnreachable } from '@holdfast/db/database-unreachable';
import { InvalidCursorError } from '@holdfast/db/page-cursor';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ProblemError } from '../problem-error.ts';

import { MalformedJsonError, parseJson, UnsafeJsonError } from './parse-json.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The problem that a body against the route's schema is; `invalid-request` unless given. */
    invalidBody?: ProblemType;
  }
}

/** A body of a million wrong numbers must not be answered with a million lines. */
const mostErrors = 100;

class InvalidInputError extends Error {
  readonly issues: z.ZodError;
  readonly schema: z.ZodType;
  /** Set by Fastify. */
  validationContext?: string;

  constructor(issues: z.ZodError, schema: z.ZodType) {
    super('The request does not match the schema.');
    this.issues = issues;
    this.schema = schema;
  }
}

/** Every error of the service in the form of RFC 9457; JSON bodies and Zod schemas checked without coercion. */
export function answerProblems(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? undefined : parseJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
  app.setValidatorCompiler<z.ZodType>(({ schema }) => (data) => {
    const parsed = schema.safeParse(data);
    return parsed.success ? { value: parsed.data } : { error: new InvalidInputError(parsed.error, schema) };
  });
  app.setErrorHandler<Error>((error, request, reply) =>
    sendProblem(toProblemError(error, request), request, reply),
  );
}

export function sendProblem(
  problem: ProblemError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (problem.statusCode >= 500) request.log.error({ err: problem.cause ?? problem }, problem.message);
  const body = problem.toProblem();
  if (body.errors && body.errors.length > mostErrors) {
    const rest = body.errors.length - mostErrors;
    body.errors = [...body.errors.slice(0, mostErrors), { pointer: '', message: `And ${rest} more.` }];
  }
  // As bytes: a string would get a charset parameter, which the media type does not have.
  return reply
    .code(problem.statusCode)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(body)));
}

export function toProblemError(error: Error, request: FastifyRequest): ProblemError {
  if (error instanceof ProblemError) return error;
  const invalidBody = request.routeOptions.config.invalidBody ?? 'invalid-request';
  if (error instanceof InvalidInputError) {
    const errors = toPlacedMessages(error.issues, error.schema);
    const place = error.validationContext === 'querystring' ? 'query string' : error.validationContext;
    const type = error.validationContext === 'body' ? invalidBody : 'invalid-request';
    return new ProblemError(type, `The ${place ?? 'request'} is not valid: ${summarize(errors)}`, { errors });
  }
  if (error instanceof UnsafeJsonError) {
    return new ProblemError(invalidBody, error.message, { errors: error.places });
  }
  if (error instanceof MalformedJsonError) {
    return new ProblemError('malformed-json', `The body is not JSON in UTF-8: ${error.message}`);
  }
  if (error instanceof InvalidCursorError) {
    return new ProblemError('invalid-request', error.message, {
      errors: [{ pointer: '/cursor', message: error.message }],
    });
  }
  return fromFastify(error as FastifyError) ?? fromUnknown(error);
}

function summarize(errors: readonly { pointer: string; message: string }[]): string {
  const [first] = errors;
  if (!first) return 'it does not match the schema.';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `${first.pointer === '' ? '' : `${first.pointer}: `}${first.message}${more}`;
}

function fromFastify(error: FastifyError): ProblemError | undefined {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
    case 'FST_REQ_FILE_TOO_LARGE':
      return new ProblemError('too-large', 'The body is larger than this address takes.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return new ProblemError('unsupported-media-type', 'Send the body as application/json.');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ProblemError('invalid-request', 'The body is not as long as Content-Length says.');
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_INVALID_URL':
      return new ProblemError('invalid-request', 'The address is not valid: look at its percent signs.');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProblemError('not-found', 'There is nothing at this address.');
  }
  if (error.statusCode === 413) return new ProblemError('too-large', error.message);
  if (error.statusCode === 415) return new ProblemError('unsupported-media-type', error.message);
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new ProblemError('invalid-request', error.message);
  }
  return undefined;
}

function fromUnknown(error: Error): ProblemError {
  if (isDatabaseUnreachable(error)) {
    return new ProblemError('unavailable', 'The database does not answer. Try again.', {
      headers: { 'retry-after': '2' },
      cause: error,
    });
  }
  return new ProblemError('internal', 'This is an error of the service; its log tells more.', {
    cause: error,
  });
}
