import type { Scaler } from '@holdfast/contracts/hyperparameters';
import { type ColumnEncoding, countInputs, hasIndicator, valueInputs } from './column-encoding.ts';
import { fillValue } from './fill-values.ts';
import { applyScaler, type FittedScaler, fitScaler } from './scaler.ts';

export interface FittedColumn extends ColumnEncoding {
  /** What a missing value becomes (a category's code); `null` where it was not asked for. */
  fill: number | null;
}

/**
 * Raw features to a network's inputs, fitted on training rows alone. It is part of a trained model; as plain data
 * it can be stored and sent (arrays of float64 as lists of numbers).
 */
export interface FeaturePipeline {
  /** `null` where every column is a number in every row: an input is its column, scaled. */
  columns: FittedColumn[] | null;
  /** One center and scale for each input. Inputs of 0 and 1 have 0 and 1, or a scale of 0, which makes them 0. */
  scaler: FittedScaler;
}

/** Raw features, row-major: rows × columns, NaN for missing values. */
export interface RawFeatures {
  features: Float64Array;
  columns: number;
  encodings?: readonly ColumnEncoding[] | null;
}

/**
 * Fits fills and scaler on the given rows. Numbers and dates are scaled, after filling; booleans, categories and
 * indicators stay 0 and 1. Such an input that is constant on these rows becomes 0 everywhere: a category that
 * they do not have is all zeros in any row that has it, since its weights were never trained.
 * @param fills `all`: also for columns that have no missing value, for rows that are to come
 * @throws RangeError where there are no rows, or a column's numbers are too large to scale
 */
export function fitFeaturePipeline(
  scaler: Scaler,
  { features, columns, encodings = null }: RawFeatures,
  rows: Int32Array,
  fills: 'missing' | 'all' = 'missing',
): FeaturePipeline {
  const filled = encodings?.map(
    (encoding, column): FittedColumn => ({
      ...encoding,
      fill:
        encoding.missing === null && (fills === 'missing' || encoding.kind === 'category')
          ? null
          : fillValue(encoding, features, columns, column, rows),
    }),
  );
  if (filled === undefined) return { columns: null, scaler: fitScaler(scaler, features, columns, rows) };
  return { columns: filled, scaler: fitInputs(scaler, filled, features, rows) };
}

function fitInputs(
  scaler: Scaler,
  columns: readonly FittedColumn[],
  features: Float64Array,
  rows: Int32Array,
): FittedScaler {
  const inputs = countInputs(columns.length, columns);
  const center = new Float64Array(inputs);
  const scale = new Float64Array(inputs);
  const scaled = columns.flatMap(({ kind }, i) => (kind === 'number' || kind === 'date' ? [i] : []));
  const ofNumbers = fitScaler(scaler, features, columns.length, rows, {
    columns: scaled,
    fills: scaled.map((i) => columns[i]!.fill ?? Number.NaN),
  });
  let input = 0;
  let number = 0;
  for (const [i, column] of columns.entries()) {
    const counts = countOnes(column, features, columns.length, i, rows);
    if (column.kind === 'number' || column.kind === 'date') {
      center[input] = ofNumbers.center[number]!;
      scale[input++] = ofNumbers.scale[number++]!;
    }
    for (const count of counts) scale[input++] = count === 0 || count === rows.length ? 0 : 1;
  }
  return { center, scale };
}

/** Rows with a 1, for each of a column's inputs of 0 and 1. */
function countOnes(
  column: FittedColumn,
  features: Float64Array,
  columns: number,
  index: number,
  rows: Int32Array,
): Int32Array {
  const { kind, fill } = column;
  const values = kind === 'category' ? valueInputs(column) : kind === 'boolean' ? 1 : 0;
  const counts = new Int32Array(values + (hasIndicator(column) ? 1 : 0));
  for (let i = 0; i < rows.length; i++) {
    let value = features[rows[i]! * columns + index]!;
    if (Number.isNaN(value)) {
      if (hasIndicator(column)) counts[values]! += 1;
      value = fill ?? -1;
    }
    if (kind === 'category' && value >= 0 && value < values) counts[value]! += 1;
    else if (kind === 'boolean' && value === 1) counts[0]! += 1;
  }
  return counts;
}

/**
 * Turns the given rows (or the first `rows`, where a number) into inputs: rows × inputs, float32. A category's
 * unseen value is all zeros. Where a fill was not fitted, a missing number stays NaN and a category's is unseen.
 * @param values raw features, row-major; nothing of other rows is looked at
 */
export function transformFeatures(
  { columns, scaler }: FeaturePipeline,
  values: Float64Array,
  rows: Int32Array | number,
): Float32Array {
  if (columns === null) return applyScaler(scaler, values, rows);
  const { center, scale } = scaler;
  const inputs = scale.length;
  const count = typeof rows === 'number' ? rows : rows.length;
  const result = new Float32Array(count * inputs);
  const widths = columns.map(valueInputs);
  const indicators = columns.map(hasIndicator);
  for (let i = 0; i < count; i++) {
    const from = (typeof rows === 'number' ? i : rows[i]!) * columns.length;
    const start = i * inputs;
    let input = 0;
    for (let c = 0; c < columns.length; c++) {
      const { kind, fill } = columns[c]!;
      const raw = values[from + c]!;
      const missing = Number.isNaN(raw);
      const value = missing && fill !== null ? fill : raw;
      const width = widths[c]!;
      if (kind === 'category') {
        if (value >= 0 && value < width && scale[input + value] !== 0) result[start + input + value] = 1;
      } else if (scale[input] !== 0) {
        result[start + input] = (value - center[input]!) / scale[input]!;
      }
      input += width;
      if (indicators[c]) {
        if (missing && scale[input] !== 0) result[start + input] = 1;
        input++;
      }
    }
  }
  return result;
}
