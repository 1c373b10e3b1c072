import type { TrainingSet } from '@holdfast/core/training-set';
import { expect, test } from 'vitest';
import { DatasetCache } from './dataset-cache.ts';

/** 16 bytes of targets and features a row. */
function dataOf(rows: number): TrainingSet {
  return {
    task: 'regression',
    rows,
    columns: 1,
    outputs: 1,
    features: new Float64Array(rows),
    targets: new Float64Array(rows),
  };
}

function cacheOf(maxBytes: number, load = async (_id: string) => dataOf(10)) {
  const loaded: string[] = [];
  const cache = new DatasetCache({
    maxBytes,
    load: (id) => {
      loaded.push(id);
      return load(id);
    },
  });
  return { cache, loaded };
}

test('whoever asks at the same time shares a load, and whoever asks later its outcome', async () => {
  const { cache, loaded } = cacheOf(1000);
  const [first, second] = await Promise.all([cache.get('a'), cache.get('a')]);
  expect(await cache.get('a')).toBe(first);
  expect(second).toBe(first);
  expect(loaded).toEqual(['a']);
});

test('the least recently used goes first', async () => {
  const { cache, loaded } = cacheOf(320);
  await cache.get('a');
  await cache.get('b');
  await cache.get('a');
  await cache.get('c');
  await cache.get('a');
  expect(loaded).toEqual(['a', 'b', 'c']);
  await cache.get('b');
  expect(loaded).toEqual(['a', 'b', 'c', 'b']);
});

test('one that is larger than all room is kept while it is the latest', async () => {
  const { cache, loaded } = cacheOf(1);
  await cache.get('a');
  await cache.get('a');
  await cache.get('b');
  await cache.get('a');
  expect(loaded).toEqual(['a', 'b', 'a']);
});

test('a failed load is tried again', async () => {
  let fails = true;
  const { cache, loaded } = cacheOf(1000, async () => {
    if (fails) throw new Error('away');
    return dataOf(1);
  });
  await expect(cache.get('a')).rejects.toThrow('away');
  fails = false;
  expect((await cache.get('a')).rows).toBe(1);
  expect(loaded).toEqual(['a', 'a']);
});
