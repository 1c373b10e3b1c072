import { createHmac } from 'node:crypto';
import { endianness } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { AssembledDataset } from './assemble-dataset.ts';

const rowsAtOnce = 2000;

/**
 * A keyed hash of each row, by which rows are known again whatever the file is called. A row is its cells and targets
 * by value: neither its place, nor the order and names of the columns, nor group and time count. 64 bits of an
 * HMAC-SHA-256 of the numbers in ascending order, missing ones last, the texts of categories by code unit, and the targets; lets the
 * event loop turn between pieces.
 */
export async function hashRows(key: Uint8Array, data: AssembledDataset): Promise<BigInt64Array> {
  const hashes = new BigInt64Array(data.rows);
  const perRow = data.targets.length / data.rows;
  const isText = data.uses.map(({ kind }) => kind === 'category');
  const numeric = data.columns.filter((_, i) => !isText[i]);
  const textual = data.columns.filter((_, i) => isText[i]);
  const vocabularies = data.uses
    .filter((_, i) => isText[i])
    .map(({ vocabulary }) => vocabulary.map((text) => JSON.stringify(text)));
  const classes = data.classes.map((name) => JSON.stringify(name));
  // Missing texts are as many numbers that are not there.
  const numbers = new Float64Array(numeric.length + textual.length);
  const bytes = Buffer.from(numbers.buffer);
  for (let row = 0; row < data.rows; row++) {
    if (row % rowsAtOnce === rowsAtOnce - 1) await setImmediate();
    numbers.fill(Number.NaN);
    // −0 is 0, and all NaN are one.
    for (let i = 0; i < numeric.length; i++) {
      const value = numeric[i]![row]!;
      if (value === value) numbers[i] = value + 0;
    }
    numbers.sort();
    const texts: string[] = [];
    for (let i = 0; i < textual.length; i++) {
      const code = textual[i]![row]!;
      if (code === code) texts.push(vocabularies[i]![code]!);
    }
    texts.sort();
    for (let i = 0; i < perRow; i++) {
      const target = data.targets[row * perRow + i]!;
      texts.push(data.task === 'classification' ? classes[target]! : String(target + 0));
    }
    if (endianness() === 'BE') bytes.swap64();
    hashes[row] = createHmac('sha256', key).update(bytes).update(texts.join('\n')).digest().readBigInt64LE(0);
  }
  return hashes;
}
