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

/** Mean by Welford's update, so that large offsets cost no digits. */
export function summarizeValues({ rows, value, classOf, classes }: Values): Histogram {
  let [min, max, mean, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  const seen = new Set<number>();
  for (let row = 0; row < rows; row++) {
    const x = value(row);
    min = Math.min(min, x);
    max = Math.max(max, x);
    const off = x - mean;
    mean += off / (row + 1);
    squares += off * (x - mean);
    if (seen.size < mostDistinct) seen.add(x);
  }
  const bins = min === max ? 1 : Math.min(mostBins, Math.max(2, seen.size));
  const counts = Array.from({ length: classes }, () => new Array<number>(bins).fill(0));
  for (let row = 0; row < rows; row++) {
    const share = min === max ? 0 : (value(row) - min) / (max - min);
    const bin = Math.min(bins - 1, Math.floor(share * bins));
    counts[classOf(row)]![bin]!++;
  }
  return {
    min,
    max,
    mean,
    std: rows > 1 ? Math.sqrt(squares / (rows - 1)) : null,
    distinct: seen.size,
    counts,
  };
}
