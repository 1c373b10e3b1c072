import type { TrainingRows } from '@holdfast/db/datasets';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countDuplicates } from './duplicate-rows.ts';
import { reportLeaks } from './leak-report.ts';
import { findNearDuplicates } from './near-duplicates.ts';

function makeRows(rows: number[][], targets: number[], more: Partial<TrainingRows> = {}): TrainingRows {
  return {
    rows: rows.length,
    columns: rows[0]?.length ?? 0,
    features: Float64Array.from(rows.flat()),
    targets: Int32Array.from(targets),
    groups: null,
    times: null,
    ...more,
  };
}

/** Rows that have nothing in common: `count` from number `from` on. */
const spread = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => [
    ((from + i) * 7919) % 1009,
    ((from + i) * 104729) % 997,
    0.5 + ((i * 31) % 17),
  ]);
const classes = (count: number) => Array.from({ length: count }, (_, i) => i % 2);
const description = { task: 'classification', target: ['c'], features: ['x', 'y', 'z'], classes: ['a', 'b'] };
const report = (
  training: TrainingRows,
  test: TrainingRows,
  more: Partial<typeof description> = {},
  regenerable = false,
) => reportLeaks({ ...description, ...more }, training, test, { regenerable });
/** Without the word on small classes, which goes for most of the data here. */
const codes = (leaks: Awaited<ReturnType<typeof report>>) =>
  leaks.warnings.map((warning) => warning.code).filter((code) => code !== 'rowsPerClass');

const training = makeRows(spread(100), classes(100));
const test = makeRows(spread(40, 500), classes(40));

describe('leaks', () => {
  it('are none where there are none', async () => {
    const leaks = await report(training, test);
    expect(leaks).toMatchObject({ duplicatesAcrossSplit: 0, nearDuplicates: 0 });
    expect(codes(leaks)).toEqual([]);
  });

  it('of rows on both sides, target included, are counted', async () => {
    const rows = spread(40, 500);
    rows[3] = spread(100)[7]!;
    rows[4] = spread(100)[7]!;
    const targets = classes(40);
    targets[3] = 1;
    targets[4] = 0;
    const leaks = await report(training, makeRows(rows, targets));
    expect(leaks.duplicatesAcrossSplit).toBe(1);
    expect(leaks.nearDuplicates).toBe(2 / 40);
    expect(codes(leaks)).toEqual(['duplicatesAcrossSplit', 'nearDuplicates']);
    expect(leaks.warnings[0]!.message).toMatch(/^1 of 40 test rows/);
  });

  it('of rows on both sides are as many as a plain search finds', async () => {
    const side = fc.array(
      fc.tuple(fc.constantFrom(0, -0, 1, 0.5), fc.constantFrom(0, 1), fc.constantFrom(0, 1)),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(side, side, (a, b) => {
        const toRows = (rows: typeof a) =>
          makeRows(
            rows.map(([x, y]) => [x, y]),
            rows.map(([, , t]) => t),
          );
        const expected = b.filter((row) =>
          a.some((other) => row.every((value, i) => value === other[i])),
        ).length;
        expect(countDuplicates(toRows(a), toRows(b))).toBe(expected);
      }),
    );
  });

  it('of rows almost alike are found in units of the features’ spread', async () => {
    const shifted = spread(100)
      .slice(0, 40)
      .map((row, i) => row.map((value) => (i < 10 ? value + 0.5 : value + 60)));
    expect(findNearDuplicates(training, makeRows(shifted, classes(40)))).toBe(0.25);
    const scaled = (rows: number[][]) => rows.map(([x, y, z]) => [x! * 1e6, y!, z! * 1e-6]);
    expect(
      findNearDuplicates(makeRows(scaled(spread(100)), classes(100)), makeRows(scaled(shifted), classes(40))),
    ).toBe(0.25);
  });

  it('of rows almost alike are not worked out where nothing can be said', async () => {
    expect(findNearDuplicates(training, makeRows([], []))).toBeNull();
    expect(findNearDuplicates(makeRows([[1], [1]], [0, 1]), makeRows([[1]], [0]))).toBeNull();
    const many = { ...training, rows: 300_000, columns: 1, features: new Float64Array(300_000) };
    expect(findNearDuplicates(many, { ...test, columns: 1 })).toBeNull();
  });

  it('of groups and of time are told', async () => {
    const groups = { groups: Int32Array.from(classes(100)) };
    const times = { times: Float64Array.from({ length: 100 }, (_, i) => i) };
    const leaks = await report(
      { ...training, ...groups, ...times },
      { ...test, groups: new Int32Array(40), times: Float64Array.from({ length: 40 }, (_, i) => 80 + i) },
    );
    expect(codes(leaks)).toEqual(['groupAcrossSplit', 'timeOrderBroken', 'neighboursInTime']);
    expect(leaks.warnings[0]!.message).toMatch(/^1 groups/);
    expect(leaks.warnings[1]!.message).toMatch(/^19 of 40/);
  });

  it('tell how many test rows are next to training rows in time, and rows in gaps', async () => {
    const inTime = (rows: typeof training, times: number[]) => ({ ...rows, times: Float64Array.from(times) });
    const early = Array.from({ length: 100 }, (_, i) => i);
    const late = Array.from({ length: 40 }, (_, i) => 100 + i);
    const cut = await report(inTime(training, early), inTime(test, late));
    expect(codes(cut)).toEqual([]);
    const between = late.map((_, i) => 2 * i + 0.5);
    const mixed = await report(inTime(training, early), inTime(test, between));
    expect(codes(mixed)).toContain('neighboursInTime');
    expect(mixed.warnings.find(({ code }) => code === 'neighboursInTime')!.message).toMatch(/^40 of 40/);
    const blocks = { kind: 'blocks', count: 5, fraction: 0.2, seed: 0 } as const;
    const leaks = (gap: number) =>
      reportLeaks(description, inTime(training, early), inTime(test, late), {
        regenerable: false,
        split: { ...blocks, gap },
        gapRows: 2 * gap,
      });
    expect(codes(await leaks(0))).toEqual(['neighboursInTime']);
    expect(codes(await leaks(3))).toEqual(['gapRows']);
  });

  it('say what numbers of rows are usual where a class has few', async () => {
    const said = (await report(training, test)).warnings.find(({ code }) => code === 'rowsPerClass');
    expect(said!.message).toMatch(/has 50 training rows\. Usual are hundreds for two/);
  });

  it('of the target into a feature are told, under another name too', async () => {
    const rows = spread(100).map(([x, y], i) => [x!, y!, i % 2 === 0 ? 9 : 4]);
    const leaks = await report(makeRows(rows, classes(100)), test);
    expect(codes(leaks)).toEqual(['targetInFeatures']);
    expect(leaks.warnings[0]!.message).toMatch(/"z" tells the target "c"/);
    const targets = Float64Array.from(spread(100), (row) => row[1]!);
    const copied = { ...training, targets };
    expect(
      codes(
        await report(copied, { ...test, targets: new Float64Array(40) }, { task: 'regression', classes: [] }),
      ),
    ).toEqual(['targetInFeatures']);
    // In another unit, and with noise that a measurement would have.
    const regression = { task: 'regression', classes: [] };
    const inUnits = async (unit: (value: number, row: number) => number) =>
      codes(
        await report(
          { ...training, targets: targets.map(unit) },
          { ...test, targets: new Float64Array(40) },
          regression,
        ),
      );
    expect(await inUnits((value) => 32 - 1.8 * value)).toEqual(['targetInFeatures']);
    expect(await inUnits((value, row) => value + (row % 7) / 10)).toEqual([]);
  });

  it('tell whole numbers that are another in each row where the name says that they are ids', async () => {
    const rows = spread(100).map(([x], i) => [x!, (i * 7919) % 1009, 5 * ((i * 37) % 101)]);
    const named = (features: string[]) => report(makeRows(rows, classes(100)), test, { features });
    const leaks = await named(['x', 'customerId', 'order_id']);
    expect(codes(leaks)).toEqual(['identifiers']);
    expect(leaks.warnings.find(({ code }) => code === 'identifiers')!.message).toMatch(
      /^"customerId", "order_id" holds another number/,
    );
    expect(codes(await named(['x', 'paid', 'income']))).toEqual([]);
  });

  it('tell constant features and row numbers', async () => {
    const rows = spread(100).map(([x], i) => [x!, 5, i]);
    const leaks = await report(makeRows(rows, classes(100)), test);
    expect(codes(leaks)).toEqual(['constantFeatures', 'rowNumber']);
    expect(leaks.warnings[0]!.message).toContain('"y"');
    expect(leaks.warnings[1]!.message).toContain('"z"');
    const missing = spread(100).map(([x, y]) => [x!, y!, Number.NaN]);
    expect(codes(await report(makeRows(missing, classes(100)), test))).toContain('constantFeatures');
  });

  it('tell classes and test sets that are small', async () => {
    const targets = classes(100).map((_, i) => (i < 5 ? 1 : 0));
    const leaks = await report(
      makeRows(spread(100), targets),
      makeRows(spread(10, 500), new Array(10).fill(0)),
      {},
      true,
    );
    expect(codes(leaks)).toEqual(['fewRowsOfClass', 'classWithoutTestRows', 'fewTestRows', 'regenerable']);
    expect(leaks.warnings[0]!.message).toContain('"b"');
    expect(codes(await report(training, makeRows([], []), {}, true))).toEqual(['noTestRows']);
  });

  it('tell nothing of the values of test rows', async () => {
    const secret = makeRows(
      spread(40, 500).map((row) => [row[0]!, 424242.4242, row[2]!]),
      classes(40),
    );
    expect(JSON.stringify(await report(training, secret))).not.toContain('424242');
  });
});
