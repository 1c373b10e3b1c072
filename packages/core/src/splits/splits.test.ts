import { deriveSeed } from '@holdfast/numeric/derive-seed';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignFolds, type FoldRequest } from './assign-folds.ts';
import { foldRows, NEVER_VALIDATED } from './fold-rows.ts';
import { splitTestRows, type TestSplitRequest } from './split-test-rows.ts';
import { stratificationLabels } from './stratification-labels.ts';

const seed = deriveSeed(0, 'splits');
const seeds = fc.integer({ min: 0, max: 1000 }).map((n) => deriveSeed(n));

/** Labels of which each occurs `folds` times or more, in any order. */
const labelled = fc
  .record({
    folds: fc.integer({ min: 2, max: 7 }),
    extra: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }),
  })
  .map(({ folds, extra }) => ({
    folds,
    labels: [
      ...extra,
      ...[...new Set([0, ...extra])].flatMap((label) => new Array<number>(folds).fill(label)),
    ],
  }));

const count = (rows: Int32Array, labels: ArrayLike<number>, label: number): number =>
  rows.filter((row) => labels[row] === label).length;

describe('folds', () => {
  test('every row is validated once in each repeat and trains in all other folds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 80 }),
        fc.integer({ min: 2, max: 6 }),
        seeds,
        (rows, folds, drawn) => {
          fc.pre(rows >= folds);
          const { repeats } = assignFolds({ kind: 'plain', rows, folds, repeats: 2, seed: drawn });
          for (const repeat of repeats) {
            const validated = repeat.flatMap(({ validationRows }) => [...validationRows]);
            expect(validated.toSorted((a, b) => a - b)).toEqual(
              Array.from({ length: rows }, (_, row) => row),
            );
            for (const { validationRows, trainingRows } of repeat) {
              expect(validationRows.length + trainingRows.length).toBe(rows);
              expect(new Set([...validationRows, ...trainingRows]).size).toBe(rows);
              expect([...validationRows]).toEqual([...validationRows].toSorted((a, b) => a - b));
              expect(Math.abs(validationRows.length - rows / folds)).toBeLessThan(1);
            }
          }
        },
      ),
    );
  });

  test('stratified: class shares within one row of the whole, and sizes too', () => {
    fc.assert(
      fc.property(labelled, seeds, ({ folds, labels }, drawn) => {
        const { repeats } = assignFolds({
          kind: 'stratified',
          rows: labels.length,
          labels,
          folds,
          seed: drawn,
        });
        for (const { validationRows } of repeats[0]!) {
          expect(Math.abs(validationRows.length - labels.length / folds)).toBeLessThan(1);
          for (const label of new Set(labels)) {
            const share = labels.filter((each) => each === label).length / folds;
            expect(Math.abs(count(validationRows, labels, label) - share)).toBeLessThan(1);
          }
        }
      }),
    );
  });

  test('grouped: no group in two folds, no fold empty', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 5, maxLength: 60 }),
        seeds,
        (groups, drawn) => {
          const folds = Math.min(3, new Set(groups).size);
          fc.pre(folds >= 2);
          const labels = groups.map((group, i) => (group + i) % 3);
          for (const kind of ['grouped', 'stratifiedGrouped'] as const) {
            const { repeats, encoding } = assignFolds({
              kind,
              rows: groups.length,
              groups,
              labels,
              folds,
              seed: drawn,
            });
            for (const { validationRows } of repeats[0]!) expect(validationRows.length).toBeGreaterThan(0);
            const foldOf = new Map<number, number>();
            for (const [row, group] of groups.entries()) {
              expect(foldOf.get(group) ?? encoding[0]![row]).toBe(encoding[0]![row]);
              foldOf.set(group, encoding[0]![row]!);
            }
          }
        },
      ),
    );
  });

  test('stratified groups even out the labels', () => {
    // Twelve groups of one label each: plain grouping by size could put one label into one fold.
    const groups = Array.from({ length: 60 }, (_, row) => Math.floor(row / 5));
    const labels = groups.map((group) => group % 3);
    const { repeats } = assignFolds({ kind: 'stratifiedGrouped', rows: 60, groups, labels, folds: 4, seed });
    for (const { validationRows } of repeats[0]!)
      for (const label of [0, 1, 2]) expect(count(validationRows, labels, label)).toBe(5);
  });

  test('blocked: consecutive rows, and the gap is left out of training', () => {
    const { repeats, encoding } = assignFolds({ kind: 'blocked', rows: 10, folds: 3, gap: 1, seed });
    expect([...encoding[0]!]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 2]);
    expect(repeats[0]!.map(({ trainingRows }) => [...trainingRows])).toEqual([
      [4, 5, 6, 7, 8, 9],
      [0, 1, 7, 8, 9],
      [0, 1, 2, 3, 4],
    ]);
    expect(() => assignFolds({ kind: 'blocked', rows: 10, folds: 2, gap: 5, seed })).toThrow('lower the gap');
  });

  test('holdout: one fold of the fraction, stratified with labels, the rest never validated', () => {
    const labels = Array.from({ length: 100 }, (_, row) => (row < 70 ? 0 : 1));
    const { folds, repeats, encoding } = assignFolds({
      kind: 'holdout',
      rows: 100,
      labels,
      fraction: 0.3,
      repeats: 2,
      seed,
    });
    expect(folds).toBe(1);
    for (const [fold] of repeats) {
      expect(fold!.validationRows.length).toBe(30);
      expect(count(fold!.validationRows, labels, 1)).toBe(9);
    }
    expect(encoding[0]!.filter((fold) => fold === NEVER_VALIDATED)).toHaveLength(70);
    expect(encoding[0]).not.toEqual(encoding[1]);
  });

  test('the encoding says all, and the seed decides all', () => {
    const request: FoldRequest = { kind: 'plain', rows: 33, folds: 4, repeats: 3, seed };
    const { repeats, encoding } = assignFolds(request);
    for (const [repeat, folds] of repeats.entries())
      for (const [fold, rows] of folds.entries()) expect(foldRows(encoding, repeat, fold)).toEqual(rows);
    expect(assignFolds(request)).toEqual({ folds: 4, repeats, encoding });
    expect(assignFolds({ ...request, seed: deriveSeed(1) }).encoding).not.toEqual(encoding);
    expect(encoding[0]).not.toEqual(encoding[1]);
    expect(() => foldRows(encoding, 3, 0)).toThrow('no repeat 3');
    expect(() => foldRows(encoding, 0, 4)).toThrow('no fold 4');
  });

  test.each([
    [{ kind: 'plain', rows: 3, folds: 5 }, '3 rows for 5 folds'],
    [{ kind: 'plain', rows: 3, folds: 1 }, 'folds must be an integer from 2'],
    [{ kind: 'stratified', rows: 4, labels: [0, 0, 0, 1], folds: 2 }, 'Class 1 has 1 rows for 2 folds'],
    [{ kind: 'stratified', rows: 4, folds: 2 }, 'stratified folds need labels'],
    [{ kind: 'grouped', rows: 4, groups: [1, 1, 1, 1], folds: 2 }, '1 groups for 2 folds'],
    [{ kind: 'grouped', rows: 4, groups: [1, 2], folds: 2 }, 'groups must be 4 numbers'],
    [{ kind: 'plain', rows: 9, folds: 3, gap: 1 }, 'Only blocked folds have a gap'],
    [{ kind: 'holdout', rows: 9, fraction: 1 }, 'fraction must be between 0 and 1'],
  ] as const)('%j is an error', (request, message) => {
    expect(() => assignFolds({ ...request, seed } as FoldRequest)).toThrow(message);
  });
});

describe('the test split', () => {
  const sides = (request: TestSplitRequest) => {
    const { trainingRows, testRows, gapRows } = splitTestRows(request);
    return { training: [...trainingRows], test: [...testRows], gap: [...gapRows] };
  };

  test('random: the fraction, class shares within one row, a pure function of the seed', () => {
    fc.assert(
      fc.property(
        labelled,
        fc.double({ min: 0.05, max: 0.9, noNaN: true }),
        seeds,
        ({ labels }, fraction, drawn) => {
          const request = { kind: 'random', rows: labels.length, fraction, seed: drawn, labels } as const;
          const { trainingRows, testRows } = splitTestRows(request);
          expect(new Set([...trainingRows, ...testRows]).size).toBe(labels.length);
          for (const label of new Set(labels)) {
            const rows = labels.filter((each) => each === label).length;
            const share = (rows * testRows.length) / labels.length;
            expect(count(trainingRows, labels, label)).toBeGreaterThan(0);
            expect(Math.abs(count(testRows, labels, label) - share)).toBeLessThanOrEqual(1);
          }
          expect(splitTestRows(request)).toEqual({ trainingRows, testRows, gapRows: new Int32Array(0) });
        },
      ),
    );
    expect(sides({ kind: 'random', rows: 150, fraction: 0.2, seed }).test).toHaveLength(30);
  });

  test('latest keeps rows of one instant together', () => {
    const time = [5, 1, 2, 4, 4, 3];
    expect(sides({ kind: 'latest', rows: 6, fraction: 0.2, time })).toEqual({
      training: [1, 2, 3, 4, 5],
      test: [0],
      gap: [],
    });
    expect(sides({ kind: 'latest', rows: 6, fraction: 0.33, time })).toEqual({
      training: [1, 2, 3, 4, 5],
      test: [0],
      gap: [],
    });
    expect(sides({ kind: 'latest', rows: 3, fraction: 0.33, time: [1, 2, 2] })).toEqual({
      training: [0],
      test: [1, 2],
      gap: [],
    });
    expect(() => sides({ kind: 'latest', rows: 2, fraction: 0.5, time: [1, 1] })).toThrow('one instant');
  });

  test('rows, none and grouped', () => {
    expect(sides({ kind: 'rows', rows: 5, from: 3 })).toEqual({ training: [0, 1, 2], test: [3, 4], gap: [] });
    expect(() => sides({ kind: 'rows', rows: 5, from: 5 })).toThrow('from must be a row from 1 to 4');
    expect(sides({ kind: 'none', rows: 2 })).toEqual({ training: [0, 1], test: [], gap: [] });
    const groups = Array.from({ length: 40 }, (_, row) => row % 8);
    const { training, test: tested } = sides({ kind: 'grouped', rows: 40, fraction: 0.25, groups, seed });
    expect(tested).toHaveLength(10);
    const trainingGroups = new Set(training.map((row) => groups[row]));
    for (const row of tested) expect(trainingGroups.has(groups[row])).toBe(false);
    expect(() => sides({ kind: 'grouped', rows: 2, fraction: 0.5, groups: [1, 1], seed })).toThrow(
      'two groups',
    );
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 30 }),
        seeds,
        (drawn, groupSeed) => {
          fc.pre(new Set(drawn).size >= 2);
          const split = sides({
            kind: 'grouped',
            rows: drawn.length,
            fraction: 0.2,
            groups: drawn,
            seed: groupSeed,
          });
          expect(split.test.length).toBeGreaterThan(0);
          expect(split.training.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  test('blocks: whole blocks of time, with gaps on both sides', () => {
    const time = Array.from({ length: 20 }, (_, row) => 20 - row);
    const {
      training,
      test: tested,
      gap,
    } = sides({ kind: 'blocks', rows: 20, count: 5, fraction: 0.2, gap: 1, time, seed });
    expect(tested).toHaveLength(4);
    expect(tested.at(-1)! - tested[0]!).toBe(3);
    for (const row of gap) expect(tested.some((other) => Math.abs(other - row) === 1)).toBe(true);
    expect(training.length + tested.length + gap.length).toBe(20);
    for (const row of training) for (const other of tested) expect(Math.abs(row - other)).toBeGreaterThan(1);
  });
});

test('several sigmoid outputs are stratified by their combination, rare ones together', () => {
  const targets = Uint8Array.from([0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 1, 1]);
  const labels = stratificationLabels(
    { task: 'binary', rows: 8, columns: 1, outputs: 2, features: new Float64Array(8), targets },
    2,
  )!;
  const [zeros, , ones] = labels;
  expect([...labels]).toEqual([zeros, zeros, ones, ones, labels[4], labels[4], zeros, ones]);
  expect(new Set(labels).size).toBe(3);
});
