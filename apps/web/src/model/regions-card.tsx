import type { Model } from '@holdfast/contracts/model';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { count } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { Chart } from '../plots/chart.tsx';
import { useChartTheme } from '../plots/chart-theme.ts';
import { type Regions, regionsOption } from '../plots/regions-option.ts';
import { api } from '../session/session.ts';

/** Points of the grid along each axis: squared, as many as a request may hold. */
const across = 100;
/** Training rows drawn on top. */
const mostRows = 1000;

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
    () => (regions.data ? regionsOption(regions.data, theme) : null),
    [regions.data, theme],
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
  return {
    names: [x, y],
    classes: model.classes,
    range,
    across,
    outputs: cells.map(({ output }) => output),
    probabilities: cells.map(({ probability }) => probability),
    rows,
  };
}

/** The values' range, a twentieth more on either side. */
function widen(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const more = (high - low || 1) / 20;
  return [low - more, high + more];
}
