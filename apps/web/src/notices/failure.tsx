import { HttpError, untoldPlaces } from '@holdfast/client/http-error';
import { CircleAlert } from 'lucide-react';

/** What went wrong with a request, in the service's own words, with every place that it names. */
export function Failure({ error, retry }: { error: Error; retry?: (() => unknown) | undefined }) {
  const problem = error instanceof HttpError ? error.problem : null;
  const places = problem ? untoldPlaces(problem) : [];
  return (
    <div className="notice bad" role="alert">
      <CircleAlert size={18} aria-hidden />
      <div>
        <strong>{problem?.title ?? 'The service does not answer'}</strong>
        <p>{problem?.detail ?? error.message}</p>
        {places.length > 0 ? (
          <ul>
            {places.map(({ pointer, message }) => (
              <li key={pointer + message}>
                {pointer ? <code>{pointer}</code> : null} {message}
              </li>
            ))}
          </ul>
        ) : null}
        {retry ? (
          <div>
            <button type="button" className="button small" onClick={() => retry()}>
              Try again
            </button>
          </div>
        ) : null}
      </div>
    </div>
  );
}
