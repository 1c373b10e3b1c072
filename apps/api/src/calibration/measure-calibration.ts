import type { Calibration } from '@holdfast/contracts/calibration';
import type { Task } from '@holdfast/contracts/metrics';

interface Predicted {
  /** Class index by row, or rows × outputs of 0 or 1. */
  targets: ArrayLike<number>;
  /** Rows × outputs. */
  probabilities: ArrayLike<number>;
}

/**
 * Confidence against accuracy in bins of equal width: Guo et al., On Calibration of Modern Neural Networks (2017),
 * equation 3. A probability of 1 belongs to the last bin; rows that are not finite are left out.
 */
export function measureCalibration(
  { task, outputs, bins: count }: { task: Exclude<Task, 'regression'>; outputs: number; bins: number },
  parts: Iterable<Predicted>,
): Pick<Calibration, 'predictions' | 'expectedCalibrationError' | 'bins'> {
  const counts = new Array<number>(count).fill(0);
  const confidences = new Array<number>(count).fill(0);
  const hits = new Array<number>(count).fill(0);
  const add = (confidence: number, hit: boolean) => {
    if (!Number.isFinite(confidence)) return;
    const bin = Math.min(count - 1, Math.floor(confidence * count));
    counts[bin]!++;
    confidences[bin]! += confidence;
    if (hit) hits[bin]!++;
  };
  for (const { targets, probabilities } of parts) {
    const rows = probabilities.length / outputs;
    for (let row = 0; row < rows; row++) {
      if (task === 'binary') {
        for (let i = row * outputs; i < (row + 1) * outputs; i++) add(probabilities[i]!, targets[i] === 1);
        continue;
      }
      let predicted = 0;
      for (let output = 1; output < outputs; output++) {
        if (probabilities[row * outputs + output]! > probabilities[row * outputs + predicted]!)
          predicted = output;
      }
      add(probabilities[row * outputs + predicted]!, targets[row] === predicted);
    }
  }
  const predictions = counts.reduce((sum, n) => sum + n, 0);
  let error = 0;
  const bins = counts.map((n, bin) => {
    const ends = { from: bin / count, to: (bin + 1) / count, count: n };
    if (n === 0) return { ...ends, confidence: null, accuracy: null };
    const [confidence, accuracy] = [confidences[bin]! / n, hits[bin]! / n];
    error += (n / predictions) * Math.abs(confidence - accuracy);
    return { ...ends, confidence, accuracy };
  });
  return { predictions, expectedCalibrationError: predictions === 0 ? null : error, bins };
}
