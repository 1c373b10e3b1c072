import type { Histogram } from '@holdfast/contracts/dataset-summary';

const mostBins = 20;
const mostDistinct = 1000;

interface Values {
  rows: number;
  value: (row: number) => number;
  /** The class of a row; always 0 where there are none. */
  classOf: (row: number) => number;
  classes: number;
}

/** Of the values that are there; NaN is missing. Mean by Welford's update, so that large offsets cost no digits. */
export function summarizeValues({ rows, value, classOf, classes }: Values): Histogram {
  let [min, max, mean, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  const seen = new Set<number>();
  let present = 0;
  for (let row = 0; row < rows; row++) {
    const x = value(row);
    if (Number.isNaN(x)) continue;
    present++;
    min = Math.min(min, x);
    max = Math.max(max, x);
    const off = x - mean;
    mean += off / present;
    squares += off * (x - mean);
    if (seen.size < mostDistinct) seen.add(x);
  }
  const bins = min >= max ? 1 : Math.min(mostBins, Math.max(2, seen.size));
  const counts = Array.from({ length: classes }, () => new Array<number>(bins).fill(0));
  for (let row = 0; row < rows; row++) {
    const x = value(row);
    if (Number.isNaN(x)) continue;
    const share = min === max ? 0 : (x - min) / (max - min);
    const bin = Math.min(bins - 1, Math.floor(share * bins));
    counts[classOf(row)]![bin]!++;
  }
  // Of a column that no training row has a value in.
  if (present === 0) return { min: 0, max: 0, mean: 0, std: null, distinct: 0, counts };
  return {
    min,
    max,
    mean,
    std: present > 1 ? Math.sqrt(squares / (present - 1)) : null,
    distinct: seen.size,
    counts,
  };
}
