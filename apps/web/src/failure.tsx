import { HttpError } from '@holdfast/client/http-error';

/** What went wrong with a request, in the service's own words. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const title = error instanceof HttpError ? error.problem.title : 'The service does not answer';
  return (
    <div className="failure" role="alert">
      <strong>{title}</strong>
      <p>{error.message}</p>
      {retry ? (
        <button type="button" onClick={retry}>
          Try again
        </button>
      ) : null}
    </div>
  );
}
