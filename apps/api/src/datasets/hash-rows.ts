import { createHmac } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { AssembledDataset } from './assemble-dataset.ts';

const rowsAtOnce = 5000;

/**
 * A keyed hash of each row, by which rows are known again whatever the file is called. A row is its cells and targets
 * by value: neither its place, nor the order and names of the columns, nor group and time count. 64 bits of an
 * HMAC-SHA-256; lets the event loop turn between pieces.
 */
export async function hashRows(key: Uint8Array, data: AssembledDataset): Promise<BigInt64Array> {
  const hashes = new BigInt64Array(data.rows);
  const perRow = data.targets.length / data.rows;
  for (let row = 0; row < data.rows; row++) {
    if (row % rowsAtOnce === rowsAtOnce - 1) await setImmediate();
    const cells = data.columns.map((values, column) => {
      const value = values[row]!;
      const { kind, vocabulary } = data.uses[column]!;
      return kind === 'category' && !Number.isNaN(value)
        ? JSON.stringify(vocabulary[value])
        : String(value + 0);
    });
    cells.sort();
    for (let i = 0; i < perRow; i++) {
      const target = data.targets[row * perRow + i]!;
      cells.push(data.task === 'classification' ? JSON.stringify(data.classes[target]) : String(target + 0));
    }
    hashes[row] = createHmac('sha256', key).update(cells.join('\n')).digest().readBigInt64LE(0);
  }
  return hashes;
}
