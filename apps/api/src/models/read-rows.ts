import { type PlacedMessage, toJsonPointer } from '@holdfast/contracts/json-pointer';
import { nearestName } from '@holdfast/contracts/nearest-name';
import { mostPredictedRows } from '@holdfast/contracts/predictions';
import { ProblemError } from '../problem-error.ts';
import { type FeatureReader, readCell } from './read-cell.ts';

/** Raw features, rows × columns, row-major, in the model's order of columns: codes of categories, NaN where missing. */
export interface FeatureRows {
  rows: number;
  features: Float64Array;
}

/** Enough to see what is wrong with a file; the count says how much more there is. */
const mostErrors = 20;

/** Problem `invalid-rows` with the first of the places, and how many more there are. */
export function refuseRows(errors: readonly PlacedMessage[]): ProblemError {
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

export function unknownFeature(name: string, names: readonly string[]): string {
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
export function readObjectRows(body: unknown, readers: readonly FeatureReader[]): FeatureRows {
  const names = readers.map(({ name }) => name);
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
    for (const [column, reader] of readers.entries()) {
      const cell = Object.hasOwn(given, reader.name) ? given[reader.name] : undefined;
      const value = readCell(reader, cell);
      if (typeof value === 'number') features[i * names.length + column] = value;
      else report([i, reader.name], value);
    }
    for (const name of Object.keys(given))
      if (!known.has(name)) report([i, name], unknownFeature(name, names));
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
