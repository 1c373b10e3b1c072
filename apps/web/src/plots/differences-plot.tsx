import type { Comparison } from '@holdfast/contracts/comparison';
import { useQuery } from '@tanstack/react-query';
import { useId, useMemo, useState } from 'react';
import { decimal } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Notice } from '../notices/notice.tsx';
import { api } from '../session/session.ts';
import { Chart } from './chart.tsx';
import { axisStyle, type ChartTheme, chartBase, useChartTheme } from './chart-theme.ts';
import { describeComparison } from './describe-comparison.ts';

interface DifferencesPlotProps {
  search: string;
  metric: string;
  /** Trials to choose two of: those picked on the board, else those that lead. */
  trials: readonly number[];
  picked: boolean;
}

/** Two trials on the same folds: what the one has more than the other on each, and whether that is more than chance. */
export function DifferencesPlot({ search, metric, trials, picked }: DifferencesPlotProps) {
  const theme = useChartTheme();
  const id = useId();
  const [chosen, setChosen] = useState<readonly [number | null, number | null]>([null, null]);
  const known = (trial: number | null) => (trial !== null && trials.includes(trial) ? trial : undefined);
  const first = known(chosen[0]) ?? trials[0];
  const second =
    [known(chosen[1]), ...trials].find((trial) => trial !== undefined && trial !== first) ?? undefined;
  const comparison = useQuery({
    queryKey: ['plots', search, 'comparison', metric, first, second],
    queryFn: () => api.compareTrials(search, first ?? 0, second ?? 0, { ...(metric && { metric }) }),
    enabled: first !== undefined && second !== undefined,
    placeholderData: (before) => before,
  });
  const { data, error } = comparison;
  const option = useMemo(() => (data ? differencesOption(data, theme) : null), [data, theme]);
  if (first === undefined || second === undefined) {
    return (
      <p className="quiet plot-empty">
        Two trials can be compared here: pick them by the boxes on the board.
      </p>
    );
  }
  const choose = (place: 0 | 1, trial: number) => {
    // Choosing what the other place has exchanges the two.
    if (place === 0) setChosen([trial, trial === second ? first : second]);
    else setChosen([trial === first ? second : first, trial]);
  };
  return (
    <>
      <div className="row plot-controls">
        {([0, 1] as const).map((place) => (
          <span key={place} className="row">
            <label htmlFor={id + place}>{place === 0 ? 'Trial' : 'minus trial'}</label>
            <select
              id={id + place}
              className="select inline"
              value={place === 0 ? first : second}
              onChange={(event) => choose(place, Number(event.target.value))}
            >
              {trials.map((trial) => (
                <option key={trial}>{trial}</option>
              ))}
            </select>
          </span>
        ))}
        <span className="quiet small">
          {picked ? 'Of those picked on the board.' : 'Pick others by the boxes on the board.'}
        </span>
      </div>
      {error ? <Failure error={error} retry={comparison.refetch} /> : null}
      {!data && !error ? <Loading what="the comparison" block /> : null}
      {data && option ? (
        <>
          <p className="verdict">{describeComparison(data)}</p>
          {data.warnings.map(({ code, message }) => (
            <Notice key={code} kind="mark">
              <p>{message}</p>
            </Notice>
          ))}
          {data.folds.length > 0 ? (
            <Chart
              option={option}
              height={300}
              label={`Differences of ${data.metric}, trial ${data.trials[0].trial} minus trial ${data.trials[1].trial}: ${data.folds.map(({ fold, difference }) => `fold ${fold} ${decimal(difference)}`).join(', ')}.`}
            />
          ) : null}
          <p className="quiet small">
            A dot for each fold that both have; the line is their mean, the band its 95 % interval.
            {data.test
              ? ` Corrected resampled t-test (Nadeau and Bengio 2003), which heeds that folds share training rows: t = ${data.test.t.toFixed(2)} with ${data.test.degreesOfFreedom} degrees of freedom.`
              : ''}
          </p>
        </>
      ) : null}
    </>
  );
}

function differencesOption(
  { folds, meanDifference, test, direction, trials }: Comparison,
  theme: ChartTheme,
) {
  const repeats = new Set(folds.map(({ repeat }) => repeat)).size;
  const better = (difference: number) => (direction === 'maximize' ? difference > 0 : difference < 0);
  const names = folds.map(({ repeat, fold }) => (repeats > 1 ? `${repeat}.${fold}` : String(fold)));
  const known = folds.flatMap(({ difference }) => (difference === null ? [] : [difference]));
  const largest = Math.max(0, ...[...known, ...(test?.interval ?? [])].map(Math.abs));
  // Where all are equal, any scale will do that one can read.
  const reach = largest === 0 ? 0.01 : largest * 1.15;
  return {
    ...chartBase(theme),
    tooltip: {
      ...chartBase(theme).tooltip,
      formatter: ({ data }: { data: { text?: string } }) => data.text ?? '',
    },
    xAxis: {
      ...axisStyle(theme, repeats > 1 ? 'repeat.fold' : 'fold'),
      type: 'category',
      data: names,
      axisLine: { show: false, onZero: false },
      splitLine: { show: false },
    },
    yAxis: {
      ...axisStyle(theme, `trial ${trials[0].trial} − trial ${trials[1].trial}`),
      nameLocation: 'end',
      nameGap: 12,
      nameTextStyle: { ...axisStyle(theme, '').nameTextStyle, align: 'left' },
      type: 'value',
      min: -reach,
      max: reach,
      axisLabel: {
        ...axisStyle(theme, '').axisLabel,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => String(Number(value.toPrecision(2))),
      },
    },
    series: [
      {
        type: 'scatter',
        symbolSize: 11,
        data: folds.map(({ difference, scores }, n) => ({
          value: [n, difference],
          itemStyle: {
            color:
              difference === 0 || difference === null
                ? theme.quiet
                : better(difference)
                  ? theme.accent
                  : theme.bad,
          },
          symbol: difference === null || difference >= 0 ? 'circle' : 'diamond',
          text: `fold ${names[n]}\ntrial ${trials[0].trial}: ${decimal(scores[0])}\ntrial ${trials[1].trial}: ${decimal(scores[1])}\ndifference ${decimal(difference)}`,
        })),
        markLine: {
          silent: true,
          symbol: 'none',
          label: { show: false },
          data: [
            { yAxis: 0, lineStyle: { color: theme.strongLine, type: 'solid', width: 1 } },
            ...(meanDifference === null
              ? []
              : [{ yAxis: meanDifference, lineStyle: { color: theme.ink, type: 'dashed', width: 1.6 } }]),
          ],
        },
        ...(test
          ? {
              markArea: {
                silent: true,
                itemStyle: { color: theme.accent, opacity: 0.13 },
                data: [[{ yAxis: test.interval[0] }, { yAxis: test.interval[1] }]],
              },
            }
          : {}),
      },
    ],
  };
}
