import { type LayerDescription, layerOffsets } from '../layers/layer-description.ts';

const round = Math.fround;

/**
 * Adds the penalty's gradient `2·λ₂·w + λ₁·s(w)` to `gradients[from … to − 1]`, with s(w) = −1 for w < 0 and
 * +1 otherwise: first the λ₂ term, then the λ₁ term, each product and sum rounded to float32; a term whose λ
 * is 0 is left out.
 */
export function addPenaltyGradient(
  parameters: Float32Array,
  gradients: Float32Array,
  from: number,
  to: number,
  l1: number,
  l2: number,
): void {
  if (l2 !== 0) {
    const twice = round(2 * l2);
    for (let i = from; i < to; i++) gradients[i] = round(gradients[i]! + round(twice * parameters[i]!));
  }
  if (l1 !== 0) {
    const size = round(l1);
    for (let i = from; i < to; i++) gradients[i] = round(gradients[i]! + (parameters[i]! < 0 ? -size : size));
  }
}

function penaltyOf(parameters: Float32Array, from: number, to: number, l1: number, l2: number): number {
  if (l1 === 0 && l2 === 0) return 0;
  let absolute = 0;
  let squares = 0;
  for (let i = from; i < to; i++) {
    const w = parameters[i]!;
    absolute += Math.abs(w);
    squares += w * w;
  }
  return l1 * absolute + l2 * squares;
}

/** The penalty `λ₁·Σ|w| + λ₂·Σw²` over all layers, in float64, each sum in the order of the parameters. */
export function regularizationLoss(layers: readonly LayerDescription[], parameters: Float32Array): number {
  const offsets = layerOffsets(layers);
  let sum = 0;
  for (const [index, layer] of layers.entries()) {
    const { weights, biases, end } = offsets[index]!;
    sum += penaltyOf(parameters, weights, biases, layer.l1Weights, layer.l2Weights);
    sum += penaltyOf(parameters, biases, end, layer.l1Biases, layer.l2Biases);
  }
  return sum;
}
