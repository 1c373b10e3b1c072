import { expect, it, onTestFinished, vi } from 'vitest';
import type { BoardName, Standing } from './board-tasks.ts';
import { keepFresh } from './keep-fresh.ts';

/** A search of so many trials whose revision the test sets, and the works that were begun on it. */
function growingSearch(trials: number) {
  const search = { revision: 1, status: 'running' as const };
  const works: { finish: () => void; fail: (error: Error) => void }[] = [];
  const work = (_board: BoardName) => {
    const { revision } = search;
    return new Promise<Standing | null>((resolve, reject) => {
      const record = { revision, trials: { total: trials } } as Standing['record'];
      works.push({ finish: () => resolve({ record, best: null, diagnosis: [] }), fail: reject });
    });
  };
  const show = keepFresh(async () => ({ ...search }), work);
  const ask = async () => (await show({ search: 'spiral' }))!.record.revision;
  return { search, works, ask };
}

it('has one work under way and one after it, however often the search changes meanwhile', async () => {
  const { search, works, ask } = growingSearch(2000);
  const first = ask();
  await expect.poll(() => works.length).toBe(1);
  const later: Promise<number>[] = [];
  for (let change = 0; change < 20; change++) {
    search.revision += 1;
    later.push(ask());
  }
  await new Promise(setImmediate);
  expect(works).toHaveLength(1);
  works[0]!.finish();
  expect(await first).toBe(1);
  await expect.poll(() => works.length).toBe(2);
  works[1]!.finish();
  expect(new Set(await Promise.all(later))).toEqual(new Set([21]));
  expect(works).toHaveLength(2);
});

it('shares the work under way with those who ask for no newer revision', async () => {
  const { works, ask } = growingSearch(2000);
  const asked = [ask(), ask(), ask()];
  await expect.poll(() => works.length).toBe(1);
  works[0]!.finish();
  expect(await Promise.all(asked)).toEqual([1, 1, 1]);
  expect(await ask()).toBe(1);
  expect(works).toHaveLength(1);
});

it('begins anew after a work that failed', async () => {
  const { search, works, ask } = growingSearch(2000);
  const first = ask();
  await expect.poll(() => works.length).toBe(1);
  search.revision += 1;
  const second = ask();
  await new Promise(setImmediate);
  works[0]!.fail(new Error('the database is away'));
  await expect(first).rejects.toThrow('away');
  await expect.poll(() => works.length).toBe(2);
  works[1]!.finish();
  expect(await second).toBe(2);
});

it('shows a dear board as it was to those who poll, and none that nobody has asked for in a while', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => void vi.useRealTimers());
  const { search, works, ask } = growingSearch(2000);
  const first = ask();
  await expect.poll(() => works.length).toBe(1);
  vi.advanceTimersByTime(100);
  works[0]!.finish();
  expect(await first).toBe(1);

  search.revision += 1;
  expect(await ask()).toBe(1);
  vi.advanceTimersByTime(1000);
  expect(await ask()).toBe(1);
  await expect.poll(() => works.length).toBe(2);
  works[1]!.finish();
  await expect.poll(ask).toBe(2);

  search.revision += 1;
  vi.advanceTimersByTime(5000);
  const later = ask();
  await expect.poll(() => works.length).toBe(3);
  works[2]!.finish();
  expect(await later).toBe(3);
});
