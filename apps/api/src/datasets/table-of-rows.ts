import type { DatasetSpec } from '@holdfast/contracts/dataset';
import { ColumnBuilder } from './column-builder.ts';
import { nameColumns } from './column-names.ts';
import { DatasetError, rowNumbers } from './dataset-error.ts';
import type { Table, TableLimits } from './table-builder.ts';

type Row = NonNullable<DatasetSpec['rows']>[number];

/**
 * Rows of JSON as a table; columns in the order in which they are first met, `null` where a row has none. A string is a
 * text whatever it looks like, true and false are those words.
 * @throws DatasetError for too many rows or columns, and names that no column can have
 */
export function tableOfRows(rows: readonly Row[], pointer: string, limits: TableLimits): Table {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const tooMuch = names.length > limits.columns || rows.length * names.length > limits.cells;
  if (names.length === 0 || tooMuch) {
    const message = tooMuch
      ? `${rows.length} rows of ${names.length} columns; at most ${limits.columns} columns and ${limits.cells} cells are taken.`
      : 'The rows have no columns.';
    throw new DatasetError([{ pointer, message }], tooMuch ? 'too-large' : 'invalid-dataset');
  }
  nameColumns(names, rowNumbers + 1);
  const budget = { left: limits.textBytes };
  const columns = names.map((name, i) => {
    const builder = new ColumnBuilder(name, i + 1, budget);
    for (const [row, cells] of rows.entries()) {
      const value = Object.hasOwn(cells, name) ? cells[name] : null;
      const line = rowNumbers + row + 1;
      if (typeof value === 'string') builder.add(value, line, value.trim() !== '');
      else builder.add(value === null || value === undefined ? '' : String(value), line);
    }
    return builder.finish();
  });
  return { rows: rows.length, columns, lines: Int32Array.from(rows, (_, row) => rowNumbers + row + 1) };
}
