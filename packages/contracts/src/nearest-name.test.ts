import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const columns = ['sepal_length', 'sepal_width', 'species', 'id', ' y'];

it.each([
  ['Species', 'species'],
  ['specis', 'species'],
  ['sepal_lenght', 'sepal_length'],
  ['sepal width', 'sepal_width'],
  ['y', ' y'],
  ['label', undefined],
  ['', undefined],
  ['x'.repeat(100_000), undefined],
])('%j is nearest to %j', (written, nearest) => {
  expect(nearestName(written, columns)).toBe(nearest);
});
