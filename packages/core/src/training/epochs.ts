import type { Seed } from '@holdfast/numeric/derive-seed';
import { shuffle } from '@holdfast/numeric/shuffle';
import { createStream } from '@holdfast/numeric/stream';
import type { EngineTraining } from '../kernels/engine.ts';
import { rowsBetweenChecks, throwIfCancelled } from './cancellation.ts';

/** Rows of a full batch, or of the batches that `batchSize` asks for. */
export function batchRows(batchSize: number | 'full', rows: number): number {
  return batchSize === 'full' ? rows : Math.min(batchSize, rows);
}

/** Whether all numbers are finite: their sum of differences from themselves is 0 then, and NaN otherwise. */
export function allFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! - values[i]!;
  return sum === 0;
}

/**
 * One pass over the training rows. Mini-batches take the rows in an order shuffled anew each epoch (stream
 * `shuffling`, numbered by the epoch); a batch of all rows takes them as they stand. The last batch may be smaller.
 * @param epoch from 1
 * @returns whether every step's data loss was finite
 */
export function runEpoch(
  training: EngineTraining,
  run: {
    rows: number;
    batch: number;
    weightCount: number;
    seed: Seed;
    isCancelled?: (() => boolean) | undefined;
  },
  epoch: number,
): boolean {
  const { rows, batch, weightCount, seed, isCancelled } = run;
  const order =
    batch === rows
      ? null
      : shuffle(
          Int32Array.from({ length: rows }, (_, row) => row),
          createStream(seed, 'shuffling', epoch),
        );
  const stride = rowsBetweenChecks(weightCount, 3);
  let finite = true;
  for (let start = 0; start < rows; start += batch) {
    const count = Math.min(batch, rows - start);
    for (let done = 0; done < count; done += stride) {
      throwIfCancelled(isCancelled);
      training.accumulate(order, start + done, Math.min(stride, count - done), count);
    }
    if (!Number.isFinite(training.update().dataLoss)) finite = false;
  }
  return finite;
}
