import type { HeatMap, TrialPoints } from '@holdfast/contracts/plots';
import { useQuery } from '@tanstack/react-query';
import { useId, useMemo, useState } from 'react';
import { category, count, countOf, decimal, short } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { api } from '../session/session.ts';
import { Chart } from './chart.tsx';
import { axisStyle, chartBase, useChartTheme } from './chart-theme.ts';

interface HeatMapPlotProps {
  search: string;
  points: TrialPoints;
  metric: string;
  where: readonly string[];
  onTrial: (trial: number) => void;
}

const figures = { best: 'best score', mean: 'mean score', trials: 'number of trials' } as const;
type Figure = keyof typeof figures;

/** Scores over two hyperparameters, from every trial. */
export function HeatMapPlot({ search, points, metric, where, onTrial }: HeatMapPlotProps) {
  const theme = useChartTheme();
  const id = useId();
  const names = points.axes.map(({ name }) => name);
  // Numbers first: they have more to show than a few choices.
  const usual = [
    ...points.axes.filter(({ range }) => range !== null),
    ...points.axes.filter(({ range }) => range === null),
  ].map(({ name }) => name);
  const [chosen, setChosen] = useState({ x: '', y: '' });
  const [figure, setFigure] = useState<Figure>('best');
  const x = names.includes(chosen.x) ? chosen.x : usual[0];
  const y = names.includes(chosen.y) && chosen.y !== x ? chosen.y : usual.find((name) => name !== x);
  const map = useQuery({
    queryKey: ['plots', search, 'heat-map', metric, where, x, y],
    queryFn: ({ signal }) =>
      api.getHeatMap(search, { ...(metric && { metric }), where, x: x ?? '', y: y ?? '' }, signal),
    enabled: x !== undefined && y !== undefined,
    placeholderData: (before) => before,
  });
  const option = useMemo(() => map.data && heatMapOption(map.data, figure, theme), [map.data, figure, theme]);
  if (x === undefined || y === undefined) {
    return <p className="quiet">A heat map takes two hyperparameters that vary; this search varies fewer.</p>;
  }
  return (
    <>
      <div className="row plot-controls">
        {(['x', 'y'] as const).map((axis) => (
          <span key={axis} className="row">
            <label htmlFor={id + axis}>{axis === 'x' ? 'Across' : 'Up'}</label>
            <select
              id={id + axis}
              className="select inline"
              value={axis === 'x' ? x : y}
              onChange={(event) => {
                const now = event.target.value;
                // Choosing what the other axis has exchanges the two.
                if (axis === 'x') setChosen({ x: now, y: now === y ? x : y });
                else setChosen({ x: now === x ? y : x, y: now });
              }}
            >
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </span>
        ))}
        <label htmlFor={`${id}figure`}>Colour</label>
        <select
          id={`${id}figure`}
          className="select inline"
          value={figure}
          onChange={(event) => setFigure(event.target.value as Figure)}
        >
          {Object.entries(figures).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </div>
      {map.isError ? <Failure error={map.error} retry={map.refetch} /> : null}
      {map.isPending ? <Loading what="the heat map" block /> : null}
      {option && map.data ? (
        <Chart
          option={option}
          onTrial={onTrial}
          height={380}
          label={`Heat map of the ${figures[figure]} over ${x} and ${y}, from ${countOf(map.data.total, 'trial')}.`}
        />
      ) : null}
      {map.data ? (
        <p className="quiet small">
          From all {countOf(map.data.total, 'trial')}, {countOf(map.data.cells.length, 'cell')}. A click leads
          to a cell’s best trial.
        </p>
      ) : null}
    </>
  );
}

function heatMapOption(map: HeatMap, figure: Figure, theme: ReturnType<typeof useChartTheme>) {
  const values = map.cells.map((cell) => cell[figure]);
  const [min, max] = [Math.min(...values), Math.max(...values)];
  // The better, the stronger: where less is better the scale is turned round.
  const turned = figure !== 'trials' && map.direction === 'minimize';
  const colours = [theme.scoreLow, theme.scoreMiddle, theme.scoreHigh];
  const axis = (one: HeatMap['x']) => ({
    ...axisStyle(theme, one.name),
    type: 'category',
    data: binTexts(one),
    splitLine: { show: false },
    splitArea: { show: false },
  });
  return {
    ...chartBase(theme),
    grid: { left: 24, right: 96, top: 34, bottom: 34, containLabel: true },
    tooltip: {
      ...chartBase(theme).tooltip,
      formatter: ({ data }: { data: { cell: HeatMap['cells'][number] } }) => {
        const { cell } = data;
        return [
          `${map.x.name} ${binTexts(map.x)[cell.x]}, ${map.y.name} ${binTexts(map.y)[cell.y]}`,
          `best ${decimal(cell.best)} (trial ${cell.bestTrial})`,
          `mean ${decimal(cell.mean)} of ${countOf(cell.trials, 'trial')}`,
        ].join('\n');
      },
    },
    xAxis: axis(map.x),
    yAxis: { ...axis(map.y), nameLocation: 'end', nameGap: 12 },
    visualMap: {
      min,
      max: max === min ? min + 1e-9 : max,
      dimension: 2,
      calculable: false,
      orient: 'vertical',
      right: 0,
      top: 'middle',
      itemHeight: 160,
      text: [
        figure === 'trials' ? count(max) : decimal(max),
        figure === 'trials' ? count(min) : decimal(min),
      ],
      textStyle: { color: theme.quiet },
      inRange: { color: turned ? colours.toReversed() : colours },
    },
    series: [
      {
        type: 'heatmap',
        data: map.cells.map((cell) => ({
          value: [cell.x, cell.y, cell[figure]],
          trial: cell.bestTrial,
          cell,
        })),
        itemStyle: { borderColor: theme.surface, borderWidth: 1 },
        emphasis: { itemStyle: { borderColor: theme.ink, borderWidth: 1.5 } },
      },
    ],
  };
}

/** Each bin by its value, or by where it begins. */
function binTexts({ bins, categories }: HeatMap['x']): string[] {
  if (categories) return categories.map(category);
  return (bins ?? []).map(([from, to]) => (from === to ? short(from) : `${short(from)} …`));
}
