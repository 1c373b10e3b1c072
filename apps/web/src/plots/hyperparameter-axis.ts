import type { Axis } from '@holdfast/contracts/plots';
import { category, short } from '../format/figures.ts';
import { axisStyle, type ChartTheme } from './chart-theme.ts';

/** Where 0 stands on a logarithmic axis, which has none: half a decade below the smallest value. */
function zeroPlace({ range }: Axis): number {
  return (range?.[0] ?? 1) / 10 ** 0.7;
}

/** A trial's place on the axis of a chart; `null` where the hyperparameter does not apply. */
export function axisValue(axis: Axis, value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  return axis.log && value === 0 ? zeroPlace(axis) : value;
}

/** The value as text: what a tooltip says. */
export function axisText(axis: Axis, value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return axis.categories ? category(axis.categories[value] ?? '–') : short(value);
}

/** A hyperparameter as an axis of a chart. */
export function hyperparameterAxis(axis: Axis, theme: ChartTheme) {
  const style = axisStyle(theme, axis.name);
  if (axis.categories) {
    return { ...style, type: 'category', data: axis.categories.map(category), splitLine: { show: false } };
  }
  if (!axis.log) return { ...style, type: 'value', scale: true };
  const zero = axis.zero ? zeroPlace(axis) : null;
  return {
    ...style,
    type: 'log',
    min: zero ?? axis.range?.[0],
    max: axis.range?.[1],
    axisLabel: {
      ...style.axisLabel,
      formatter: (value: number) =>
        zero !== null && Math.abs(value / zero - 1) < 1e-9 ? '0' : value.toExponential().replace('e+', 'e'),
    },
  };
}
