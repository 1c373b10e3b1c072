import type { Dataset } from '@holdfast/contracts/dataset';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { countOf } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Chart } from '../plots/chart.tsx';
import { axisStyle, chartBase, useChartTheme } from '../plots/chart-theme.ts';
import { api } from '../session/session.ts';

const most = 1000;

/** Whether rows are points of a plane that belong to classes. */
export function isPlane({ task, features }: Dataset): boolean {
  return (
    task === 'classification' && features.length === 2 && features.every(({ kind }) => kind === 'number')
  );
}

/** Data with two features can be seen whole: a point for each row, coloured by class. */
export function PlaneCard({ dataset }: { dataset: Dataset }) {
  const theme = useChartTheme();
  const step = Math.max(1, Math.ceil(dataset.rows.train / (5 * most)));
  const rows = useQuery({
    queryKey: ['dataset', dataset.id, 'plane'],
    queryFn: async () => {
      const pages = [];
      for (let offset = 0; offset < dataset.rows.train; offset += most * step) {
        pages.push(await api.previewDataset(dataset.id, most, offset));
      }
      return pages.flatMap((page) => page.rows);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const option = useMemo(() => {
    const [x, y] = dataset.features;
    return {
      ...chartBase(theme),
      legend: { top: 0, textStyle: { color: theme.quiet, fontFamily: theme.font } },
      grid: { ...chartBase(theme).grid, top: 34 },
      tooltip: { show: false },
      xAxis: { ...axisStyle(theme, x?.name ?? ''), type: 'value', scale: true },
      yAxis: { ...axisStyle(theme, y?.name ?? ''), type: 'value', scale: true, nameGap: 40 },
      series: dataset.classes.map((name, n) => ({
        type: 'scatter',
        name,
        symbolSize: 4,
        itemStyle: { color: theme.series[n % theme.series.length], opacity: 0.75 },
        data: (rows.data ?? []).filter((row) => row[2] === name).map((row) => [row[0], row[1]]),
      })),
    };
  }, [rows.data, dataset, theme]);
  return (
    <section className="card" aria-labelledby="plane-title">
      <h2 id="plane-title">In the plane</h2>
      {rows.error ? <Failure error={rows.error} retry={rows.refetch} /> : null}
      {rows.isPending ? <Loading what="the points" block /> : null}
      {rows.data ? (
        <Chart
          option={option}
          height={420}
          label={`${countOf(rows.data.length, 'training row')} by their two features, coloured by class.`}
        />
      ) : null}
      <p className="quiet small">
        {step === 1
          ? `All ${countOf(dataset.rows.train, 'training row')}.`
          : `A part of the ${countOf(dataset.rows.train, 'training row')}.`}
      </p>
    </section>
  );
}
