import type { Histogram } from '@holdfast/contracts/dataset-summary';
import { ValueRange } from './value-range.ts';

/** Columns of numbers, NaN where missing, some rows at a time. */
export interface ColumnPiece {
  rows: number;
  value: (row: number, column: number) => number;
  /** The class of a row; 0 where there are none. */
  classOf: (row: number) => number;
}

/**
 * How the values of each column are distributed. The rows are gone through twice, for the ranges and for what lies where between their
 * ends; nothing but counts is held of them.
 * @param pieces begins again with the first rows each time it is called
 */
export async function summarizeColumns(
  pieces: () => AsyncIterable<ColumnPiece>,
  { columns, classes }: { columns: number; classes: number },
): Promise<Histogram[]> {
  const ranges = Array.from({ length: columns }, () => new ValueRange());
  for await (const { rows, value } of pieces()) {
    for (const [column, range] of ranges.entries()) {
      for (let row = 0; row < rows; row++) range.add(value(row, column));
    }
  }
  const counts = ranges.map(({ bins }) =>
    Array.from({ length: classes }, () => new Array<number>(bins).fill(0)),
  );
  for await (const { rows, value, classOf } of pieces()) {
    for (const [column, range] of ranges.entries()) {
      for (let row = 0; row < rows; row++) {
        const x = value(row, column);
        if (!Number.isNaN(x)) counts[column]![classOf(row)]![range.binOf(x)]!++;
      }
    }
  }
  return ranges.map((range, column) => ({ ...range.describe(), counts: counts[column]! }));
}
