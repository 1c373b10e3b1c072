import { HttpError } from '@holdfast/client/http-error';

export interface PlacedError {
  pointer: string;
  message: string;
}

/** What the service says is wrong with a spec, place by place. */
export function errorsOf(error: Error | null): PlacedError[] {
  return error instanceof HttpError ? (error.problem.errors ?? []) : [];
}

/** Those of a field and of what is in it, in one line; `undefined` without any. */
export function errorAt(errors: readonly PlacedError[], pointer: string): string | undefined {
  const own = errors.filter((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`));
  return own.length === 0 ? undefined : own.map(({ message }) => message).join(' ');
}

/** Those that no field of the form shows. */
export function errorsElsewhere(errors: readonly PlacedError[], shown: readonly string[]): PlacedError[] {
  return errors.filter(
    ({ pointer }) => !shown.some((field) => pointer === field || pointer.startsWith(`${field}/`)),
  );
}
