import type { Trial } from '@holdfast/contracts/trial';
import { Link } from 'react-router';
import { Notice } from '../notices/notice.tsx';

/** What the service finds in a trial's figures, each with a form that is filled in with what may mend it. */
export function Diagnosis({ search, trial }: { search: string; trial: Trial }) {
  if (trial.diagnosis.length === 0) return null;
  return (
    <Notice kind="mark">
      <ul className="notice-items" aria-label="Diagnosis">
        {trial.diagnosis.map(({ code, message, suggestion }) => (
          <li key={code}>
            <p>
              {message} {suggestion.message}
            </p>
            <Link to="/new" state={{ from: search, space: suggestion.space }} className="button small">
              Search on from it
            </Link>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
