import type { OptimizerDescription, StepScalars } from './optimizer-description.ts';

const round = Math.fround;

/** Gradients smaller than this count as 0, so that no square of one is subnormal. */
const GRADIENT_FLOOR = round(1e-15);
/** Running means smaller than this become 0: dead units' would decay into subnormal numbers, which are slow. */
const MOMENT_FLOOR = round(1e-30);

const flushGradient = (g: number): number => (g < GRADIENT_FLOOR && g > -GRADIENT_FLOOR ? 0 : g);
const flushMoment = (m: number): number => (m < MOMENT_FLOOR && m > -MOMENT_FLOOR ? 0 : m);

/** `w −= η·g` */
function sgd(w: Float32Array, gradients: Float32Array, { rate }: StepScalars): void {
  for (let i = 0; i < w.length; i++) w[i] = round(w[i]! - round(rate * flushGradient(gradients[i]!)));
}

/** `m = μ·m − η·g; w += m` */
function sgdMomentum(
  w: Float32Array,
  gradients: Float32Array,
  m: Float32Array,
  { rate, keepFirst }: StepScalars,
): void {
  for (let i = 0; i < w.length; i++) {
    const moment = flushMoment(round(round(keepFirst * m[i]!) - round(rate * flushGradient(gradients[i]!))));
    m[i] = moment;
    w[i] = round(w[i]! + moment);
  }
}

/** `v += g²; w −= η·g / (√v + ε)` (Duchi, Hazan and Singer 2011). */
function adagrad(
  w: Float32Array,
  gradients: Float32Array,
  v: Float32Array,
  { rate, epsilon }: StepScalars,
): void {
  for (let i = 0; i < w.length; i++) {
    const g = flushGradient(gradients[i]!);
    const second = round(v[i]! + round(g * g));
    v[i] = second;
    w[i] = round(w[i]! - round(round(rate * g) / round(round(Math.sqrt(second)) + epsilon)));
  }
}

/** `v = ρ·v + (1−ρ)·g²; w −= η·g / (√v + ε)` (Tieleman and Hinton 2012). */
function rmsprop(w: Float32Array, gradients: Float32Array, v: Float32Array, scalars: StepScalars): void {
  const { rate, keepSecond, addSecond, epsilon } = scalars;
  for (let i = 0; i < w.length; i++) {
    const g = flushGradient(gradients[i]!);
    const second = flushMoment(round(round(keepSecond * v[i]!) + round(addSecond * round(g * g))));
    v[i] = second;
    w[i] = round(w[i]! - round(round(rate * g) / round(round(Math.sqrt(second)) + epsilon)));
  }
}

/** `w −= η·m̂ / (√v̂ + ε)` (Kingma and Ba 2015, algorithm 1). */
function adam(
  w: Float32Array,
  gradients: Float32Array,
  m: Float32Array,
  v: Float32Array,
  scalars: StepScalars,
): void {
  const { rate, secondScale, keepFirst, addFirst, keepSecond, addSecond, epsilon } = scalars;
  for (let i = 0; i < w.length; i++) {
    const g = flushGradient(gradients[i]!);
    const first = flushMoment(round(round(keepFirst * m[i]!) + round(addFirst * g)));
    const second = flushMoment(round(round(keepSecond * v[i]!) + round(addSecond * round(g * g))));
    m[i] = first;
    v[i] = second;
    const deviation = round(Math.sqrt(round(second * secondScale)));
    w[i] = round(w[i]! - round(round(rate * first) / round(deviation + epsilon)));
  }
}

/** First and second running means, as long as the parameters; zeros at the start. */
export interface Moments {
  first: Float32Array;
  second: Float32Array;
}

/** One update of all parameters, element by element, each operation rounded to float32 in the order written. */
export function updateParameters(
  optimizer: OptimizerDescription,
  scalars: StepScalars,
  parameters: Float32Array,
  gradients: Float32Array,
  moments: Moments,
): void {
  switch (optimizer.kind) {
    case 'sgd':
      if (optimizer.momentum === 0) return sgd(parameters, gradients, scalars);
      return sgdMomentum(parameters, gradients, moments.first, scalars);
    case 'adagrad':
      return adagrad(parameters, gradients, moments.second, scalars);
    case 'rmsprop':
      return rmsprop(parameters, gradients, moments.second, scalars);
    case 'adam':
      return adam(parameters, gradients, moments.first, moments.second, scalars);
  }
}
