import type { Trial } from '@holdfast/contracts/trial';
import { useId, useMemo, useState } from 'react';
import { Chart } from './chart.tsx';
import { axisStyle, chartBase, useChartTheme } from './chart-theme.ts';
import { meanCurve } from './mean-curve.ts';

/** Learning curves: validation drawn through, training dashed; each fold thin, their mean thick. */
export function CurvesPlot({ trials }: { trials: readonly Trial[] }) {
  const theme = useChartTheme();
  const id = useId();
  const [figure, setFigure] = useState<'Loss' | 'Accuracy'>('Loss');
  const [log, setLog] = useState(false);
  const hasAccuracy = trials.some(({ folds }) =>
    folds.some(({ curves }) => curves?.validationAccuracy.some((value) => value !== null)),
  );
  const shown = hasAccuracy ? figure : 'Loss';
  const option = useMemo(() => {
    const series = trials.flatMap((trial, n) => {
      const color = theme.series[n % theme.series.length];
      return (['training', 'validation'] as const).flatMap((kind) => {
        const key = `${kind}${shown}` as const;
        const folds = trial.folds.flatMap(({ curves }) =>
          curves ? [curves.epochs.map((epoch, at) => [epoch, curves[key][at] ?? null] as const)] : [],
        );
        const name = `trial ${trial.trial}, ${kind}`;
        const line = { type: 'line', symbol: 'none', silent: true };
        const dash = kind === 'training' ? [6, 4] : 'solid';
        return [
          ...folds.map((data) => ({
            ...line,
            data,
            lineStyle: { color, width: 1, opacity: 0.28, type: dash },
          })),
          {
            ...line,
            silent: false,
            name,
            data: meanCurve(folds),
            itemStyle: { color },
            lineStyle: { color, width: 2.6, type: dash },
            z: 4,
          },
        ];
      });
    });
    return {
      ...chartBase(theme),
      legend: {
        type: 'scroll',
        top: 0,
        data: series.flatMap((one) => ('name' in one ? [one.name] : [])),
        textStyle: { color: theme.quiet, fontFamily: theme.font },
        pageTextStyle: { color: theme.quiet },
        pageIconColor: theme.accent,
        itemWidth: 34,
      },
      grid: { ...chartBase(theme).grid, top: 44 },
      tooltip: {
        ...chartBase(theme).tooltip,
        trigger: 'axis',
        formatter: (lines: { seriesName: string; value: [number, number | null] }[]) =>
          [
            `epoch ${lines[0]?.value[0]}`,
            ...lines
              .filter(({ seriesName, value }) => seriesName.startsWith('trial') && value[1] !== null)
              .map(({ seriesName, value }) => `${seriesName}: ${value[1]?.toPrecision(4)}`),
          ].join('\n'),
      },
      xAxis: {
        ...axisStyle(theme, 'epoch'),
        type: 'value',
        min: 'dataMin',
        max: 'dataMax',
        splitLine: { show: false },
      },
      yAxis: {
        ...axisStyle(theme, shown.toLowerCase()),
        nameLocation: 'end',
        nameGap: 10,
        type: log ? 'log' : 'value',
        scale: true,
      },
      series,
    };
  }, [trials, shown, log, theme]);
  return (
    <>
      <div className="row plot-controls">
        <label htmlFor={id}>Figure</label>
        <select
          id={id}
          className="select inline"
          value={shown}
          onChange={(event) => setFigure(event.target.value as 'Loss' | 'Accuracy')}
        >
          <option value="Loss">loss</option>
          {hasAccuracy ? <option value="Accuracy">accuracy</option> : null}
        </select>
        <label className="check">
          <input type="checkbox" checked={log} onChange={(event) => setLog(event.target.checked)} />{' '}
          logarithmic
        </label>
        <span className="quiet small">
          Validation drawn through, training dashed; each fold thin, their mean thick.
        </span>
      </div>
      <Chart
        option={option}
        height={360}
        label={`Learning curves (${shown.toLowerCase()}) of ${trials.map(({ trial }) => `trial ${trial}`).join(', ')}: training and validation, each fold and their mean.`}
      />
    </>
  );
}
