import type { TrialPoints } from '@holdfast/contracts/plots';
import { useId, useMemo, useState } from 'react';
import { Chart } from './chart.tsx';
import { axisStyle, chartBase, useChartTheme } from './chart-theme.ts';
import { axisValue, hyperparameterAxis } from './hyperparameter-axis.ts';
import { describePoint } from './trial-tooltip.ts';

interface SlicePlotProps {
  points: TrialPoints;
  onTrial: (trial: number) => void;
}

/** Scores over one hyperparameter; the colour tells the trial's number, late ones dark. */
export function SlicePlot({ points, onTrial }: SlicePlotProps) {
  const theme = useChartTheme();
  const select = useId();
  // A number has more to show than a few choices.
  const [chosen, setChosen] = useState(points.axes.find(({ range }) => range !== null)?.name ?? '');
  const place = Math.max(
    0,
    points.axes.findIndex(({ name }) => name === chosen),
  );
  const axis = points.axes[place];
  const option = useMemo(() => {
    if (!axis) return null;
    const data = points.trial.flatMap((trial, index) => {
      const x = axisValue(axis, points.values[place]?.[index]);
      return x === null ? [] : [{ value: [x, points.score[index], trial], trial, index }];
    });
    return {
      ...chartBase(theme),
      tooltip: {
        ...chartBase(theme).tooltip,
        formatter: ({ data }: { data: { index: number } }) => describePoint(points, data.index),
      },
      xAxis: hyperparameterAxis(axis, theme),
      yAxis: {
        ...axisStyle(theme, points.metric),
        nameLocation: 'end',
        nameGap: 12,
        type: 'value',
        scale: true,
      },
      visualMap: {
        show: false,
        dimension: 2,
        min: points.trial[0] ?? 0,
        max: Math.max(1, points.trial.at(-1) ?? 1),
        inRange: { color: [theme.scoreLow, theme.scoreMiddle, theme.scoreHigh] },
      },
      series: [
        {
          type: 'scatter',
          data,
          symbolSize: 8,
          itemStyle: { borderColor: theme.strongLine, borderWidth: 0.6, opacity: 0.85 },
        },
      ],
    };
  }, [axis, place, points, theme]);
  if (!axis || !option) return <p className="quiet">This search varies nothing.</p>;
  return (
    <>
      <div className="row plot-controls">
        <label htmlFor={select}>Hyperparameter</label>
        <select
          id={select}
          className="select inline"
          value={axis.name}
          onChange={(event) => setChosen(event.target.value)}
        >
          {points.axes.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <span className="quiet small">Early trials are light, late ones dark.</span>
      </div>
      <Chart
        option={option}
        onTrial={onTrial}
        label={`Scores over ${axis.name} of ${points.trial.length} trials.`}
      />
    </>
  );
}
