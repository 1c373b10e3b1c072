import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import { mostPredictedRows } from '@holdfast/contracts/predictions';
import type { Column } from '../datasets/column-builder.ts';
import { DatasetError, TableError } from '../datasets/dataset-error.ts';
import { readFeature } from '../datasets/read-feature.ts';
import { readTable } from '../datasets/read-table.ts';
import { isMissing, isMissingWord } from '../datasets/scan-number.ts';
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
    const table = await readTable(once(), { ...defaultTableLimits, rows: mostPredictedRows });
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

function readValues(column: Column, table: Table, { kind, codes, mayMiss }: FeatureReader): Float64Array {
  const { use, values } = isEmpty(column)
    ? { use: null, values: new Float64Array(table.rows).fill(Number.NaN) }
    : readFeature(column, table, { kind });
  if (!mayMiss) {
    const row = values.findIndex(Number.isNaN);
    if (row !== -1) {
      const place = { line: table.lines[row]!, column: { number: column.number, name: column.name } };
      throw new TableError(
        'The cell has no value, and nothing was fitted for that: no training row misses one.',
        place,
      );
    }
  }
  if (kind !== 'category' || use === null) return values;
  // Codes of this file to those of the model.
  const code = use.vocabulary.map((name) => codes.get(name) ?? -1);
  return values.map((value) => (Number.isNaN(value) ? value : code[value]!));
}

function isEmpty(column: Column): boolean {
  if (column.kind === 'number') return column.values.every(Number.isNaN);
  return column.texts.every((text) => isMissing(text) || isMissingWord(text));
}
