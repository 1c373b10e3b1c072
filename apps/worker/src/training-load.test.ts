import { foldSecondsBounds } from '@holdfast/db/workers';
import { expect, test } from 'vitest';
import { TrainingLoad } from './training-load.ts';

test('adds up what threads train side by side', () => {
  let clock = 0;
  const load = new TrainingLoad(() => clock);
  load.running(1);
  clock = 1000;
  load.running(2);
  clock = 3000;
  expect(load.now().busySeconds).toBe(5);
  load.running(0);
  clock = 9000;
  expect(load.now().busySeconds).toBe(5);
});

test('counts fold runs by the first bound that they do not exceed', () => {
  const load = new TrainingLoad();
  const longest = foldSecondsBounds.at(-1)!;
  for (const seconds of [foldSecondsBounds[0], foldSecondsBounds[1], longest + 1]) load.trained(seconds!);
  const { counts, sum } = load.now().foldSeconds;
  expect(counts).toHaveLength(foldSecondsBounds.length + 1);
  expect([counts[0], counts[1], counts.at(-1)]).toEqual([1, 1, 1]);
  expect(counts.reduce((all, count) => all + count)).toBe(3);
  expect(sum).toBeCloseTo(foldSecondsBounds[0]! + foldSecondsBounds[1]! + longest + 1);
});
