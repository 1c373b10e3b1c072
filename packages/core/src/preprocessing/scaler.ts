import type { Scaler } from '@holdfast/contracts/hyperparameters';

/** `(x − center[c]) / scale[c]` in float64, then rounded to float32; a scale of 0 marks a constant column, which becomes 0. */
export interface FittedScaler {
  center: Float64Array;
  scale: Float64Array;
}

interface Column {
  smallest: number;
  largest: number;
  largestAbsolute: number;
}

function surveyColumn(
  values: Float64Array,
  columns: number,
  column: number,
  rows: Int32Array,
  fill: number,
): Column {
  const survey = { smallest: Infinity, largest: -Infinity, largestAbsolute: 0 };
  for (let i = 0; i < rows.length; i++) {
    let value = values[rows[i]! * columns + column]!;
    if (Number.isNaN(value)) value = fill;
    if (value < survey.smallest) survey.smallest = value;
    if (value > survey.largest) survey.largest = value;
    if (Math.abs(value) > survey.largestAbsolute) survey.largestAbsolute = Math.abs(value);
  }
  return survey;
}

/** Mean and population deviation (n in the denominator), in two passes over the rows in order. */
function meanAndDeviation(
  values: Float64Array,
  columns: number,
  column: number,
  rows: Int32Array,
  fill: number,
): [number, number] {
  const valueAt = (i: number): number => {
    const value = values[rows[i]! * columns + column]!;
    return Number.isNaN(value) ? fill : value;
  };
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += valueAt(i);
  const mean = sum / rows.length;
  let squares = 0;
  for (let i = 0; i < rows.length; i++) {
    const difference = valueAt(i) - mean;
    squares += difference * difference;
  }
  return [mean, Math.sqrt(squares / rows.length)];
}

/** Some of the columns, each with what stands for a missing value (NaN) in it. */
interface ChosenColumns {
  columns: readonly number[];
  fills: readonly number[];
}

/**
 * Fits a scaler on the given rows alone, in float64. A column that is constant there becomes 0 under every
 * scaler that is fitted (`none` and `fixed` are not).
 * @param values row-major, any number of rows × columns
 * @param chosen the columns to scale, in their order in the answer; all of them, without fills, unless given
 * @throws RangeError where there are no rows, or a column's numbers are too large to scale
 */
export function fitScaler(
  scaler: Scaler,
  values: Float64Array,
  columns: number,
  rows: Int32Array,
  chosen: ChosenColumns | null = null,
): FittedScaler {
  if (rows.length === 0) throw new RangeError('A scaler needs at least one row');
  const width = chosen === null ? columns : chosen.columns.length;
  const at = (i: number): number => (chosen === null ? i : chosen.columns[i]!);
  const fillAt = (i: number): number => (chosen === null ? Number.NaN : chosen.fills[i]!);
  const center = new Float64Array(width);
  const scale = new Float64Array(width).fill(1);
  if (scaler === 'none') return { center, scale };
  if (typeof scaler === 'object' && scaler.kind === 'fixed') {
    return { center: center.fill(scaler.center), scale: scale.fill(scaler.scale) };
  }
  const surveys = Array.from({ length: width }, (_, i) =>
    surveyColumn(values, columns, at(i), rows, fillAt(i)),
  );
  const largestOfAll = surveys.reduce((most, { largestAbsolute }) => Math.max(most, largestAbsolute), 0);
  for (const [i, { smallest, largest, largestAbsolute }] of surveys.entries()) {
    if (smallest === largest) {
      center[i] = smallest;
      scale[i] = 0;
      continue;
    }
    if (typeof scaler === 'object') scale[i] = largestOfAll;
    else if (scaler === 'maxAbs') scale[i] = largestAbsolute;
    else if (scaler === 'minMax') {
      // Halved first: the difference of two huge numbers would be infinite.
      center[i] = smallest / 2 + largest / 2;
      scale[i] = largest / 2 - smallest / 2;
    } else {
      [center[i], scale[i]] = meanAndDeviation(values, columns, at(i), rows, fillAt(i));
    }
    if (!Number.isFinite(center[i]) || !Number.isFinite(scale[i]))
      throw new RangeError(
        `column ${at(i)}: numbers up to ${largestAbsolute} are too large to scale; divide them first`,
      );
  }
  return { center, scale };
}

/** Scales the given rows (or the first `rows`, where a number) into float32, rows × columns. */
export function applyScaler(
  { center, scale }: FittedScaler,
  values: Float64Array,
  rows: Int32Array | number,
): Float32Array {
  const columns = center.length;
  const count = typeof rows === 'number' ? rows : rows.length;
  const scaled = new Float32Array(count * columns);
  for (let i = 0; i < count; i++) {
    const from = (typeof rows === 'number' ? i : rows[i]!) * columns;
    for (let column = 0; column < columns; column++) {
      const divisor = scale[column]!;
      if (divisor !== 0) scaled[i * columns + column] = (values[from + column]! - center[column]!) / divisor;
    }
  }
  return scaled;
}

/** Standardised outputs back in the target's own units, in float64; a constant target gives its constant. */
export function invertScaler({ center, scale }: FittedScaler, scaled: Float32Array): Float64Array {
  const columns = center.length;
  const values = new Float64Array(scaled.length);
  for (let i = 0; i < scaled.length; i++) values[i] = scaled[i]! * scale[i % columns]! + center[i % columns]!;
  return values;
}
