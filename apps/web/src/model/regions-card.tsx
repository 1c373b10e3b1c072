import type { Model } from '@holdfast/contracts/model';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { count } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Chart } from '../plots/chart.tsx';
import { axisStyle, type ChartTheme, chartBase, useChartTheme } from '../plots/chart-theme.ts';
import { api } from '../session/session.ts';

/** Points of the grid along each axis: squared, as many as a request may hold. */
const across = 100;
/** Training rows drawn on top. */
const mostRows = 1000;

interface Regions {
  range: { x: [number, number]; y: [number, number] };
  /** Row by row from the lower left: the class that is predicted, and how sure the model is. */
  cells: { output: number; probability: number }[];
  rows: { x: number; y: number; output: number }[];
}

/** For two numeric features: what the model predicts in every place of the plane, with the training rows on top. */
export function RegionsCard({ model }: { model: Model }) {
  const [x, y] = model.features;
  if (model.features.length !== 2 || model.task !== 'classification') return null;
  if (x?.kind !== 'number' || y?.kind !== 'number') return null;
  return <Card model={model} x={x.name} y={y.name} />;
}

function Card({ model, x, y }: { model: Model; x: string; y: string }) {
  const theme = useChartTheme();
  const regions = useQuery({
    queryKey: ['model', model.id, 'regions'],
    queryFn: () => loadRegions(model, x, y),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const option = useMemo(
    () => (regions.data ? regionsOption(regions.data, model.classes, [x, y], theme) : null),
    [regions.data, model.classes, x, y, theme],
  );
  return (
    <section className="card regions" aria-labelledby="regions-title">
      <h2 id="regions-title">Decision regions</h2>
      {regions.error ? <Failure error={regions.error} retry={regions.refetch} /> : null}
      {regions.isPending ? <Loading what="the regions" block /> : null}
      {option && regions.data ? (
        <>
          <Chart
            option={option}
            height={460}
            label={`The class that the model predicts in each place of the plane of ${x} and ${y}, with ${count(regions.data.rows.length)} training rows on top.`}
          />
          <p className="quiet small">
            The ground has the colour of the class that is predicted there, the stronger the surer; dots are{' '}
            {regions.data.rows.length < model.rows ? `${count(mostRows)} of the ` : 'the '}
            {count(model.rows)} training rows in the colour of their own class.
          </p>
        </>
      ) : null}
    </section>
  );
}

async function loadRegions(model: Model, x: string, y: string): Promise<Regions> {
  const preview = await api.previewDataset(model.dataset.id, mostRows);
  const place = (name: string) => preview.columns.indexOf(name);
  const target = place(model.target[0] ?? '');
  const rows = preview.rows.flatMap((row) => {
    const [at, up] = [row[place(x)], row[place(y)]];
    return typeof at === 'number' && typeof up === 'number'
      ? [{ x: at, y: up, output: model.classes.indexOf(String(row[target])) }]
      : [];
  });
  const range = { x: widen(rows.map((row) => row.x)), y: widen(rows.map((row) => row.y)) };
  const at = ([from, to]: [number, number], n: number) => from + ((n + 0.5) / across) * (to - from);
  const grid = Array.from({ length: across * across }, (_, n) => ({
    [x]: at(range.x, n % across),
    [y]: at(range.y, Math.floor(n / across)),
  }));
  const { items } = await api.predict(model.id, grid);
  const cells = items.map((item) => {
    const label = 'label' in item ? String(item.label) : '';
    const probability = 'label' in item ? (item.probabilities[label] ?? 0) : 0;
    return { output: model.classes.indexOf(label), probability };
  });
  return { range, cells, rows };
}

/** The values' range, a twentieth more on either side. */
function widen(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const more = (high - low || 1) / 20;
  return [low - more, high + more];
}

function regionsOption(
  { range, cells, rows }: Regions,
  classes: readonly string[],
  names: [string, string],
  theme: ChartTheme,
) {
  const colour = (output: number) => theme.series[Math.max(0, output) % theme.series.length] ?? theme.accent;
  const step = { x: (range.x[1] - range.x[0]) / across, y: (range.y[1] - range.y[0]) / across };
  const axis = (name: string, [min, max]: [number, number]) => ({
    ...axisStyle(theme, name),
    type: 'value',
    min,
    max,
    splitLine: { show: false },
    axisLabel: {
      ...axisStyle(theme, name).axisLabel,
      showMinLabel: false,
      showMaxLabel: false,
      formatter: (value: number) => String(Number(value.toPrecision(3))),
    },
  });
  return {
    ...chartBase(theme),
    legend: { top: 0, data: [...classes], textStyle: { color: theme.quiet, fontFamily: theme.font } },
    grid: { ...chartBase(theme).grid, top: 34 },
    tooltip: { show: false },
    xAxis: axis(names[0], range.x),
    yAxis: { ...axis(names[1], range.y), nameGap: 40 },
    series: [
      {
        type: 'custom',
        silent: true,
        clip: true,
        progressive: 0,
        data: cells.map((_, n) => n),
        renderItem: (
          { dataIndex }: { dataIndex: number },
          context: { coord: (point: number[]) => [number, number] },
        ) => {
          const left = range.x[0] + (dataIndex % across) * step.x;
          const bottom = range.y[0] + Math.floor(dataIndex / across) * step.y;
          const [x0, y0] = context.coord([left, bottom]);
          const [x1, y1] = context.coord([left + step.x, bottom + step.y]);
          const cell = cells[dataIndex];
          const [fromX, toX] = [Math.round(x0), Math.round(x1)];
          const [fromY, toY] = [Math.round(y1), Math.round(y0)];
          return {
            type: 'rect',
            shape: { x: fromX, y: fromY, width: toX - fromX, height: toY - fromY },
            style: { fill: colour(cell?.output ?? 0), opacity: 0.08 + 0.37 * (cell?.probability ?? 0) ** 2 },
          };
        },
      },
      ...classes.map((name, output) => ({
        type: 'scatter',
        name,
        symbolSize: 5,
        itemStyle: { color: colour(output), borderColor: theme.surface, borderWidth: 0.6 },
        data: rows.filter((row) => row.output === output).map((row) => [row.x, row.y]),
      })),
    ],
  };
}
