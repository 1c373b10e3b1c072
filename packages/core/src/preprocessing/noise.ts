import type { Seed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';

const round = Math.fround;

/**
 * Writes `features + deviation · N(0, 1)` into `noisy`: element i takes draw i of the epoch's own noise stream.
 * The draw is scaled in float64, rounded to float32, and added in float32.
 * @param epoch from 1
 */
export function addNoise(
  features: Float32Array,
  deviation: number,
  seed: Seed,
  epoch: number,
  noisy: Float32Array,
): void {
  const stream = createStream(seed, 'noise', epoch);
  for (let i = 0; i < features.length; i++) noisy[i] = features[i]! + round(deviation * normal(stream, i));
}
