import type { Dataset } from '@holdfast/contracts/dataset';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { isPlane } from '../datasets/plane-card.tsx';
import { countOf, short } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Chart } from '../plots/chart.tsx';
import { axisStyle, type ChartTheme, chartBase, useChartTheme } from '../plots/chart-theme.ts';
import { loadPlaneRows } from './load-plane-rows.ts';
import { loadPredictions } from './load-predictions.ts';

type Predictions = Awaited<ReturnType<typeof loadPredictions>>;

interface PredictionsCardProps {
  search: string;
  trial: number;
  dataset: Dataset;
  done: number;
}

/**
 * Where the models are right and wrong: for two features, each row in its place with the class that a model predicted
 * that was trained without it; for regression, prediction over truth.
 */
export function PredictionsCard({ search, trial, dataset, done }: PredictionsCardProps) {
  const plane = isPlane(dataset);
  const regression = dataset.task === 'regression' && dataset.target.length === 1;
  if (!plane && !regression) return null;
  return <Card search={search} trial={trial} dataset={dataset} done={done} />;
}

function Card({ search, trial, dataset, done }: PredictionsCardProps) {
  const theme = useChartTheme();
  const plane = isPlane(dataset);
  const predictions = useQuery({
    queryKey: ['trial', search, trial, 'predictions', done],
    queryFn: () => loadPredictions(search, trial),
  });
  const rows = useQuery({
    queryKey: ['dataset', dataset.id, 'rows'],
    queryFn: () => loadPlaneRows(dataset),
    enabled: plane,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const option = useMemo(() => {
    if (!predictions.data) return null;
    if (!plane) return truthOption(predictions.data, dataset, theme);
    return rows.data ? planeOption(predictions.data, rows.data, dataset, theme) : null;
  }, [predictions.data, rows.data, plane, dataset, theme]);
  const error = predictions.error ?? rows.error;
  return (
    <section className="card" aria-labelledby="predictions-title">
      <h2 id="predictions-title">{plane ? 'Predictions in the plane' : 'Prediction over truth'}</h2>
      {error ? <Failure error={error} /> : null}
      {option === null && !error ? <Loading what="the predictions" block /> : null}
      {option && predictions.data ? (
        <>
          <Chart
            option={option}
            height={380}
            label={`${plane ? 'Training rows in the plane of their two features, by predicted class' : 'Predicted over true values'}, ${countOf(predictions.data.items.length, 'row')}.`}
          />
          <p className="quiet small">
            {plane
              ? 'Each row where it lies, in the colour of the class that was predicted by the fold’s model that had not seen it; crosses are wrong.'
              : 'Each row by the fold’s model that had not seen it; on the diagonal the prediction is true.'}
            {predictions.data.complete ? '' : ` The first ${countOf(predictions.data.items.length, 'row')}.`}
          </p>
        </>
      ) : null}
    </section>
  );
}

function planeOption(
  { items, outputs }: Predictions,
  rows: readonly [number, number][],
  dataset: Dataset,
  theme: ChartTheme,
) {
  const points = items.flatMap(({ row, truth, values }) => {
    const place = rows[row];
    if (!place || values.some((value) => value === null)) return [];
    const known = values as number[];
    const predicted = known.indexOf(Math.max(...known));
    return [{ place, truth, predicted, probability: known[predicted] ?? 0 }];
  });
  const [x, y] = dataset.features;
  return {
    ...chartBase(theme),
    legend: { top: 0, textStyle: { color: theme.quiet, fontFamily: theme.font } },
    grid: { ...chartBase(theme).grid, top: 34 },
    tooltip: {
      ...chartBase(theme).tooltip,
      formatter: ({ data }: { data: { text: string } }) => data.text,
    },
    xAxis: { ...axisStyle(theme, x?.name ?? ''), type: 'value', scale: true },
    yAxis: { ...axisStyle(theme, y?.name ?? ''), type: 'value', scale: true, nameGap: 40 },
    series: outputs.map((name, output) => ({
      type: 'scatter',
      name,
      itemStyle: { color: theme.series[output % theme.series.length] },
      data: points
        .filter(({ predicted }) => predicted === output)
        .map(({ place, truth, probability }) => {
          const wrong = truth !== name;
          return {
            value: place,
            symbol: wrong ? 'path://M0,0L8,8M8,0L0,8' : 'circle',
            symbolSize: wrong ? 9 : 5,
            ...(wrong
              ? {
                  itemStyle: {
                    color: 'none',
                    borderColor: theme.series[output % theme.series.length],
                    borderWidth: 2.2,
                  },
                }
              : {}),
            text: `${short(place[0])}, ${short(place[1])}\npredicted ${name} (${Math.round(probability * 100)} %)\ntruth ${String(truth)}`,
          };
        }),
    })),
  };
}

function truthOption({ items }: Predictions, dataset: Dataset, theme: ChartTheme) {
  const points = items.flatMap(({ truth, values }) => {
    const predicted = values[0];
    return typeof truth === 'number' && predicted !== null && predicted !== undefined
      ? [[truth, predicted] as const]
      : [];
  });
  const all = points.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return {
    ...chartBase(theme),
    tooltip: {
      ...chartBase(theme).tooltip,
      formatter: ({ data }: { data: [number, number] }) =>
        `truth ${short(data[0])}\npredicted ${short(data[1])}`,
    },
    xAxis: { ...axisStyle(theme, `${dataset.target[0]}, truth`), type: 'value', scale: true },
    yAxis: { ...axisStyle(theme, 'predicted'), type: 'value', scale: true, nameGap: 44 },
    series: [
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
      { type: 'scatter', data: points, symbolSize: 5, itemStyle: { color: theme.accent, opacity: 0.6 } },
    ],
  };
}
