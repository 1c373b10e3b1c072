import { type PlacedMessage, toJsonPointer } from '@holdfast/contracts/json-pointer';
import { mostPredictedRows } from '@holdfast/contracts/predictions';
import { DatasetError } from '../datasets/dataset-error.ts';
import { requireNumbers } from '../datasets/encode-target.ts';
import { nearestName } from '../datasets/nearest-name.ts';
import { readTable } from '../datasets/read-table.ts';
import { defaultTableLimits } from '../datasets/table-builder.ts';
import { ProblemError } from '../problem-error.ts';

/** Unscaled features, rows × columns, row-major, in the model's order of columns. */
export interface FeatureRows {
  rows: number;
  features: Float64Array;
}

/** Enough to see what is wrong with a file; the count says how much more there is. */
const mostErrors = 20;

function refuseRows(errors: readonly PlacedMessage[]): ProblemError {
  const [first] = errors;
  const rest = errors.length - 1;
  const place = first!.pointer === '' ? '' : `${first!.pointer}: `;
  const more = rest > 0 ? ` (and ${rest} more)` : '';
  return new ProblemError('invalid-rows', `${place}${first!.message}${more}`, {
    errors: [
      ...errors.slice(0, mostErrors),
      ...(errors.length > mostErrors
        ? [{ pointer: '', message: `And ${errors.length - mostErrors} more.` }]
        : []),
    ],
  });
}

function unknownColumn(name: string, names: readonly string[]): string {
  const near = nearestName(name, names);
  const hint = near === undefined ? `It takes ${shorten(names)}.` : `Did you mean ${JSON.stringify(near)}?`;
  return `The model has no feature of this name. ${hint}`;
}

function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 10).map((name) => JSON.stringify(name));
  return `${shown.join(', ')}${names.length > shown.length ? `, … (${names.length} in all)` : ''}`;
}

/**
 * Rows as objects by column name.
 * @throws ProblemError `invalid-rows` with a pointer for each wrong place, row and column in it
 */
export function readObjectRows(body: unknown, names: readonly string[]): FeatureRows {
  const rows = rowsOf(body);
  const known = new Set(names);
  const features = new Float64Array(rows.length * names.length);
  const errors: PlacedMessage[] = [];
  const report = (path: readonly PropertyKey[], message: string) =>
    errors.push({ pointer: toJsonPointer(['rows', ...path]), message });
  for (const [i, row] of rows.entries()) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      report([i], `must be an object with the features by name: ${shorten(names)}.`);
      continue;
    }
    const given = row as Record<string, unknown>;
    for (const [column, name] of names.entries()) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (typeof value === 'number') features[i * names.length + column] = value;
      else report([i, name], complain(value));
    }
    for (const name of Object.keys(given))
      if (!known.has(name)) report([i, name], unknownColumn(name, names));
  }
  if (errors.length > 0) throw refuseRows(errors);
  return { rows: rows.length, features };
}

function rowsOf(body: unknown): unknown[] {
  const example = '{ "rows": [{ … }] }';
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw refuseRows([{ pointer: '', message: `The body must be ${example}, or CSV as text/csv.` }]);
  const { rows, ...others } = body as { rows?: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw refuseRows([{ pointer: toJsonPointer([unknown]), message: `Unknown field; send ${example}.` }]);
  if (!Array.isArray(rows) || rows.length === 0)
    throw refuseRows([{ pointer: '/rows', message: 'must be a list of one row or more' }]);
  if (rows.length > mostPredictedRows) {
    const message = `${rows.length} rows; at most ${mostPredictedRows} are taken at a time. Send the rest in another request.`;
    throw refuseRows([{ pointer: '/rows', message }]);
  }
  return rows;
}

function complain(value: unknown): string {
  if (value === undefined) return 'is missing: every row needs a number for each feature';
  if (value === null) return 'is null, and must be a number';
  if (typeof value === 'string')
    return `is the text ${JSON.stringify(value.slice(0, 40))}, and must be a number`;
  return 'must be a number';
}

/**
 * Rows as CSV with a header row, its columns in any order.
 * @throws ProblemError `invalid-rows` naming line and column
 */
export async function readCsvRows(body: Uint8Array, names: readonly string[]): Promise<FeatureRows> {
  async function* once() {
    yield body;
  }
  try {
    const table = await readTable(once(), { ...defaultTableLimits, rows: mostPredictedRows });
    const columns = new Map(table.columns.map((column) => [column.name, column]));
    const known = new Set(names);
    const errors: PlacedMessage[] = [];
    for (const { name, number } of table.columns)
      if (!known.has(name))
        errors.push({
          pointer: '',
          message: `Line 1, column ${number} (${JSON.stringify(name)}): ${unknownColumn(name, names)}`,
        });
    for (const name of names)
      if (!columns.has(name))
        errors.push({ pointer: '', message: `Line 1: the column ${JSON.stringify(name)} is missing.` });
    if (errors.length > 0) throw refuseRows(errors);
    const features = new Float64Array(table.rows * names.length);
    for (const [index, name] of names.entries()) {
      const values = requireNumbers(columns.get(name)!, 'Every feature of the model is a number.');
      for (let row = 0; row < table.rows; row++) features[row * names.length + index] = values[row]!;
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
