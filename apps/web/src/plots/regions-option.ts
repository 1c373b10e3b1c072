import { axisStyle, type ChartTheme, chartBase } from './chart-theme.ts';

/** What a classifier decides in the plane of its two features, with rows on top. */
export interface Regions {
  names: readonly [string, string];
  classes: readonly string[];
  range: { x: [number, number]; y: [number, number] };
  /** Cells along each axis. */
  across: number;
  /** Row by row from the lower left: the class that is predicted, and how sure the model is. */
  outputs: readonly number[];
  probabilities: readonly number[];
  /** `faint`: the model was trained on it. */
  rows: readonly { x: number; y: number; output: number; faint?: boolean }[];
}

/** The ground has the colour of the class that is predicted there, the stronger the surer; points that of their own. */
export function regionsOption(regions: Regions, theme: ChartTheme, { small = false } = {}) {
  const { names, classes, range, across, outputs, probabilities, rows } = regions;
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
  const points = (output: number, faint: boolean) => ({
    type: 'scatter',
    ...(faint ? { silent: true } : {}),
    name: classes[output],
    symbolSize: faint ? 3 : small ? 6 : 5,
    itemStyle: {
      color: colour(output),
      ...(faint ? { opacity: 0.35 } : { borderColor: theme.surface, borderWidth: small ? 1 : 0.6 }),
    },
    data: rows
      .filter((row) => row.output === output && (row.faint === true) === faint)
      .map(({ x, y }) => [x, y]),
  });
  return {
    ...chartBase(theme),
    ...(small
      ? {}
      : {
          legend: { top: 0, data: [...classes], textStyle: { color: theme.quiet, fontFamily: theme.font } },
        }),
    grid: { ...chartBase(theme).grid, top: small ? 10 : 34, ...(small && { left: 20, right: 12 }) },
    tooltip: { show: false },
    xAxis: axis(names[0], range.x),
    yAxis: { ...axis(names[1], range.y), nameGap: 40 },
    series: [
      {
        type: 'custom',
        silent: true,
        clip: true,
        progressive: 0,
        data: outputs.map((_, n) => n),
        renderItem: (
          { dataIndex }: { dataIndex: number },
          context: { coord: (point: number[]) => [number, number] },
        ) => {
          const left = range.x[0] + (dataIndex % across) * step.x;
          const bottom = range.y[0] + Math.floor(dataIndex / across) * step.y;
          const [x0, y0] = context.coord([left, bottom]);
          const [x1, y1] = context.coord([left + step.x, bottom + step.y]);
          const [fromX, toX] = [Math.round(x0), Math.round(x1)];
          const [fromY, toY] = [Math.round(y1), Math.round(y0)];
          return {
            type: 'rect',
            shape: { x: fromX, y: fromY, width: toX - fromX, height: toY - fromY },
            style: {
              fill: colour(outputs[dataIndex] ?? 0),
              opacity: 0.08 + 0.37 * (probabilities[dataIndex] ?? 0) ** 2,
            },
          };
        },
      },
      ...classes.flatMap((_, output) => [points(output, true), points(output, false)]),
    ],
  };
}
