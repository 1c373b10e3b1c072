import type { Seed } from '@holdfast/numeric/derive-seed';
import { normal } from '@holdfast/numeric/normal';
import { cos, sin } from '@holdfast/numeric/sin-cos';
import { createStream } from '@holdfast/numeric/stream';

export interface Spiral {
  rows: number;
  /** rows × 2, class after class. */
  features: Float64Array;
  labels: Int32Array;
}

/**
 * The spiral data: point i of class c lies at radius r = i / (samplesPerClass − 1) and angle
 * θ = 4·(c + r) + noise · N(0, 1), at `(r·sin 2.5θ, r·cos 2.5θ)`; row c·samplesPerClass + i takes the draw of
 * its own number. A single point of a class has r = 0.
 * @throws RangeError naming the field
 */
export function generateSpiral(request: {
  samplesPerClass: number;
  classes: number;
  noise: number;
  seed: Seed;
}): Spiral {
  const { samplesPerClass, classes, noise, seed } = request;
  if (!(Number.isInteger(samplesPerClass) && samplesPerClass >= 1))
    throw new RangeError(`samplesPerClass must be a positive integer, not ${samplesPerClass}`);
  if (!(Number.isInteger(classes) && classes >= 1 && classes <= 1000))
    throw new RangeError(`classes must be an integer from 1 to 1000, not ${classes}`);
  if (!(noise >= 0 && noise <= 1000)) throw new RangeError(`noise must be from 0 to 1000, not ${noise}`);
  const stream = createStream(seed, 'spiral');
  const rows = samplesPerClass * classes;
  const features = new Float64Array(2 * rows);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const c = Math.floor(row / samplesPerClass);
    const r = samplesPerClass === 1 ? 0 : (row % samplesPerClass) / (samplesPerClass - 1);
    const angle = 2.5 * (4 * (c + r) + noise * normal(stream, row));
    features[2 * row] = r * sin(angle);
    features[2 * row + 1] = r * cos(angle);
    labels[row] = c;
  }
  return { rows, features, labels };
}
