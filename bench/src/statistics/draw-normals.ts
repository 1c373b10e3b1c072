import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { normalQuantile } from '@holdfast/numeric/normal';
import { createStream } from '@holdfast/numeric/stream';
import { uniform } from '@holdfast/numeric/uniform';

/** Independent draws of N(0, 1), the same ones for the same name and number. */
export function drawNormals(name: string, number: number): () => number {
  const stream = createStream(deriveSeed(number, 'bench', name), 'sampling');
  let next = 0;
  return () => normalQuantile(uniform(stream, next++));
}
