/**
 * One sample's values at a layer's output (or the network's input), zeros left out: `values[t]` stands at
 * column `columns[t]`, `t < count`, columns ascending. ReLU and dropout switch about half of the units off, and
 * a product with 0 changes no sum, so leaving zeros out halves the work and keeps every bit.
 */
export interface Row {
  values: Float32Array;
  columns: Int32Array;
  count: number;
}

/** One place more than the width, so that a last zero can make the count even. */
export function createRow(width: number): Row {
  return { values: new Float32Array(width + 1), columns: new Int32Array(width + 1), count: 0 };
}

/** An odd count gets a zero at column 0 for company: kernels then take two entries at a time. */
export function endRow(row: Row, count: number): void {
  if (count % 2 === 1) {
    row.values[count] = 0;
    row.columns[count] = 0;
    count++;
  }
  row.count = count;
}

/** Takes the non-zero values of `dense[offset … offset + width − 1]`. */
export function packRow(dense: Float32Array, offset: number, width: number, row: Row): void {
  const { values, columns } = row;
  let count = 0;
  for (let column = 0; column < width; column++) {
    const value = dense[offset + column]!;
    values[count] = value;
    columns[count] = column;
    // `Number(…)` counts without a branch, which could not be predicted.
    count += Number(value !== 0);
  }
  endRow(row, count);
}

/** Takes all values, zeros too. */
export function packWholeRow(dense: Float32Array, width: number, row: Row): void {
  const { values, columns } = row;
  for (let column = 0; column < width; column++) {
    values[column] = dense[column]!;
    columns[column] = column;
  }
  row.count = width;
}
