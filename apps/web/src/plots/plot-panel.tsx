import { Tabs } from '@base-ui/react/tabs';
import type { Search } from '@holdfast/contracts/search';
import { useNavigate } from 'react-router';
import { useBoardHead } from '../board/use-board-head.ts';
import { useTrialPoints } from '../board/use-trial-points.ts';
import { withCondition } from '../board/where.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import type { SearchView } from '../search/use-search-view.ts';
import { DifferencesPlot } from './differences-plot.tsx';
import { HeatMapPlot } from './heat-map-plot.tsx';
import { ImportancePlot } from './importance-plot.tsx';
import { OverfitPlot } from './overfit-plot.tsx';
import { ParallelPlot } from './parallel/parallel-plot.tsx';
import { PickedCurves } from './picked-curves.tsx';
import { RungsPlot } from './rungs-plot.tsx';
import { SamplingNote } from './sampling-note.tsx';
import { ScorePlot } from './score-plot.tsx';
import { SlicePlot } from './slice-plot.tsx';
import { TimelinePlot } from './timeline-plot.tsx';
import './plots.css';

const tabs = [
  ['scores', 'Scores'],
  ['parallel', 'Parallel coordinates'],
  ['slice', 'Slice'],
  ['heat-map', 'Heat map'],
  ['importance', 'Importance'],
  ['curves', 'Learning curves'],
  ['differences', 'Fold differences'],
  ['overfitting', 'Over-fitting'],
  ['rungs', 'Rungs'],
  ['workers', 'Time line'],
] as const;
type PlotName = (typeof tabs)[number][0];

interface PlotPanelProps {
  search: Search;
  view: SearchView;
  change: (changed: Partial<SearchView>) => void;
}

/** The pictures of a search. All of them show what the board's filter keeps; a click on a trial leads to its page. */
export default function PlotPanel({ search, view, change }: PlotPanelProps) {
  const { id } = search;
  const { metric, where } = view;
  const navigate = useNavigate();
  const head = useBoardHead(id);
  const all = useTrialPoints(id, metric);
  const kept = useTrialPoints(id, metric, where);
  const { kind } = search.spec.strategy;
  const offered = tabs.filter(([name]) => name !== 'rungs' || kind === 'halving' || kind === 'hyperband');
  const open = offered.find(([name]) => name === view.plot)?.[0] ?? 'scores';
  const toTrial = (trial: number) => void navigate(`/searches/${id}/trials/${trial}`);
  const recommended = head?.recommended?.trial ?? null;
  const best = head?.items[0]?.rank === 1 ? head.items[0].trial : null;
  const leaders = [...new Set([best, recommended])].filter((trial) => trial !== null);
  // Where best and recommended are one, the second in rank stands beside it.
  const second = all.data?.trial[all.data.rank.indexOf(2)];
  const rivals = [...new Set([...leaders, ...(second === undefined ? [] : [second])])].slice(0, 2);
  const error = kept.error ?? all.error;

  const draw = (name: PlotName) => {
    if (name === 'workers') return <TimelinePlot search={id} onTrial={toTrial} />;
    if (name === 'curves' && !head && view.trials.length === 0) return <Loading what="the curves" block />;
    if (name === 'curves') return <PickedCurves search={id} picked={view.trials} instead={leaders} />;
    if (name === 'importance') return <ImportancePlot search={search} metric={metric} />;
    if (name === 'rungs') return <RungsPlot search={id} metric={metric} onTrial={toTrial} />;
    if (name === 'differences') {
      if (!head || !all.data) return <Loading what="the comparison" block />;
      const picked = view.trials.length > 1;
      return (
        <DifferencesPlot
          search={id}
          metric={metric}
          trials={picked ? view.trials : [...new Set([...view.trials, ...rivals])]}
          picked={picked}
        />
      );
    }
    if (!kept.data || !all.data) {
      return error ? <Failure error={error} retry={kept.refetch} /> : <Loading what="the plot" block />;
    }
    const points = kept.data;
    if (points.trial.length === 0 && name !== 'parallel') {
      return (
        <p className="quiet plot-empty">
          {where.length > 0 ? 'No trial that the filter keeps has a score.' : 'No trial has a score yet.'}
        </p>
      );
    }
    switch (name) {
      case 'scores':
        return (
          <>
            <ScorePlot points={points} recommended={recommended} picked={view.trials} onTrial={toTrial} />
            <p className="quiet small">
              The line is the best so far
              {recommended === null ? '.' : ', the diamond the recommended trial.'}
            </p>
            <SamplingNote points={points} />
          </>
        );
      case 'parallel':
        return (
          <>
            <ParallelPlot
              all={all.data}
              kept={points}
              where={where}
              onBrush={(axis, text) => change({ where: withCondition(where, axis, text) })}
            />
            <SamplingNote points={where.length > 0 ? points : all.data} />
          </>
        );
      case 'slice':
        return (
          <>
            <SlicePlot points={points} onTrial={toTrial} />
            <SamplingNote points={points} />
          </>
        );
      case 'heat-map':
        return <HeatMapPlot search={id} points={all.data} metric={metric} where={where} onTrial={toTrial} />;
      case 'overfitting':
        return (
          <>
            <OverfitPlot points={points} onTrial={toTrial} />
            <SamplingNote points={points} />
          </>
        );
    }
  };
  return (
    <section className="card plots" aria-label="Plots">
      <Tabs.Root value={open} onValueChange={(name: PlotName) => change({ plot: name })}>
        <Tabs.List className="tabs" activateOnFocus>
          {offered.map(([name, label]) => (
            <Tabs.Tab key={name} value={name}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {offered.map(([name]) => (
          <Tabs.Panel key={name} value={name} className="plot-body">
            {name === open ? draw(name) : null}
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </section>
  );
}
