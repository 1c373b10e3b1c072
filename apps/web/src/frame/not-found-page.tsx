import { Link } from 'react-router';
import { Empty } from '../notices/empty.tsx';
import { usePageTitle } from './page-title.ts';

export function NotFoundPage() {
  usePageTitle('No such page');
  return (
    <Empty title="There is no such page">
      <p>The address leads nowhere. It may have been mistyped.</p>
      <Link to="/" className="button">
        All searches
      </Link>
    </Empty>
  );
}
