import { describe, expect, test } from 'vitest';
import { HardestRows } from './hardest-rows.ts';

const rows = (...numbers: number[]) => Int32Array.from(numbers);
const values = (...numbers: number[]) => Float32Array.from(numbers);

describe('the hardest rows', () => {
  test('of classes are those that every model got wrong, the surest first', () => {
    const hardest = new HardestRows({
      task: 'classification',
      rows: 5,
      outputs: 2,
      targets: Int32Array.of(0, 0, 1, 1, 0),
    });
    // Row 4 is validated by no fold.
    hardest.add([
      { rows: rows(0, 2), predictions: values(0.9, 0.1, 0.7, 0.3) },
      { rows: rows(1, 3), predictions: values(0.2, 0.8, 0.45, 0.55) },
    ]);
    hardest.add([
      { rows: rows(0, 2), predictions: values(0.4, 0.6, 0.6, 0.4) },
      { rows: rows(1, 3), predictions: values(0.1, 0.9, 0.9, 0.1) },
    ]);
    const found = hardest.find();
    expect(found.map(({ row, models, deviations }) => [row, models, deviations])).toEqual([
      [1, 2, null],
      [2, 2, null],
    ]);
    expect(found[0]!.means[1]).toBeCloseTo(0.85, 6);
    expect(hardest.predicted).toBe(4);
  });

  test('of sigmoid outputs are wrong in one and the same output each time', () => {
    const hardest = new HardestRows({
      task: 'binary',
      rows: 2,
      outputs: 2,
      targets: Uint8Array.of(1, 0, 1, 0),
    });
    hardest.add([{ rows: rows(0, 1), predictions: values(0.2, 0.1, 0.2, 0.1) }]);
    hardest.add([{ rows: rows(0, 1), predictions: values(0.4, 0.9, 0.8, 0.9) }]);
    expect(hardest.find().map(({ row }) => row)).toEqual([0]);
  });

  test('of numbers are far off on one side each time', () => {
    const count = 40;
    const targets = Float64Array.from({ length: count }, (_, row) => row);
    const all = Int32Array.from({ length: count }, (_, row) => row);
    const predict = (off: Record<number, number>) =>
      Float32Array.from(all, (row) => row + (off[row] ?? (row % 2 === 0 ? 1 : -1)));
    const hardest = new HardestRows({ task: 'regression', rows: count, outputs: 1, targets });
    hardest.add([{ rows: all, predictions: predict({ 7: 90, 8: 80 }) }]);
    hardest.add([{ rows: all, predictions: predict({ 7: 70, 8: -80 }) }]);
    const found = hardest.find();
    expect(found.map(({ row }) => row)).toEqual([7]);
    expect(found[0]!.means[0]).toBeCloseTo(87, 4);
    expect(found[0]!.deviations).toBeGreaterThan(3);
  });

  test('of models that are right everywhere are none', () => {
    const hardest = new HardestRows({
      task: 'regression',
      rows: 2,
      outputs: 1,
      targets: Float64Array.of(1, 2),
    });
    hardest.add([{ rows: rows(0, 1), predictions: values(1, 2) }]);
    expect(hardest.find()).toEqual([]);
  });
});
