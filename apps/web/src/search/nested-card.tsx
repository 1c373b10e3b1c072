import type { Nested } from '@holdfast/contracts/nested';
import type { Search } from '@holdfast/contracts/search';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ScrollRegion } from '../controls/scroll-region.tsx';
import { decimal, parameter } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Reason } from '../notices/reason.tsx';
import { Status } from '../notices/status.tsx';
import { api } from '../session/session.ts';

/** While outer folds are searched it is asked for so often, in ms: they go on after the search itself. */
const pace = 2000;
const over = (status: Nested['status']) =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** Its own inner searches, and what scores them, have the outer folds in their spec no less. */
const isNested = ({ spec, nestedIn }: Search) =>
  nestedIn === null && 'outer' in spec.crossValidation && spec.crossValidation.outer !== undefined;

/** What the whole search scores on rows that it never saw, fold by outer fold. */
export function NestedCard({ search }: { search: Search }) {
  const nested = useQuery({
    queryKey: ['board', search.id, 'nested'],
    queryFn: () => api.getNested(search.id),
    enabled: isNested(search),
    refetchInterval: ({ state }) => (state.data && over(state.data.status) ? false : pace),
  });
  if (!isNested(search)) return null;
  const { data, error } = nested;
  return (
    <section className="card" aria-labelledby="nested-title">
      <div className="row">
        <h2 id="nested-title">The search as a whole</h2>
        {data ? <Status status={data.status} /> : null}
      </div>
      {error ? <Failure error={error} retry={nested.refetch} /> : null}
      {!data && !error ? <Loading what="the outer folds" /> : null}
      {data ? (
        <>
          <p>
            {data.score.mean === null ? (
              'Its score on rows that it never saw is there once every outer fold is.'
            ) : (
              <>
                <strong className="figure">{decimal(data.score.mean)}</strong> ±{' '}
                {decimal(data.score.standardError)} {data.metric} on rows that it never saw
                {data.inner.optimism === null
                  ? ''
                  : `; the inner searches promised ${decimal(data.inner.mean)}, ${decimal(Math.abs(data.inner.optimism))} ${data.inner.optimism >= 0 ? 'too much' : 'too little'}`}
                .
              </>
            )}
          </p>
          {data.reason ? (
            <p className="quiet">
              <Reason text={data.reason} />
            </p>
          ) : null}
          <ScrollRegion label="Outer folds">
            <table className="plain">
              <caption className="hidden">Outer folds</caption>
              <thead>
                <tr>
                  <th scope="col">Outer fold</th>
                  <th scope="col">Inner search</th>
                  <th scope="col" className="number">
                    Promised
                  </th>
                  <th scope="col" className="number">
                    On unseen rows
                  </th>
                  <th scope="col">Chosen</th>
                </tr>
              </thead>
              <tbody>
                {data.folds.map(({ fold, innerSearch, chosen, outerScore, reason }) => (
                  <tr key={fold}>
                    <td>{fold}</td>
                    <td>
                      <Link to={`/searches/${innerSearch.id}`}>
                        {innerSearch.status}, {innerSearch.folds.completed} of {innerSearch.folds.total} folds
                      </Link>
                    </td>
                    <td className="number">{decimal(chosen?.innerScore)}</td>
                    <td className="number">{outerScore === null && reason ? reason : decimal(outerScore)}</td>
                    <td>
                      {chosen
                        ? `trial ${chosen.trial}: ${Object.entries(chosen.params)
                            .map(([name, value]) => `${name} ${parameter(value)}`)
                            .join(', ')}`
                        : '–'}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        </>
      ) : null}
    </section>
  );
}
