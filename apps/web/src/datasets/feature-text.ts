import type { Feature } from '@holdfast/contracts/dataset';
import { countOf, short } from '../format/figures.ts';

/** A value of a column as one reads it: categories and booleans are told by number, dates in milliseconds. */
export function valueText(feature: Feature | undefined, value: number): string {
  switch (feature?.kind) {
    case 'category':
      return feature.categories?.[Math.round(value)] ?? short(value);
    case 'boolean':
      return value === 0 ? 'false' : 'true';
    case 'date':
      return new Date(value).toISOString().slice(0, 10);
    default:
      return short(value);
  }
}

/** Which categories, or which of true and false, a bar counts; nothing for quantities, which have the ends of the axis. */
export function barText(
  feature: Feature | undefined,
  { min, max, bins }: { min: number; max: number; bins: number },
  bar: number,
): string | null {
  if (feature?.kind !== 'category' && feature?.kind !== 'boolean') return null;
  const names: string[] = [];
  for (let value = min; value <= max; value++) {
    // As the summary counts them.
    const share = min === max ? 0 : (value - min) / (max - min);
    if (Math.min(bins - 1, Math.floor(share * bins)) === bar) names.push(valueText(feature, value));
  }
  return names.length === 0 ? null : names.join(', ');
}

/** What stands beside a column's name: its middle, or what kind it is; and what is missing of it. */
export function columnText(
  feature: Feature | undefined,
  { mean, std, distinct }: { mean: number; std: number | null; distinct: number },
): string {
  const missing = feature?.missing ? `, ${countOf(feature.missing.rows, 'missing', 'missing')}` : '';
  switch (feature?.kind) {
    case 'category':
      return `${countOf(feature.categories?.length ?? distinct, 'category', 'categories')}${missing}`;
    case 'boolean':
      return `${(100 * mean).toFixed(0)} % true${missing}`;
    case 'date':
      return `date${missing}`;
    default:
      return `${short(mean)}${std === null ? '' : ` ± ${short(std)}`}${missing}`;
  }
}
