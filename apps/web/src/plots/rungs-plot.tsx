import type { Rungs } from '@holdfast/contracts/rungs';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { count, countOf, decimal } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { api } from '../session/session.ts';
import { Chart } from './chart.tsx';
import { axisStyle, type ChartTheme, chartBase, useChartTheme } from './chart-theme.ts';

interface RungsPlotProps {
  search: string;
  metric: string;
  onTrial: (trial: number) => void;
}

/** Trials on the rungs of successive halving: a line each, as far as it was promoted. */
export function RungsPlot({ search, metric, onTrial }: RungsPlotProps) {
  const theme = useChartTheme();
  const rungs = useQuery({
    queryKey: ['plots', search, 'rungs', metric],
    queryFn: () => api.getRungs(search, { ...(metric && { metric }) }),
    placeholderData: (before) => before,
  });
  const { data } = rungs;
  const option = useMemo(() => (data ? rungsOption(data, theme) : null), [data, theme]);
  if (rungs.error) return <Failure error={rungs.error} retry={rungs.refetch} />;
  if (!data || !option) return <Loading what="the rungs" block />;
  if (data.total === 0) return <p className="quiet plot-empty">No trial has reached the first rung yet.</p>;
  return (
    <>
      <Chart
        option={option}
        onTrial={onTrial}
        height={360}
        label={`Rungs of halving: ${data.levels.map(({ epochs, trials }) => `${countOf(trials, 'trial')} at ${countOf(epochs, 'epoch')}`).join(', ')}.`}
      />
      <p className="quiet small">
        Each line is a trial, from rung to rung as far as it was promoted; those that were stopped end early
        and are grey.
        {data.trials.length < data.total
          ? ` Shown are the ${count(data.trials.length)} of ${count(data.total)} trials that climbed highest.`
          : ''}
      </p>
      <table className="plain narrow">
        <caption className="hidden">Rungs</caption>
        <thead>
          <tr>
            <th scope="col" className="number">
              Epochs
            </th>
            <th scope="col" className="number">
              Trials
            </th>
            <th scope="col" className="number">
              Best {data.metric}
            </th>
            <th scope="col" className="number">
              of trial
            </th>
          </tr>
        </thead>
        <tbody>
          {data.levels.map(({ epochs, trials, best, bestTrial }) => (
            <tr key={epochs}>
              <td className="number">{count(epochs)}</td>
              <td className="number">{count(trials)}</td>
              <td className="number">{decimal(best)}</td>
              <td className="number">{bestTrial}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function rungsOption(rungs: Rungs, theme: ChartTheme) {
  const last = rungs.levels.at(-1)?.epochs ?? 1;
  return {
    ...chartBase(theme),
    tooltip: {
      ...chartBase(theme).tooltip,
      trigger: 'item',
      formatter: ({ data }: { data: { trial: number; value: [number, number] } }) =>
        `Trial ${data.trial}\n${rungs.metric} ${decimal(data.value[1])} after ${countOf(data.value[0], 'epoch')}`,
    },
    xAxis: {
      ...axisStyle(theme, 'epochs'),
      type: 'log',
      min: rungs.levels[0]?.epochs,
      max: last,
      axisLabel: {
        ...axisStyle(theme, '').axisLabel,
        customValues: rungs.levels.map(({ epochs }) => epochs),
      },
      axisTick: { ...axisStyle(theme, '').axisTick, customValues: rungs.levels.map(({ epochs }) => epochs) },
    },
    yAxis: {
      ...axisStyle(theme, rungs.metric),
      nameLocation: 'end',
      nameGap: 12,
      type: 'value',
      scale: true,
    },
    series: rungs.trials.map(({ trial, status, epochs, scores }) => {
      const climbed = epochs.at(-1) === last;
      const color = status === 'pruned' ? theme.quiet : climbed ? theme.mark : theme.accent;
      return {
        type: 'line',
        data: epochs.map((epoch, n) => ({ value: [epoch, scores[n]], trial })),
        symbol: 'circle',
        symbolSize: climbed ? 8 : 6,
        itemStyle: { color },
        lineStyle: { color, width: climbed ? 2.4 : 1.2, opacity: climbed ? 1 : 0.55 },
        z: climbed ? 4 : 2,
      };
    }),
  };
}
