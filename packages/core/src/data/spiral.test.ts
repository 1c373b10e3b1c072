import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { expect, test } from 'vitest';
import { generateSpiral } from './spiral.ts';

const seed = deriveSeed(0, 'spiral');

test('without noise the points lie where the formula says', () => {
  const { rows, features, labels } = generateSpiral({ samplesPerClass: 5, classes: 3, noise: 0, seed });
  expect(rows).toBe(15);
  expect([...labels]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  for (let row = 0; row < rows; row++) {
    const r = (row % 5) / 4;
    const angle = 2.5 * 4 * (labels[row]! + r);
    expect(features[2 * row]).toBeCloseTo(r * Math.sin(angle), 12);
    expect(features[2 * row + 1]).toBeCloseTo(r * Math.cos(angle), 12);
  }
});

test('noise turns points about the centre by its deviation', () => {
  const request = { samplesPerClass: 2000, classes: 2, noise: 0.2, seed };
  const { rows, features, labels } = generateSpiral(request);
  let squares = 0;
  let counted = 0;
  for (let row = 0; row < rows; row++) {
    const r = (row % 2000) / 1999;
    expect(Math.hypot(features[2 * row]!, features[2 * row + 1]!)).toBeCloseTo(r, 12);
    if (r === 0) continue;
    const angle = Math.atan2(features[2 * row]!, features[2 * row + 1]!) - 10 * (labels[row]! + r);
    const turned = Math.atan2(Math.sin(angle), Math.cos(angle)) / 2.5;
    squares += turned * turned;
    counted++;
  }
  expect(Math.sqrt(squares / counted)).toBeCloseTo(0.2, 2);
  expect(generateSpiral(request).features).toEqual(features);
  expect(generateSpiral({ ...request, seed: deriveSeed(1) }).features).not.toEqual(features);
});

test('bad requests name the field', () => {
  const request = { samplesPerClass: 10, classes: 3, noise: 0.2, seed };
  expect(() => generateSpiral({ ...request, samplesPerClass: 0 })).toThrow('samplesPerClass');
  expect(() => generateSpiral({ ...request, classes: 1.5 })).toThrow('classes');
  expect(() => generateSpiral({ ...request, noise: -1 })).toThrow('noise');
});
