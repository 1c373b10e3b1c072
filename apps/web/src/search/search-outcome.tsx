import type { Search } from '@holdfast/contracts/search';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Moment } from '../format/moment.tsx';
import { Status } from '../notices/status.tsx';
import { api } from '../session/session.ts';

const pace = 1500;

/** What has come of a search: models that were trained of its trials. Nothing as long as there is none. */
export function SearchOutcome({ search: { id } }: { search: Search }) {
  const models = useQuery({
    queryKey: ['models', id],
    queryFn: () => api.listModels({ search: id, limit: 10 }),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'queued' || status === 'running') ? pace : false,
  });
  const trained = models.data?.items ?? [];
  if (trained.length === 0) return null;
  return (
    <section className="card outcome" aria-label="Models">
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
    </section>
  );
}
