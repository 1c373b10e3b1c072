import type { TrialPoints } from '@holdfast/contracts/plots';
import { useMemo } from 'react';
import { countOf, decimal } from '../format/figures.ts';
import { Chart } from './chart.tsx';
import { axisStyle, chartBase, useChartTheme } from './chart-theme.ts';
import { describePoint } from './trial-tooltip.ts';

interface OverfitPlotProps {
  points: TrialPoints;
  onTrial: (trial: number) => void;
}

/** The validation loss may be so much above the training loss before a trial is said to over-fit. */
const allowed = 1.1;

/** Validation loss over training loss of each trial, with the band in which the two are as good as equal. */
export function OverfitPlot({ points, onTrial }: OverfitPlotProps) {
  const theme = useChartTheme();
  const overfit = points.overfit.filter((one) => one === true).length;
  const option = useMemo(() => {
    const data = points.trial.flatMap((trial, index) => {
      const [training, validation] = [points.trainingLoss[index], points.validationLoss[index]];
      if (!training || !validation || training <= 0 || validation <= 0) return [];
      const bad = points.overfit[index] === true;
      return [
        {
          value: [training, validation],
          trial,
          index,
          symbol: bad ? 'triangle' : 'circle',
          itemStyle: { color: bad ? theme.bad : theme.accent },
        },
      ];
    });
    const losses = data.flatMap(({ value }) => value);
    const margin = 1.15;
    const [low, high] = [Math.min(...losses) / margin, Math.max(...losses) * margin];
    const steps = Array.from({ length: 33 }, (_, n) => low * (high / low) ** (n / 32));
    const axis = (name: string) => ({
      ...axisStyle(theme, name),
      type: 'log',
      min: low,
      max: high,
      axisLabel: {
        ...axisStyle(theme, name).axisLabel,
        formatter: (value: number) => String(Number(value.toPrecision(2))),
      },
    });
    return {
      ...chartBase(theme),
      grid: { ...chartBase(theme).grid, left: 28 },
      tooltip: {
        ...chartBase(theme).tooltip,
        formatter: ({ data: point }: { data: { index?: number } }) => {
          const { index } = point;
          if (index === undefined) return '';
          return `${describePoint(points, index)}\nvalidation loss ${decimal(points.validationLoss[index])}\ntraining loss ${decimal(points.trainingLoss[index])}`;
        },
      },
      xAxis: axis('training loss'),
      yAxis: { ...axis('validation loss'), nameGap: 46 },
      series: [
        {
          type: 'custom',
          silent: true,
          clip: true,
          data: [0],
          renderItem: (_: unknown, context: { coord: (point: number[]) => number[] }) => ({
            type: 'polygon',
            shape: {
              points: [
                ...steps.map((loss) => context.coord([loss, loss])),
                ...steps.toReversed().map((loss) => context.coord([loss, loss * allowed])),
              ],
            },
            style: { fill: theme.accent, opacity: 0.2 },
          }),
        },
        {
          type: 'line',
          silent: true,
          symbol: 'none',
          data: [
            [low, low],
            [high, high],
          ],
          lineStyle: { color: theme.strongLine, type: 'dashed', width: 1 },
        },
        { type: 'scatter', data, symbolSize: 8, itemStyle: { opacity: 0.75 } },
      ],
    };
  }, [points, theme]);
  return (
    <>
      <Chart
        option={option}
        onTrial={onTrial}
        label={`Validation loss against training loss. ${overfit} of ${points.trial.length} trials over-fit.`}
      />
      <p className="quiet small">
        Mean data losses over the folds, without penalty. In the band the validation loss is up to 10 % above
        the training loss. Of the {countOf(points.trial.length, 'trial')} shown, {overfit}{' '}
        {overfit === 1 ? 'overfits' : 'overfit'} (triangles: above the band, and by more than 0.01).
      </p>
    </>
  );
}
