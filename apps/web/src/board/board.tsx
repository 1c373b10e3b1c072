import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { metricsOf } from '@holdfast/contracts/metrics';
import type { Search } from '@holdfast/contracts/search';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useCallback, useId, useMemo, useRef, useState } from 'react';
import { count, countOf } from '../format/figures.ts';
import { Empty } from '../notices/empty.tsx';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { mostPicked, type SearchView } from '../search/use-search-view.ts';
import { api } from '../session/session.ts';
import { Baselines } from './baselines.tsx';
import { BoardTable } from './board-table.tsx';
import { ColumnMenu } from './column-menu.tsx';
import { boardColumns } from './columns.tsx';
import { FilterButton } from './filter-button.tsx';
import type { FoldScale } from './fold-dots.tsx';
import { useHiddenColumns } from './hidden-columns.ts';
import { useBoardRows } from './use-board-rows.ts';
import { useTrialPoints } from './use-trial-points.ts';
import { describeCondition, withCondition } from './where.ts';
import './board.css';

/** The best rows, from which the axis of the fold scores is made: what is far worse is drawn at its end. */
const scaleRows = 25;

interface BoardProps {
  search: Search;
  view: SearchView;
  change: (changed: Partial<SearchView>) => void;
}

/** The leaderboard: live, sorted and filtered by the service, so that any number of trials can be scrolled. */
export function Board({ search, view, change }: BoardProps) {
  const [range, setRange] = useState<[number, number]>([0, 40]);
  const { metric, sort, where, trials } = view;
  const { rows, stale, error, retry } = useBoardRows({ search: search.id, metric, sort, where }, range);
  const points = useTrialPoints(search.id, metric);
  const [hidden, hide] = useHiddenColumns();
  const columns = useMemo(() => boardColumns(rows.metric, rows.varied), [rows.metric, rows.varied]);
  const first = rows.at(0);
  const shown = columns.filter(({ id, absent }) => !hidden.has(id) && !(first && absent?.(first)));
  const scale = useMemo(() => foldScale(rows.at, Math.min(rows.matching, scaleRows)), [rows]);
  const newest = useRef(trials);
  newest.current = trials;
  const pick = useCallback(
    (trial: number, picked: boolean) => {
      const others = newest.current.filter((one) => one !== trial);
      change({ trials: picked ? [...others, trial].slice(-mostPicked) : others });
    },
    [change],
  );
  const setCondition = (name: string, text: string | null) =>
    change({ where: withCondition(where, name, text) });

  return (
    <section className="card board" aria-labelledby="board-title">
      <div className="row spread">
        <h2 id="board-title">Leaderboard</h2>
        <div className="row">
          <MetricSelect search={search} metric={metric} onChange={(chosen) => change({ metric: chosen })} />
          <FilterButton axes={points.data?.axes ?? []} where={where} onChange={setCondition} />
          <ColumnMenu columns={columns} hidden={hidden} onChange={hide} />
        </div>
      </div>
      <div className="row board-state">
        <p className="quiet small" role="status">
          {rows.total === null
            ? 'Loading …'
            : where.length > 0
              ? `${count(rows.matching)} of ${countOf(rows.total, 'trial')}`
              : `${countOf(rows.total, 'trial')}, ranked by validation ${rows.metric}, ${rows.direction === 'maximize' ? 'highest' : 'lowest'} first`}
          {sort ? `; sorted by ${sort.replace(/^-/, '')}` : ''}
        </p>
        {where.map((condition) => (
          <span key={condition} className="chip">
            <span>{describeCondition(condition)}</span>
            <button
              type="button"
              aria-label={`Remove the filter ${describeCondition(condition)}`}
              onClick={() => change({ where: where.filter((one) => one !== condition) })}
            >
              <X size={14} aria-hidden />
            </button>
          </span>
        ))}
        {where.length > 1 ? (
          <button type="button" className="button plain small" onClick={() => change({ where: [] })}>
            Remove all
          </button>
        ) : null}
        {sort ? (
          <button type="button" className="button plain small" onClick={() => change({ sort: '' })}>
            Back to ranks
          </button>
        ) : null}
        {trials.length > 0 ? (
          <span className="chip">
            <span>
              {countOf(trials.length, 'trial')} picked: {trials.join(', ')}
            </span>
            <button type="button" aria-label="Pick none" onClick={() => change({ trials: [] })}>
              <X size={14} aria-hidden />
            </button>
          </span>
        ) : null}
      </div>
      <Baselines baselines={rows.baselines} metric={rows.metric} />
      {error ? <Failure error={error} retry={retry} /> : null}
      {rows.total === null ? (
        error ? null : (
          <Loading what="the leaderboard" block />
        )
      ) : rows.matching === 0 ? (
        <Empty title={where.length > 0 ? 'No trial is like that' : 'No trial yet'}>
          {where.length > 0 ? (
            <button type="button" className="button" onClick={() => change({ where: [] })}>
              Remove the filters
            </button>
          ) : (
            <p>Trials come as soon as the strategy proposes them.</p>
          )}
        </Empty>
      ) : (
        <BoardTable
          search={search.id}
          columns={shown}
          rows={rows}
          stale={stale}
          scale={scale}
          sort={sort}
          picked={trials}
          onSort={(name) => change({ sort: name })}
          onPick={pick}
          onRange={setRange}
        />
      )}
    </section>
  );
}

/** From the best rows: the poor ones would press all others together. */
function foldScale(at: (index: number) => LeaderboardItem | undefined, rows: number): FoldScale {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < rows; index++) {
    for (const fold of at(index)?.score.folds ?? []) {
      if (fold === null) continue;
      low = Math.min(low, fold);
      high = Math.max(high, fold);
    }
  }
  return low <= high ? [low, high] : [0, 1];
}

interface MetricSelectProps {
  search: Search;
  metric: string;
  onChange: (metric: string) => void;
}

function MetricSelect({ search, metric, onChange }: MetricSelectProps) {
  const id = useId();
  const dataset = useQuery({
    queryKey: ['dataset', search.dataset],
    queryFn: () => api.getDataset(search.dataset ?? ''),
    enabled: search.dataset !== null,
    staleTime: 60_000,
  });
  const objective = search.spec.objective.metric;
  const metrics = dataset.data ? metricsOf(dataset.data.task) : [objective];
  return (
    <>
      <label htmlFor={id} className="quiet small">
        Ranked by
      </label>
      <select
        id={id}
        className="select inline small"
        value={metric || objective}
        onChange={(event) => onChange(event.target.value === objective ? '' : event.target.value)}
      >
        {metrics.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </>
  );
}
