import type { Row } from './row.ts';

const round = Math.fround;

// Each function works on several sums at once, so that the processor need not wait for one addition before the
// next; each sum by itself is taken in the order that the engine's table says.

/**
 * `z = b + Σ_k x[k]·W[k]`, for one row: each output starts at its bias and takes the products in the order of
 * k; every product and every sum is rounded to float32. Behind dropout it is `z = b + scale · Σ_k x[k]·W[k]`, and the
 * sum starts at 0.
 * @param parameters the network's, weights (inputs × units) at `weights`, biases at `biases`
 * @param scale the factor of the inputs that dropout has kept; `null` where none was dropped
 */
export function denseForward(
  input: Row,
  parameters: Float32Array,
  weights: number,
  biases: number,
  units: number,
  scale: number | null,
  z: Float32Array,
): void {
  if (scale === null) for (let j = 0; j < units; j++) z[j] = parameters[biases + j]!;
  else z.fill(0, 0, units);
  addProducts(input, parameters, weights, units, z);
  if (scale !== null)
    for (let j = 0; j < units; j++) z[j] = round(round(z[j]! * scale) + parameters[biases + j]!);
}

/** Adds the products to the sums that `z` holds. */
function addProducts(
  input: Row,
  parameters: Float32Array,
  weights: number,
  units: number,
  z: Float32Array,
): void {
  const { values, columns, count } = input;
  let j = 0;
  for (; j + 8 <= units; j += 8) {
    const column = weights + j;
    let z0 = z[j]!;
    let z1 = z[j + 1]!;
    let z2 = z[j + 2]!;
    let z3 = z[j + 3]!;
    let z4 = z[j + 4]!;
    let z5 = z[j + 5]!;
    let z6 = z[j + 6]!;
    let z7 = z[j + 7]!;
    for (let t = 0; t < count; t++) {
      const x = values[t]!;
      const w = column + columns[t]! * units;
      z0 = round(z0 + round(x * parameters[w]!));
      z1 = round(z1 + round(x * parameters[w + 1]!));
      z2 = round(z2 + round(x * parameters[w + 2]!));
      z3 = round(z3 + round(x * parameters[w + 3]!));
      z4 = round(z4 + round(x * parameters[w + 4]!));
      z5 = round(z5 + round(x * parameters[w + 5]!));
      z6 = round(z6 + round(x * parameters[w + 6]!));
      z7 = round(z7 + round(x * parameters[w + 7]!));
    }
    z[j] = z0;
    z[j + 1] = z1;
    z[j + 2] = z2;
    z[j + 3] = z3;
    z[j + 4] = z4;
    z[j + 5] = z5;
    z[j + 6] = z6;
    z[j + 7] = z7;
  }
  const last = units - 1;
  for (; j < units; j += 3) {
    // Past the end the last unit is worked out again, to the same value.
    const j1 = j + 1 < last ? j + 1 : last;
    const j2 = j + 2 < last ? j + 2 : last;
    let z0 = z[j]!;
    let z1 = z[j1]!;
    let z2 = z[j2]!;
    for (let t = 0; t < count; t++) {
      const x = values[t]!;
      const w = weights + columns[t]! * units;
      z0 = round(z0 + round(x * parameters[w + j]!));
      z1 = round(z1 + round(x * parameters[w + j1]!));
      z2 = round(z2 + round(x * parameters[w + j2]!));
    }
    z[j] = z0;
    z[j1] = z1;
    z[j2] = z2;
  }
}

/**
 * Adds one row's share to the parameter gradients: `dW[k][j] += x[k]·dz[j]` and `db[j] += dz[j]`, so that over
 * a batch each gradient is a float32 sum over the rows in order. Behind dropout the gradients of the weights take
 * `scale · dz[j]` instead, which stands in `outputGradient` afterwards.
 */
export function addParameterGradients(
  input: Row,
  outputGradient: Row,
  gradients: Float32Array,
  weights: number,
  biases: number,
  units: number,
  scale: number | null,
): void {
  const { values: dz, columns: js, count: outputs } = outputGradient;
  for (let s = 0; s < outputs; s++) {
    const b = biases + js[s]!;
    gradients[b] = round(gradients[b]! + dz[s]!);
  }
  if (scale !== null) for (let s = 0; s < outputs; s++) dz[s] = round(dz[s]! * scale);
  const { values, columns, count } = input;
  let t = 0;
  for (; t + 4 <= count; t += 4) {
    const x0 = values[t]!;
    const x1 = values[t + 1]!;
    const x2 = values[t + 2]!;
    const x3 = values[t + 3]!;
    const w0 = weights + columns[t]! * units;
    const w1 = weights + columns[t + 1]! * units;
    const w2 = weights + columns[t + 2]! * units;
    const w3 = weights + columns[t + 3]! * units;
    for (let s = 0; s < outputs; s++) {
      const j = js[s]!;
      const d = dz[s]!;
      gradients[w0 + j] = round(gradients[w0 + j]! + round(x0 * d));
      gradients[w1 + j] = round(gradients[w1 + j]! + round(x1 * d));
      gradients[w2 + j] = round(gradients[w2 + j]! + round(x2 * d));
      gradients[w3 + j] = round(gradients[w3 + j]! + round(x3 * d));
    }
  }
  if (t < count) {
    const x0 = values[t]!;
    const x1 = values[t + 1]!;
    const w0 = weights + columns[t]! * units;
    const w1 = weights + columns[t + 1]! * units;
    for (let s = 0; s < outputs; s++) {
      const j = js[s]!;
      const d = dz[s]!;
      gradients[w0 + j] = round(gradients[w0 + j]! + round(x0 * d));
      gradients[w1 + j] = round(gradients[w1 + j]! + round(x1 * d));
    }
  }
}

/**
 * The gradient at a layer's input, `dx[k] = Σ_j dz[j]·W[k][j]` in the order of j from 0, at the input's
 * columns alone: where ReLU or dropout gave 0 its gradient is 0. `inputGradient` shares the input's columns.
 */
export function inputGradients(
  input: Row,
  outputGradient: Row,
  parameters: Float32Array,
  weights: number,
  units: number,
  inputGradient: Row,
): void {
  const { values: dz, columns: js, count: outputs } = outputGradient;
  const { values: x, columns, count } = input;
  const dx = inputGradient.values;
  let t = 0;
  for (; t + 8 <= count; t += 8) {
    const w0 = weights + columns[t]! * units;
    const w1 = weights + columns[t + 1]! * units;
    const w2 = weights + columns[t + 2]! * units;
    const w3 = weights + columns[t + 3]! * units;
    const w4 = weights + columns[t + 4]! * units;
    const w5 = weights + columns[t + 5]! * units;
    const w6 = weights + columns[t + 6]! * units;
    const w7 = weights + columns[t + 7]! * units;
    let d0 = 0;
    let d1 = 0;
    let d2 = 0;
    let d3 = 0;
    let d4 = 0;
    let d5 = 0;
    let d6 = 0;
    let d7 = 0;
    for (let s = 0; s < outputs; s++) {
      const d = dz[s]!;
      const j = js[s]!;
      d0 = round(d0 + round(d * parameters[w0 + j]!));
      d1 = round(d1 + round(d * parameters[w1 + j]!));
      d2 = round(d2 + round(d * parameters[w2 + j]!));
      d3 = round(d3 + round(d * parameters[w3 + j]!));
      d4 = round(d4 + round(d * parameters[w4 + j]!));
      d5 = round(d5 + round(d * parameters[w5 + j]!));
      d6 = round(d6 + round(d * parameters[w6 + j]!));
      d7 = round(d7 + round(d * parameters[w7 + j]!));
    }
    dx[t] = d0;
    dx[t + 1] = d1;
    dx[t + 2] = d2;
    dx[t + 3] = d3;
    dx[t + 4] = d4;
    dx[t + 5] = d5;
    dx[t + 6] = d6;
    dx[t + 7] = d7;
  }
  for (; t < count; t += 2) {
    const w0 = weights + columns[t]! * units;
    const w1 = weights + columns[t + 1]! * units;
    let d0 = 0;
    let d1 = 0;
    for (let s = 0; s < outputs; s++) {
      const d = dz[s]!;
      const j = js[s]!;
      d0 = round(d0 + round(d * parameters[w0 + j]!));
      d1 = round(d1 + round(d * parameters[w1 + j]!));
    }
    dx[t] = d0;
    dx[t + 1] = d1;
  }
  // The zero that made the count even has no gradient.
  if (count > 0 && x[count - 1] === 0) dx[count - 1] = 0;
  inputGradient.count = count;
}
