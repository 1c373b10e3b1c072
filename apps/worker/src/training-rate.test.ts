import { expect, test } from 'vitest';
import { TrainingRate } from './training-rate.ts';

test('follows what is measured', () => {
  const rate = new TrainingRate();
  for (let run = 0; run < 200; run += 1) rate.observe(3e8, 1);
  expect(rate.secondsOf(3e8)).toBeCloseTo(1, 1);
  for (let run = 0; run < 200; run += 1) rate.observe(6e8, 1);
  expect(rate.secondsOf(6e8)).toBeCloseTo(1, 1);
});

test('one short run does not turn it over', () => {
  const rate = new TrainingRate();
  for (let run = 0; run < 100; run += 1) rate.observe(1e8, 1);
  rate.observe(1, 0.01);
  expect(rate.secondsOf(1e8)).toBeCloseTo(1, 1);
});

test('a figure that cannot be is not taken', () => {
  const rate = new TrainingRate();
  const before = rate.secondsOf(1e9);
  rate.observe(0, 1);
  rate.observe(1e9, 0);
  rate.observe(Number.NaN, 1);
  expect(rate.secondsOf(1e9)).toBe(before);
});

test('a fold run of nothing takes some time all the same', () => {
  expect(new TrainingRate().secondsOf(0)).toBeGreaterThan(0);
});
