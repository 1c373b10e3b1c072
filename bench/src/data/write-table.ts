import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { createStream } from '@holdfast/numeric/stream';
import { uniform } from '@holdfast/numeric/uniform';

const piece = 1 << 20;

/**
 * Writes a CSV of two classes that follow from the first columns, with noise. Numbers have all of their digits, as programs write
 * them; every tenth column is a category of four, and misses one value in ten.
 * @returns bytes
 */
export async function writeTable(path: string, rows: number, columns: number): Promise<number> {
  const file = createWriteStream(path);
  const stream = createStream(deriveSeed(0, 'bench data'), 'spiral');
  const isCategory = (column: number) => column % 10 === 9;
  let draw = 0;
  let bytes = 0;
  let text = `${Array.from({ length: columns }, (_, i) => `f${i}`).join(',')},target\n`;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) {
      const value = uniform(stream, draw++);
      if (column < 8) sum += (value - 0.5) * ((column % 3) - 1);
      if (!isCategory(column)) text += `${value},`;
      else text += value < 0.1 ? ',' : `${['blue', 'green', 'red', 'violet'][Math.floor(value * 4)]},`;
    }
    text += sum + (uniform(stream, draw++) - 0.5) / 4 > 0 ? 'yes\n' : 'no\n';
    if (text.length >= piece || row === rows - 1) {
      bytes += text.length;
      if (!file.write(text)) await once(file, 'drain');
      text = '';
    }
  }
  file.end();
  await once(file, 'close');
  return bytes;
}
