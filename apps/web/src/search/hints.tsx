import type { Hint } from '@holdfast/contracts/leaderboard';
import type { Search } from '@holdfast/contracts/search';
import { Link } from 'react-router';
import { Notice } from '../notices/notice.tsx';

/** What a person would do next, each with a form that is filled in accordingly. */
export function Hints({ search, hints }: { search: Search; hints: readonly Hint[] }) {
  if (hints.length === 0) return null;
  return (
    <Notice kind="hint">
      <ul className="notice-items" aria-label="Hints">
        {hints.map((hint) => (
          <li key={hint.code + hint.message}>
            <p>{hint.message}</p>
            {hint.space === undefined ? null : (
              <Link to="/new" state={{ from: search.id, space: hint.space }} className="button small">
                Search on from it
              </Link>
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
