import { expect, it } from 'vitest';
import { DatasetError } from './dataset-error.ts';
import { parseDatasetSpec } from './parse-dataset-spec.ts';
import { makeSpiralDataset } from './spiral-dataset.ts';

function make(source: object, more: object = {}) {
  const spec = parseDatasetSpec({ name: 'spiral', source: { kind: 'spiral', ...source }, ...more });
  return makeSpiralDataset(spec, spec.source!);
}

it('makes the points of each arm, the arms’ numbers as class names', () => {
  const data = make({ samplesPerClass: 5, classes: 3, noise: 0 });
  expect(data).toMatchObject({
    rows: 15,
    outputs: 3,
    features: ['x', 'y'],
    target: ['class'],
    classes: ['0', '1', '2'],
  });
  expect([...data.targets]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
  // Without noise, point i of an arm lies at the radius i / 4.
  const radii = Array.from({ length: 15 }, (_, row) =>
    Math.sqrt(data.columns[0]![row]! ** 2 + data.columns[1]![row]! ** 2),
  );
  for (const [row, radius] of radii.entries()) expect(radius).toBeCloseTo((row % 5) / 4, 12);
});

it('keeps the classes by code point where there are more than ten', () => {
  const data = make({ samplesPerClass: 2, classes: 12 }, { test: { kind: 'none' } });
  expect(data.classes).toEqual(['0', '1', '10', '11', '2', '3', '4', '5', '6', '7', '8', '9']);
  expect(data.classes[data.targets[20]!]).toBe('10');
  expect(data.classes[data.targets[4]!]).toBe('2');
});

it('is the same for a seed, and another for another', () => {
  expect(make({ seed: 4 })).toEqual(make({ seed: 4 }));
  expect(make({ seed: 4 }).columns).not.toEqual(make({ seed: 5 }).columns);
});

it('refuses what would not fit into memory, and noise beyond all measure', () => {
  expect(() => make({ samplesPerClass: 1_000_000, classes: 100 })).toThrow(DatasetError);
  expect(() => make({ noise: 1e6 })).toThrow(DatasetError);
});
