import { expect, it, onTestFinished, vi } from 'vitest';
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

it('begins the loads of a key so far apart, and gives each who asks a load that began after the question', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const asked: number[] = [];
  const read = joinNext(async () => void asked.push(performance.now()), 10);
  const began = performance.now();
  await read('a');
  const second = read('a');
  await vi.advanceTimersByTimeAsync(9);
  const third = read('a');
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  await Promise.all([second, third]);
  expect(asked.map((at) => at - began)).toEqual([0, 10]);
});
