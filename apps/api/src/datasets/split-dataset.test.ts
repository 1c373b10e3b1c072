import type { DatasetSpec } from '@holdfast/contracts/dataset';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DatasetError } from './dataset-error.ts';
import { type RowFacts, rowsPerClass, splitDataset } from './split-dataset.ts';

function makeData(targets: number[], more: Partial<RowFacts> = {}): RowFacts {
  const classes = [...new Set(targets)].sort().map((target) => `c${target}`);
  return {
    task: 'classification',
    classes,
    rows: targets.length,
    outputs: classes.length,
    targets: Int32Array.from(targets),
    groups: null,
    times: null,
    testFrom: null,
    ...more,
  };
}

const split = (data: RowFacts, test: DatasetSpec['test']) => splitDataset(data, { test });
const random = { kind: 'random', fraction: 0.2, stratify: true, seed: 0 } as const;

describe('test rows', () => {
  it('are every row once, on one side, whatever the kind', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 120 }),
        fc.nat(1000),
        fc.double({ min: 0.1, max: 0.5, noNaN: true }),
        (rows, seed, fraction) => {
          const targets = Array.from({ length: rows }, (_, row) => row % 2);
          const data = makeData(targets, {
            groups: Int32Array.from(targets, (_, row) => row % 10),
            times: Float64Array.from(targets, (_, row) => (row * 7919) % 1009),
          });
          for (const test of [
            { ...random, fraction, seed },
            { ...random, stratify: false, fraction, seed },
            { kind: 'latest', fraction },
            { kind: 'rows', from: rows - 3 },
            { kind: 'none' },
          ] as const) {
            const { trainingRows, testRows } = split(data, test);
            expect([...trainingRows, ...testRows].sort((a, b) => a - b)).toEqual(
              targets.map((_, row) => row),
            );
            expect(testRows.length > 0).toBe(test.kind !== 'none');
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('are drawn by class, by the seed alone', () => {
    const data = makeData(Array.from({ length: 150 }, (_, row) => Math.floor(row / 50)));
    const first = split(data, random);
    expect(rowsPerClass(data, first.testRows)).toEqual([10, 10, 10]);
    expect(rowsPerClass(data, first.trainingRows)).toEqual([40, 40, 40]);
    expect(split(data, random)).toEqual(first);
    expect(split(data, { ...random, seed: 1 }).testRows).not.toEqual(first.testRows);
  });

  it('share no group with training rows', () => {
    const targets = Array.from({ length: 60 }, (_, row) => row % 2);
    const data = makeData(targets, { groups: Int32Array.from(targets, (_, row) => Math.floor(row / 4)) });
    const { trainingRows, testRows } = split(data, { kind: 'grouped', fraction: 0.25, seed: 3 });
    const inTraining = new Set(Array.from(trainingRows, (row) => data.groups![row]));
    expect(Array.from(testRows).filter((row) => inTraining.has(data.groups![row]!))).toEqual([]);
    expect(testRows.length).toBeGreaterThanOrEqual(12);
  });

  it('are later than all training rows, which are kept in the order of time', () => {
    const targets = Array.from({ length: 40 }, (_, row) => row % 2);
    const times = Float64Array.from(targets, (_, row) => (row * 17) % 40);
    const data = makeData(targets, { times });
    const { trainingRows, testRows } = split(data, { kind: 'latest', fraction: 0.25 });
    const trained = Array.from(trainingRows, (row) => times[row]!);
    expect(Array.from(trained)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(Math.min(...Array.from(testRows, (row) => times[row]!))).toBe(30);
  });

  it.each<
    [name: string, targets: number[], test: DatasetSpec['test'], more: Partial<RowFacts>, message: RegExp]
  >([
    ['from beyond the end', [0, 1, 0, 1], { kind: 'rows', from: 4 }, {}, /from must be/],
    [
      'a class left without training rows',
      [0, 0, 0, 1, 1],
      { kind: 'rows', from: 3 },
      {},
      /class "c1" would keep 0/,
    ],
    [
      'many classes of few rows',
      Array.from({ length: 400 }, (_, row) => row % 200),
      { kind: 'rows', from: 390 },
      {},
      /^The class "c\d+" \(and 9 more of 200 classes\) would keep 1 training rows/,
    ],
    ['one training row', [0, 1], { kind: 'rows', from: 1 }, {}, /1 training rows/],
    [
      'one group',
      [0, 1, 0, 1],
      { kind: 'grouped', fraction: 0.5, seed: 0 },
      { groups: new Int32Array(4) },
      /two groups/,
    ],
    [
      'one instant',
      [0, 1, 0, 1],
      { kind: 'latest', fraction: 0.5 },
      { times: new Float64Array(4) },
      /one instant/,
    ],
    [
      'a constant binary output',
      [0, 0, 0, 1],
      { kind: 'rows', from: 3 },
      { task: 'binary', classes: ['c'], outputs: 1, targets: Uint8Array.from([0, 0, 0, 1]) },
      /one value of "c"/,
    ],
  ])('are refused: %s', (_, targets, test, more, message) => {
    const attempt = () => split(makeData(targets, more), test);
    expect(attempt).toThrow(DatasetError);
    expect(attempt).toThrow(message);
    try {
      attempt();
    } catch (error) {
      expect((error as DatasetError).errors[0]!.pointer).toBe('/test');
    }
  });
});
