import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import { mostPredictedRows } from '@holdfast/contracts/predictions';
import type { Column } from '../datasets/column-builder.ts';
import { DatasetError, quote, TableError } from '../datasets/dataset-error.ts';
import { encodeTexts } from '../datasets/encode-target.ts';
import { readBoolean } from '../datasets/guess-kind.ts';
import { parseIsoTime } from '../datasets/parse-times.ts';
import { readTable } from '../datasets/read-table.ts';
import { explainNonNumber, isMissing, isMissingWord } from '../datasets/scan-number.ts';
import { defaultTableLimits, type Table } from '../datasets/table-builder.ts';
import { ProblemError } from '../problem-error.ts';
import type { FeatureReader } from './read-cell.ts';
import { type FeatureRows, refuseRows, unknownFeature } from './read-rows.ts';

/**
 * Rows as CSV with a header row, its columns in any order; cells as in a data set's file.
 * @throws ProblemError `invalid-rows` naming line and column
 */
export async function readCsvRows(body: Uint8Array, readers: readonly FeatureReader[]): Promise<FeatureRows> {
  async function* once() {
    yield body;
  }
  try {
    const table = await readTable(
      once(),
      { ...defaultTableLimits, rows: mostPredictedRows },
      // Each row has its answer.
      { keepEmptyRows: true },
    );
    const columns = new Map(table.columns.map((column) => [column.name, column]));
    const errors = compareHeader(table, readers, columns);
    if (errors.length > 0) throw refuseRows(errors);
    const features = new Float64Array(table.rows * readers.length);
    for (const [index, reader] of readers.entries()) {
      const values = readValues(columns.get(reader.name)!, table, reader);
      for (let row = 0; row < table.rows; row++) features[row * readers.length + index] = values[row]!;
    }
    return { rows: table.rows, features };
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    throw new ProblemError(error.type === 'too-large' ? 'too-large' : 'invalid-rows', error.message, {
      errors: error.errors,
      cause: error,
    });
  }
}

function compareHeader(
  table: Table,
  readers: readonly FeatureReader[],
  columns: ReadonlyMap<string, Column>,
): PlacedMessage[] {
  const names = readers.map(({ name }) => name);
  const known = new Set(names);
  const extra = table.columns.filter(({ name }) => !known.has(name));
  const lacking = names.filter((name) => !columns.has(name));
  return [
    ...extra.map(({ name, number }) => ({
      pointer: '',
      message: `Line 1, column ${number} (${JSON.stringify(name)}): ${unknownFeature(name, names)}`,
    })),
    ...lacking.map((name) => ({
      pointer: '',
      message: `Line 1: the column ${JSON.stringify(name)} is missing.`,
    })),
  ];
}

function readValues(column: Column, table: Table, reader: FeatureReader): Float64Array {
  const values = readColumn(column, table, reader);
  const missing = reader.mayMiss ? -1 : values.findIndex(Number.isNaN);
  if (missing === -1) return values;
  const message = 'The cell has no value, and nothing was fitted for that: no training row misses one.';
  throw new TableError(message, placeOf(column, table.lines[missing]!));
}

/** NaN where missing. */
function readColumn(column: Column, table: Table, { kind, codes }: FeatureReader): Float64Array {
  if (kind === 'number') {
    if (column.kind === 'number') return column.values;
    const { line, text } = column.firstText!;
    throw new TableError(`${quote(text)} ${explainNonNumber(text)}.`, placeOf(column, line));
  }
  const cells = encodeTexts({ ...column, firstMissing: null }, table.rows);
  const numbers = cells.texts.map((text) => {
    if (isMissing(text) || isMissingWord(text)) return Number.NaN;
    if (kind === 'category') return codes.get(text) ?? -1;
    return kind === 'boolean' ? readBoolean(text) : parseIsoTime(text);
  });
  const wrong = numbers.indexOf(undefined);
  if (wrong === -1) return Float64Array.from(cells.codes, (code) => numbers[code]!);
  const what = kind === 'boolean' ? 'is neither true nor false' : 'is no ISO date such as 2024-02-29';
  const line = table.lines[cells.codes.indexOf(wrong)]!;
  throw new TableError(`${quote(cells.texts[wrong]!)} ${what}.`, placeOf(column, line));
}

function placeOf({ number, name }: Column, line: number) {
  return { line, column: { number, name } };
}
