import type { TrialPoints } from '@holdfast/contracts/plots';
import { useMemo } from 'react';
import { countOf, decimal } from '../format/figures.ts';
import { Chart } from './chart.tsx';
import { axisStyle, chartBase, useChartTheme } from './chart-theme.ts';
import { describePoint } from './trial-tooltip.ts';

interface ScorePlotProps {
  points: TrialPoints;
  recommended: number | null;
  picked: readonly number[];
  onTrial: (trial: number) => void;
}

/** Each trial's score by number, and the best so far as a line. */
export function ScorePlot({ points, recommended, picked, onTrial }: ScorePlotProps) {
  const theme = useChartTheme();
  const option = useMemo(() => {
    const marks = points.trial.map((trial, index) => {
      const special = trial === recommended || picked.includes(trial);
      const complete = points.status[index] === 'completed';
      return {
        value: [trial, points.score[index]],
        trial,
        index,
        ...(special
          ? {
              symbol: trial === recommended ? 'diamond' : 'circle',
              symbolSize: trial === recommended ? 14 : 10,
              z: 5,
              itemStyle: {
                color: trial === recommended ? theme.mark : theme.series[4],
                borderColor: theme.surface,
                borderWidth: 1.5,
                opacity: 1,
              },
            }
          : complete
            ? {}
            : { symbol: 'emptyCircle', itemStyle: { color: theme.quiet } }),
      };
    });
    const { bestSoFar } = points;
    const lastTrial = Math.max(points.trial.at(-1) ?? 0, bestSoFar.trial.at(-1) ?? 0);
    const line = bestSoFar.trial.map((trial, n) => [trial, bestSoFar.score[n]]);
    const lastScore = bestSoFar.score.at(-1);
    if (lastScore !== undefined) line.push([lastTrial, lastScore]);
    return {
      ...chartBase(theme),
      tooltip: {
        ...chartBase(theme).tooltip,
        trigger: 'item',
        formatter: ({ data }: { data: { index?: number } }) =>
          data.index === undefined ? '' : describePoint(points, data.index),
      },
      xAxis: {
        ...axisStyle(theme, 'trial'),
        type: 'value',
        min: 0,
        max: 'dataMax',
        splitLine: { show: false },
      },
      yAxis: {
        ...axisStyle(theme, ''),
        name: points.metric,
        nameLocation: 'end',
        nameGap: 12,
        type: 'value',
        scale: true,
      },
      dataZoom: [{ type: 'inside', filterMode: 'none' }],
      series: [
        {
          type: 'line',
          step: 'end',
          data: line,
          symbol: 'none',
          silent: true,
          lineStyle: { color: theme.ink, width: 1.6 },
          z: 3,
        },
        {
          type: 'scatter',
          data: marks,
          symbolSize: points.trial.length > 800 ? 5 : 7,
          itemStyle: { color: theme.accent, opacity: points.trial.length > 800 ? 0.45 : 0.7 },
        },
      ],
    };
  }, [points, recommended, picked, theme]);
  const best = points.bestSoFar;
  return (
    <Chart
      option={option}
      onTrial={onTrial}
      label={`Scores of ${countOf(points.trial.length, 'trial')} by number. ${
        best.trial.length > 0
          ? `The best so far changed ${best.trial.length} times, last at trial ${best.trial.at(-1)} with ${decimal(best.score.at(-1))}.`
          : 'None is complete.'
      }`}
    />
  );
}
