import { expect, it } from 'vitest';
import { joinNext } from './join-next.ts';

function deferredLoads() {
  const loads: { key: string; resolve: (value: string) => void; reject: (error: Error) => void }[] = [];
  const load = (key: string) =>
    new Promise<string>((resolve, reject) => {
      loads.push({ key, resolve, reject });
    });
  return { loads, load };
}

it('gives all who come during a load the one after it, and loads no more than that', async () => {
  const { loads, load } = deferredLoads();
  const read = joinNext(load);
  const first = read('a');
  const later = [read('a'), read('a'), read('a')];
  expect(loads).toHaveLength(1);
  loads[0]?.resolve('old');
  expect(await first).toBe('old');
  await expect.poll(() => loads.length).toBe(2);
  loads[1]?.resolve('new');
  expect(await Promise.all(later)).toEqual(['new', 'new', 'new']);
  expect(loads).toHaveLength(2);
});

it('keeps keys apart, and a failure from those who come after it', async () => {
  const { loads, load } = deferredLoads();
  const read = joinNext(load);
  const a = read('a');
  const b = read('b');
  const again = read('a');
  expect(loads.map(({ key }) => key)).toEqual(['a', 'b']);
  loads[0]?.reject(new Error('down'));
  loads[1]?.resolve('b');
  await expect(a).rejects.toThrow('down');
  expect(await b).toBe('b');
  await expect.poll(() => loads.length).toBe(3);
  loads[2]?.resolve('up');
  expect(await again).toBe('up');
});
