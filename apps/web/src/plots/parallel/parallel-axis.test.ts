import type { Axis, TrialPoints } from '@holdfast/contracts/plots';
import { describe, expect, it } from 'vitest';
import { parallelAxes, stage } from './parallel-axis.ts';

const number = (name: string, log: boolean, zero: boolean, range: [number, number]): Axis => ({
  name,
  kind: 'number',
  log,
  zero,
  range,
  categories: null,
});
const points = {
  axes: [
    number('learningRate', true, false, [0.001, 0.1]),
    number('l2', true, true, [0.0001, 0.01]),
    {
      name: 'hiddenLayers',
      kind: 'category',
      log: false,
      zero: false,
      range: null,
      categories: ['[8]', '[16]', '[32]'],
    },
  ],
  values: [
    [0.001, 0.1],
    [0, 0.01],
    [0, null],
  ],
  score: [0.5, 0.9],
} as unknown as TrialPoints;
const [learningRate, l2, hiddenLayers, score] = parallelAxes(points, points);

describe('axes of parallel coordinates', () => {
  it('are the hyperparameters and the score, each from its smallest value up', () => {
    expect(learningRate?.y(0.001)).toBe(stage.bottom);
    expect(learningRate?.y(0.1)).toBe(stage.top);
    expect(learningRate?.y(0.01)).toBeCloseTo((stage.top + stage.bottom) / 2, 6);
    expect(score?.ticks.map(({ text }) => text)).toEqual(['0.5', '0.6', '0.7', '0.8', '0.9']);
  });

  it('have a place for 0 on a logarithmic scale, and for what does not apply', () => {
    expect(l2?.y(0)).toBe(stage.bottom);
    expect(l2?.y(0.0001)).toBeLessThan(stage.bottom);
    expect(l2?.ticks.map(({ text }) => text)).toEqual(['0', '1e-4', '0.001', '0.01']);
    expect(hiddenLayers?.y(null)).toBe(stage.absent);
  });

  it('turn a stretch into a condition, and back', () => {
    const { top, bottom } = stage;
    const middle = (top + bottom) / 2;
    expect(learningRate?.condition(middle, top - 5)).toBe('0.01..');
    expect(learningRate?.condition(bottom, middle)).toBe('..0.01');
    expect(learningRate?.condition(top, bottom)).toBeNull();
    expect(l2?.condition(bottom - 5, bottom)).toBe('0..0');
    expect(hiddenLayers?.condition(top, middle + 1)).toBe('[16]|[32]');
    expect(hiddenLayers?.condition(middle + 2, middle + 3)).toBeNull();
    const [stretch] = learningRate?.stretches('0.01..') ?? [];
    expect(stretch?.[0]).toBeLessThanOrEqual(top);
    expect(stretch?.[1]).toBeCloseTo(middle + 2, 6);
    expect(hiddenLayers?.stretches('[8]|[32]')).toHaveLength(2);
  });
});
