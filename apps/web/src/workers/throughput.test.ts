import { expect, it } from 'vitest';
import { foldsPerSecond } from './throughput.ts';

it('is what was completed over the time it took', () => {
  expect(
    foldsPerSecond([
      { at: 0, completed: 10 },
      { at: 1000, completed: 12 },
      { at: 4000, completed: 30 },
    ]),
  ).toBe(5);
  expect(foldsPerSecond([{ at: 0, completed: 10 }])).toBeNull();
  expect(
    foldsPerSecond([
      { at: 0, completed: 10 },
      { at: 1000, completed: 2 },
    ]),
  ).toBe(0);
});
