import type { Search } from '@holdfast/contracts/search';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { countOf } from '../format/figures.ts';
import { Moment } from '../format/moment.tsx';
import { Status } from '../notices/status.tsx';
import { useReveals } from '../reveal/use-reveals.ts';
import { api } from '../session/session.ts';

const pace = 1500;

/** What has come of a search: models that were trained of its trials, and reveals. Nothing as long as there is none. */
export function SearchOutcome({ search: { id } }: { search: Search }) {
  const models = useQuery({
    queryKey: ['models', id],
    queryFn: () => api.listModels({ search: id, limit: 10 }),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'queued' || status === 'running') ? pace : false,
  });
  const reveals = useReveals(id);
  const trained = models.data?.items ?? [];
  const made = reveals.data ?? [];
  if (trained.length === 0 && made.length === 0) return null;
  return (
    <section className="card outcome" aria-label="Models and reveals">
      {trained.length > 0 ? (
        <div>
          <h2>Final models</h2>
          <ul>
            {trained.map((model) => (
              <li key={model.id}>
                <Link to={`/models/${model.id}`}>Model of trial {model.trial}</Link>
                <Status status={model.status} />
                <span className="quiet small">
                  <Moment time={model.createdAt} />
                </span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {made.length > 0 ? (
        <div>
          <h2>Reveals</h2>
          <ul>
            {made.map((reveal) => (
              <li key={reveal.id}>
                <Link to={`/searches/${id}/reveal`}>
                  {reveal.trials.length === 1
                    ? `Trial ${reveal.trials[0]?.trial}`
                    : countOf(reveal.trials.length, 'trial')}{' '}
                  on the test rows
                </Link>
                {reveal.status === 'completed' ? (
                  <span className="quiet">
                    {[...new Set(reveal.trials.map(({ verdict }) => verdict ?? 'no verdict'))].join(', ')}
                  </span>
                ) : (
                  <Status status={reveal.status} />
                )}
                <span className="quiet small">
                  <Moment time={reveal.createdAt} />
                </span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </section>
  );
}
