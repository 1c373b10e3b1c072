import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { TrainingRows } from './datasets.ts';
import { encodeRows, type RowsDescription } from './encode-rows.ts';

/**
 * `sha256:` and the SHA-256 of the training rows in their byte form (see `encodeRows`): of the numbers, the names,
 * the classes and the task, and of nothing else. Lets the event loop turn between pieces.
 */
export async function digestDataset(description: RowsDescription, training: TrainingRows): Promise<string> {
  const hash = createHash('sha256');
  for (const piece of encodeRows(description, training)) {
    hash.update(piece);
    await setImmediate();
  }
  return `sha256:${hash.digest('hex')}`;
}
