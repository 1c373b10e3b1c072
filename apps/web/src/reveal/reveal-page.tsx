import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';
import { useBoardHead } from '../board/use-board-head.ts';
import { usePageTitle } from '../frame/page-title.ts';
import { Empty } from '../notices/empty.tsx';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Notice } from '../notices/notice.tsx';
import { isOver, useLiveSearch } from '../search/use-live-search.ts';
import { api } from '../session/session.ts';
import { RevealForm } from './reveal-form.tsx';
import { RevealResult } from './reveal-result.tsx';
import { useReveals } from './use-reveals.ts';
import '../datasets/datasets.css';
import '../plots/plots.css';
import '../trial/trial.css';
import './reveal.css';

/** A deliberate act: which trials are tested on the locked rows, what that costs, and what came of it. */
export default function RevealPage() {
  const { search: id = '' } = useParams();
  const [query] = useSearchParams();
  const { search } = useLiveSearch(id);
  const head = useBoardHead(id);
  const reveals = useReveals(id);
  const datasetId = search.data?.dataset;
  const dataset = useQuery({
    queryKey: ['dataset', datasetId, 'lock', reveals.data?.map(({ status }) => status)],
    queryFn: () => api.getDataset(datasetId ?? ''),
    enabled: datasetId != null,
    placeholderData: (before) => before,
  });
  usePageTitle(search.data ? `Reveal of ${search.data.name}` : 'Reveal');
  if (datasetId === null)
    return <Notice kind="info">The data of this search are with its trainer: nothing is locked here.</Notice>;
  if (search.isPending || dataset.isPending || reveals.isPending) {
    return search.error ? <Failure error={search.error} /> : <Loading what="the reveal" block />;
  }
  const error = search.error ?? dataset.error ?? reveals.error;
  if (!search.data || !dataset.data) return error ? <Failure error={error} /> : null;
  const made = reveals.data ?? [];
  const named = (query.get('trials') ?? '').split(',').filter((text) => /^\d{1,9}$/.test(text));
  const recommended = head?.recommended?.trial;
  return (
    <div className="stack">
      <div>
        <nav className="crumbs" aria-label="Where this is">
          <Link to="/">Searches</Link>
          <span aria-hidden>/</span>
          <Link to={`/searches/${id}`}>{search.data.name}</Link>
        </nav>
        <h1>Reveal</h1>
        <p className="quiet">
          Trials of this search on the {dataset.data.rows.test} locked test rows of{' '}
          <Link to={`/datasets/${dataset.data.id}`}>{dataset.data.name}</Link>, which no worker, no route and
          no page can see.
        </p>
      </div>
      {error ? <Failure error={error} retry={reveals.refetch} /> : null}
      {made.map((reveal) => (
        <RevealResult key={reveal.id} reveal={reveal} classes={dataset.data.classes} />
      ))}
      {!dataset.data.test.locked ? (
        <Empty title="Nothing is locked away">
          <p>
            This data set was created without test rows. Upload the data again with a share of rows to lock
            away, to have something to reveal.
          </p>
        </Empty>
      ) : !isOver(search.data.status) ? (
        <Notice kind="info">
          <p>
            The search is {search.data.status}. Test rows are opened for a search that is over: what they show
            must not steer it.
          </p>
        </Notice>
      ) : head === undefined ? (
        <Loading what="the board" block />
      ) : (
        <RevealForm
          key={named.join()}
          search={search.data}
          dataset={dataset.data}
          initial={named.length > 0 ? named.map(Number) : recommended === undefined ? [] : [recommended]}
          recommended={recommended ?? null}
          revealed={made
            .filter(({ status }) => status !== 'failed')
            .flatMap(({ trials }) => trials.map(({ trial }) => trial))}
        />
      )}
    </div>
  );
}
