import { HttpError, UnreachableError } from '@holdfast/client/http-error';
import { exitCodes } from './exit-codes.ts';
import { NotFoundError } from './not-found-error.ts';
import { typed } from './typed.ts';
import { UsageError } from './usage-error.ts';

interface Failure {
  message: string;
  code: number;
}

/** What to tell of an error, with the way out, and the exit code that stands for it. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof UsageError) return { message: error.message, code: exitCodes.usage };
  if (error instanceof NotFoundError) return { message: error.message, code: exitCodes.notFound };
  if (error instanceof UnreachableError) {
    const message = `${error.message}\nStart it: ${typed('serve')}. Is it elsewhere? Name it by --url or HOLDFAST_URL.`;
    return { message, code: exitCodes.unreachable };
  }
  if (error instanceof HttpError) return explainAnswer(error);
  return { message: error instanceof Error ? error.message : String(error), code: exitCodes.failed };
}

function whereToLook(message: string): string {
  const list = [/\bdata set\b/i, /\bsearch\b/i].findIndex((word) => word.test(message));
  return list < 0 ? '' : `\n"${typed(['datasets list', 'searches list'][list]!)}" shows what there is.`;
}

function explainAnswer({ status, message }: HttpError): Failure {
  switch (status) {
    case 401:
      return {
        message: `${message}\nGive one of its keys by --key or HOLDFAST_KEY.`,
        code: exitCodes.denied,
      };
    case 403:
      return { message, code: exitCodes.denied };
    case 404:
      return {
        message: `${message}${whereToLook(message)}`,
        code: exitCodes.notFound,
      };
    case 503:
      return {
        message: `${message}\nThe service is there and not ready. "${typed('doctor')}" says why.`,
        code: exitCodes.unreachable,
      };
    default:
      return { message, code: status >= 400 && status < 500 ? exitCodes.refused : exitCodes.failed };
  }
}
