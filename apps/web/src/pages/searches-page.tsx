import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { api } from '../api-client.ts';
import { Failure } from '../failure.tsx';
import { ProgressBar } from '../searches/progress-bar.tsx';

const firstSearch = `curl -X POST ${window.location.origin}/v1/searches \\
  -H 'content-type: application/json' \\
  -d '{ "dataset": "iris" }'`;

export function SearchesPage() {
  const searches = useQuery({
    queryKey: ['searches'],
    queryFn: () => api.listSearches({ limit: 100 }),
    refetchInterval: 2000,
  });
  if (searches.isPending) return <p className="quiet">Loading searches …</p>;
  if (searches.isError) return <Failure error={searches.error} retry={() => void searches.refetch()} />;
  const { items, nextCursor } = searches.data;
  return (
    <>
      <h1>Searches</h1>
      {items.length === 0 ? (
        <section className="empty">
          <p>No search yet. Submit the first one from a terminal:</p>
          <pre>{firstSearch}</pre>
        </section>
      ) : (
        <ul className="searches">
          {items.map((search) => (
            <li key={search.id}>
              <Link to={`/searches/${search.id}`}>{search.name}</Link>
              <span className={`state ${search.status}`}>{search.status}</span>
              <ProgressBar search={search} />
              <span className="best">
                {search.best
                  ? `best ${search.spec.objective.metric} ${search.best.score.toFixed(4)}`
                  : 'no score yet'}
              </span>
              <time dateTime={search.createdAt}>{new Date(search.createdAt).toLocaleString()}</time>
            </li>
          ))}
        </ul>
      )}
      {nextCursor ? <p className="quiet">The newest 100 are shown.</p> : null}
    </>
  );
}
