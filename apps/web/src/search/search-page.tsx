import { lazy, Suspense } from 'react';
import { useParams } from 'react-router';
import { Board } from '../board/board.tsx';
import { usePageTitle } from '../frame/page-title.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { ProgressBar } from '../searches/progress-bar.tsx';
import { NestedCard } from './nested-card.tsx';
import { SearchDiagnosis } from './search-diagnosis.tsx';
import { SearchFacts } from './search-facts.tsx';
import { SearchHeading } from './search-heading.tsx';
import { SearchOutcome } from './search-outcome.tsx';
import { useLiveSearch } from './use-live-search.ts';
import { useSearchView } from './use-search-view.ts';
import './search.css';

// The charts' code is the largest part of the dashboard, and the board does not wait for it.
const PlotPanel = lazy(() => import('../plots/plot-panel.tsx'));

export default function SearchPage() {
  const { search: id = '' } = useParams();
  const { search, stream } = useLiveSearch(id);
  const [view, change] = useSearchView();
  usePageTitle(search.data?.name ?? 'Search');
  if (search.isPending) return <Loading what="the search" block />;
  if (!search.data) return search.error ? <Failure error={search.error} retry={search.refetch} /> : null;
  return (
    <div className="stack">
      <SearchHeading search={search.data} stream={stream} />
      <ProgressBar search={search.data} detailed />
      <SearchFacts search={search.data} />
      <SearchDiagnosis search={search.data} />
      <NestedCard search={search.data} />
      <SearchOutcome search={search.data} />
      <Suspense fallback={<Loading what="the plots" block />}>
        <PlotPanel search={search.data} view={view} change={change} />
      </Suspense>
      <Board search={search.data} view={view} change={change} />
    </div>
  );
}
