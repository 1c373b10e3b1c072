import type { Search } from '@holdfast/contracts/search';
import { searchStates } from '@holdfast/contracts/states';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useId } from 'react';
import { Link, useSearchParams } from 'react-router';
import { decimal } from '../format/figures.ts';
import { Moment } from '../format/moment.tsx';
import { usePageTitle } from '../frame/page-title.ts';
import { Empty } from '../notices/empty.tsx';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Status } from '../notices/status.tsx';
import { api } from '../session/session.ts';
import { useSettled } from '../submission/use-settled.ts';
import { FirstVisit } from './first-visit.tsx';
import { ProgressBar } from './progress-bar.tsx';
import { useDatasetNames } from './use-dataset-names.ts';
import './searches.css';

/** How often the list is asked for, in ms: while something runs, and otherwise. */
const paces = { busy: 1500, idle: 8000 };
/** A name is looked for once no other letter came for so long, in ms. */
const settleMs = 250;
const open = new Set(['queued', 'running']);

export function SearchesPage() {
  usePageTitle('Searches');
  const [query, setQuery] = useSearchParams();
  const status = query.get('status') ?? '';
  const tag = query.get('tag') ?? '';
  const dataset = query.get('dataset') ?? '';
  const name = useSettled(query.get('name') ?? '', settleMs).trim();
  const filter = {
    ...(status && { status }),
    ...(tag && { tag }),
    ...(dataset && { dataset }),
    ...(name && { name }),
  };
  const list = useInfiniteQuery({
    queryKey: ['searches', filter],
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) =>
      api.listSearches({ limit: 50, ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some((search) => open.has(search.status)))
        ? paces.busy
        : paces.idle,
  });
  const id = useId();
  const names = useDatasetNames();
  const change = (name: string, value: string) =>
    setQuery(
      (before) => {
        if (value === '') before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true },
    );
  const searches = list.data?.pages.flatMap(({ items }) => items);
  const filtered = Object.keys(filter).length > 0 || query.get('name');
  if (searches?.length === 0 && !filtered && !list.isPlaceholderData) return <FirstVisit />;
  return (
    <div className="stack">
      <div className="page-head">
        <h1>Searches</h1>
        <div className="row">
          {tag ? (
            <span className="chip">
              <span>tag {tag}</span>
              <button type="button" aria-label={`Show all tags again`} onClick={() => change('tag', '')}>
                <X size={14} aria-hidden />
              </button>
            </span>
          ) : null}
          <label htmlFor={`${id}name`} className="quiet small">
            Name
          </label>
          <input
            id={`${id}name`}
            type="search"
            className="input inline name-filter"
            placeholder="a part of it"
            value={query.get('name') ?? ''}
            onChange={(event) => change('name', event.target.value)}
          />
          {names.size > 1 || dataset !== '' ? (
            <>
              <label htmlFor={`${id}dataset`} className="quiet small">
                Data set
              </label>
              <select
                id={`${id}dataset`}
                className="select inline"
                value={dataset}
                onChange={(event) => change('dataset', event.target.value)}
              >
                <option value="">all</option>
                {[...names].map(([key, called]) => (
                  <option key={key} value={key}>
                    {called}
                  </option>
                ))}
              </select>
            </>
          ) : null}
          <label htmlFor={`${id}status`} className="quiet small">
            Status
          </label>
          <select
            id={`${id}status`}
            className="select inline"
            value={status}
            onChange={(event) => change('status', event.target.value)}
          >
            <option value="">all</option>
            {searchStates.map((state) => (
              <option key={state}>{state}</option>
            ))}
          </select>
        </div>
      </div>
      {list.isError && !searches ? <Failure error={list.error} retry={list.refetch} /> : null}
      {list.isPending ? <Loading what="searches" block /> : null}
      {searches?.length === 0 ? (
        <Empty title="No search is like that">
          <button type="button" className="button" onClick={() => setQuery({})}>
            Show all searches
          </button>
        </Empty>
      ) : null}
      {searches && searches.length > 0 ? (
        <SearchList searches={searches} onTag={(one) => change('tag', one)} />
      ) : null}
      {list.hasNextPage ? (
        <button
          type="button"
          className="button"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? 'Loading …' : 'Show older searches'}
        </button>
      ) : null}
    </div>
  );
}

function SearchList({ searches, onTag }: { searches: Search[]; onTag: (tag: string) => void }) {
  const names = useDatasetNames();
  return (
    <ul className="search-list">
      {searches.map((search) => (
        <li key={search.id} className="card search-item">
          <div className="search-name">
            <h2>
              <Link to={`/searches/${search.id}`}>{search.name}</Link>
            </h2>
            <p className="quiet small">
              {search.spec.strategy.kind} on{' '}
              {search.dataset === null ? (
                'data of its trainer'
              ) : (
                <Link to={`/datasets/${search.dataset}`}>{names.get(search.dataset) ?? search.dataset}</Link>
              )}
              , <Moment time={search.createdAt} />
            </p>
            {search.tags.length > 0 ? (
              <p className="tags">
                {search.tags.map((tag) => (
                  <button key={tag} type="button" className="tag" onClick={() => onTag(tag)}>
                    {tag}
                  </button>
                ))}
              </p>
            ) : null}
          </div>
          <div>
            <Status status={search.status} />
          </div>
          <ProgressBar search={search} />
          <p className="search-best">
            {search.best ? (
              <>
                <strong className="figure">{decimal(search.best.score)}</strong>
                <span className="quiet small">
                  {search.spec.objective.metric},{' '}
                  <Link to={`/searches/${search.id}/trials/${search.best.trial}`}>
                    trial {search.best.trial}
                  </Link>
                </span>
              </>
            ) : (
              <span className="quiet small">no score yet</span>
            )}
          </p>
        </li>
      ))}
    </ul>
  );
}
