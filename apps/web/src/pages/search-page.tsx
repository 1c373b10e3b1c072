import type { Search } from '@holdfast/contracts/search';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { api } from '../api-client.ts';
import { Failure } from '../failure.tsx';
import { LeaderboardTable } from '../leaderboard/leaderboard-table.tsx';
import { ProgressBar } from '../searches/progress-bar.tsx';
import { useLiveSearch } from '../searches/use-live-search.ts';

export function SearchPage() {
  const { search: id = '' } = useParams();
  const { search, board } = useLiveSearch(id);
  if (search.isPending) return <p className="quiet">Loading the search …</p>;
  if (search.isError) return <Failure error={search.error} retry={() => void search.refetch()} />;
  return (
    <>
      <p className="quiet">
        <Link to="/">All searches</Link>
      </p>
      <Heading search={search.data} />
      <Facts search={search.data} />
      {board.isError ? <Failure error={board.error} retry={() => void board.refetch()} /> : null}
      {board.data ? <LeaderboardTable board={board.data} /> : null}
    </>
  );
}

function Heading({ search }: { search: Search }) {
  return (
    <div className="heading">
      <h1>{search.name}</h1>
      <span className={`state ${search.status}`} data-testid="status">
        {search.status}
      </span>
      {search.reason ? <p className="reason">{search.reason}</p> : null}
      <ProgressBar search={search} />
      <CancelButton search={search} />
    </div>
  );
}

function CancelButton({ search }: { search: Search }) {
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.cancelSearch(search.id),
    onSettled: () => queries.invalidateQueries(),
  });
  if (search.status !== 'running' && search.status !== 'queued') return null;
  return (
    <>
      <button type="button" disabled={cancel.isPending} onClick={() => cancel.mutate()}>
        Cancel the search
      </button>
      {cancel.isError ? <Failure error={cancel.error} /> : null}
    </>
  );
}

function Facts({ search }: { search: Search }) {
  const { crossValidation, strategy, objective, seed } = search.spec;
  const { trials } = search.progress;
  const facts: [string, string][] = [
    ['Strategy', strategy.kind],
    ['Cross-validation', describe(crossValidation)],
    ['Objective', objective.metric],
    ['Seed', String(seed)],
    ['Trials', `${trials.completed} of ${trials.total}${trials.failed ? `, ${trials.failed} failed` : ''}`],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function describe(crossValidation: Search['spec']['crossValidation']): string {
  if (crossValidation.kind === 'holdout') return `holdout of ${crossValidation.fraction * 100} %`;
  const repeats =
    'repeats' in crossValidation && crossValidation.repeats > 1 ? ` × ${crossValidation.repeats}` : '';
  return `${crossValidation.kind}, ${crossValidation.folds} folds${repeats}`;
}
