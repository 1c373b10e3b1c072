import { describe, expect, test } from 'vitest';
import { BoardBootstrap, type Contestant } from './board-bootstrap.ts';
import { finish } from './finish.suite.ts';
import type { FoldMeasure, Measure } from './fold-measure.ts';
import { readFixture } from './read-fixture.suite.ts';
import { drawResamples } from './resamples.ts';
import { assignUnits, type ResamplingUnits } from './resampling-units.ts';

interface Fixture {
  rows: number;
  classes: number;
  foldOf: number[];
  truth: number[];
  target: number[];
  trials: { probabilities: number[]; loss: number[]; value: number[] }[];
  boards: {
    name: string;
    direction: 'maximize' | 'minimize';
    counts: number[][];
    trials: { standing: Contestant['standing']; score: number; folds: number[] }[];
    corrected: number;
    probabilityBest: (number | null)[];
    rankInterval: [number, number][];
  }[];
}
const fixture = readFixture<Fixture>('boards');
const unitsOf = (rows: number): ResamplingUnits => ({
  kind: 'rows',
  count: rows,
  ofRow: Int32Array.from({ length: rows }, (_, row) => row),
});

/** What the metric needs of a trial's predictions on some rows. */
function measureOf(metric: string, trial: Fixture['trials'][number], rows: Int32Array): Measure {
  const { classes, truth, target } = fixture;
  const probabilities = (row: number) => trial.probabilities.slice(row * classes, (row + 1) * classes);
  const predicted = (row: number) => probabilities(row).indexOf(Math.max(...probabilities(row)));
  switch (metric) {
    case 'accuracy':
      return {
        kind: 'mean',
        values: Float64Array.from(rows, (row) => (predicted(row) === truth[row] ? 1 : 0)),
      };
    case 'loss':
      return { kind: 'mean', values: Float64Array.from(rows, (row) => trial.loss[row]!) };
    case 'auc':
      return {
        kind: 'area',
        classes,
        scores: Float32Array.from([...rows].flatMap(probabilities)),
        positive: Uint8Array.from(
          [...rows].flatMap((row) => [0, 1, 2].map((c) => (truth[row] === c ? 1 : 0))),
        ),
      };
    case 'r2':
      return {
        kind: 'determination',
        outputs: 1,
        squares: Float64Array.from(rows, (row) => (trial.value[row]! - target[row]!) ** 2),
        targets: Float64Array.from(rows, (row) => target[row]!),
      };
    default:
      return {
        kind: 'confusion',
        statistic: metric as 'balancedAccuracy' | 'f1',
        tables: 1,
        classes,
        truth: Uint16Array.from(rows, (row) => truth[row]!),
        predicted: Uint16Array.from(rows, predicted),
        positiveAlone: false,
      };
  }
}

describe.each(fixture.boards)('by $name', ({ name, direction, counts, trials, ...expected }) => {
  const contestants = trials.map(
    ({ standing, score }, n): Contestant => ({ key: String(n), standing, score }),
  );
  const bootstrap = new BoardBootstrap({
    units: unitsOf(fixture.rows),
    direction,
    resamples: { counts: counts.map((drawn) => Uint16Array.from(drawn)) },
  });
  trials.forEach(({ folds }, n) => {
    const measured = folds.map((fold): FoldMeasure => {
      const rows = Int32Array.from([...fixture.foldOf.keys()].filter((row) => fixture.foldOf[row] === fold));
      return { repeat: 0, fold, rows, measure: measureOf(name, fixture.trials[n]!, rows) };
    });
    bootstrap.add(String(n), measured);
  });
  const found = finish(bootstrap.summarise(contestants))!;

  test('agrees with what NumPy gave, row by row', () => {
    expect(found.corrected).toBeCloseTo(expected.corrected, 9);
    for (const [n, share] of expected.probabilityBest.entries()) {
      if (share === null) expect(found.probabilityBest.has(String(n))).toBe(false);
      else expect(found.probabilityBest.get(String(n))).toBeCloseTo(share, 9);
    }
    expect([...found.rankInterval.values()]).toEqual(expected.rankInterval);
  });

  test('gives the same when trials were added in another order, and some twice', () => {
    const other = new BoardBootstrap({
      units: unitsOf(fixture.rows),
      direction,
      resamples: { counts: counts.map((drawn) => Uint16Array.from(drawn)) },
    });
    for (const n of [...trials.keys()].reverse()) {
      const measured = trials[n]!.folds.toReversed().map((fold): FoldMeasure => {
        const rows = Int32Array.from(
          [...fixture.foldOf.keys()].filter((row) => fixture.foldOf[row] === fold),
        );
        return { repeat: 0, fold, rows, measure: measureOf(name, fixture.trials[n]!, rows) };
      });
      other.add(String(n), measured);
      finish(other.summarise(contestants.filter(({ key }) => other.has(key))));
    }
    expect(finish(other.summarise(contestants))).toEqual(found);
  });
});

const rows = 60;
/** Trials that are right on so many rows, the first ones or the last ones. */
function boardOf(right: number[]) {
  const bootstrap = new BoardBootstrap({
    units: unitsOf(rows),
    direction: 'maximize',
    resamples: drawResamples(7, rows, 500),
  });
  const contestants = right.map((count, n): Contestant => {
    const all = Int32Array.from({ length: rows }, (_, row) => row);
    const values = Float64Array.from(all, (row) => (row < count ? 1 : 0));
    bootstrap.add(String(n), [{ repeat: 0, fold: 0, rows: all, measure: { kind: 'mean', values } }]);
    return { key: String(n), score: count / rows, standing: 'ranked' };
  });
  return { bootstrap, contestants };
}

describe('a board', () => {
  test('is sure of trials that lie far apart', () => {
    const { bootstrap, contestants } = boardOf([30, 58, 10]);
    const { rankInterval, probabilityBest } = finish(bootstrap.summarise(contestants))!;
    expect([...rankInterval.values()]).toEqual([
      [2, 2],
      [1, 1],
      [3, 3],
    ]);
    expect([...probabilityBest.values()]).toEqual([0, 1, 0]);
  });

  test('divides the first place among trials that are the same', () => {
    const { bootstrap, contestants } = boardOf([40, 40]);
    const { rankInterval, probabilityBest } = finish(bootstrap.summarise(contestants))!;
    expect([...probabilityBest.values()]).toEqual([0.5, 0.5]);
    expect([...rankInterval.values()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  test('of one trial, or of one that always wins, has its score', () => {
    const { bootstrap, contestants } = boardOf([40]);
    const { corrected, rankInterval } = finish(bootstrap.summarise(contestants))!;
    expect(corrected).toBe(40 / 60);
    const clear = boardOf([58, 10]);
    expect(finish(clear.bootstrap.summarise(clear.contestants))!.corrected).toBe(58 / 60);
    expect(rankInterval.get('0')).toEqual([1, 1]);
  });

  test('never says that the best is worth more than its score, also where a pruned trial was ahead', () => {
    const { bootstrap, contestants } = boardOf([40, 41, 39]);
    const [finalist, ...pruned] = contestants;
    const standings = [finalist!, ...pruned.map((one) => ({ ...one, standing: 'pruned' as const }))];
    const { corrected } = finish(bootstrap.summarise(standings))!;
    expect(corrected).toBeLessThan(finalist!.score);
  });

  test('says nothing where nothing is ranked, and forgets what it need not keep', () => {
    const { bootstrap, contestants } = boardOf([40, 30]);
    expect(
      finish(bootstrap.summarise(contestants.map((one) => ({ ...one, standing: 'pruned' })))),
    ).toBeNull();
    bootstrap.keep(new Set(['1']));
    expect([bootstrap.has('0'), bootstrap.has('1')]).toEqual([false, true]);
    expect(() => finish(bootstrap.summarise(contestants))).toThrow(/Trial 0/);
  });
});

describe('drawResamples', () => {
  test('draws as many as there are, the same from the same seed', () => {
    const { counts } = drawResamples(3, 50, 20);
    for (const drawn of counts) expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(drawResamples(3, 50, 20)).toEqual({ counts });
    expect(drawResamples(4, 50, 20)).not.toEqual({ counts });
    // A shorter bootstrap is the beginning of a longer one.
    expect(drawResamples(3, 50, 5).counts).toEqual(counts.slice(0, 5));
  });
});

describe('assignUnits', () => {
  const validated = (length: number) => new Uint8Array(length).fill(1);
  const assign = (input: Partial<Parameters<typeof assignUnits>[0]> & { validated: Uint8Array }) =>
    assignUnits({ groups: null, ordered: false, searchSeed: 0, ...input });

  test('draws rows, groups, or blocks in time', () => {
    expect(assign({ validated: Uint8Array.of(1, 0, 1, 1) })).toEqual({
      kind: 'rows',
      count: 3,
      ofRow: Int32Array.of(0, -1, 1, 2),
    });
    expect(assign({ validated: validated(5), groups: Int32Array.of(7, 3, 7, 3, 9) })).toEqual({
      kind: 'groups',
      count: 3,
      ofRow: Int32Array.of(0, 1, 0, 1, 2),
    });
    const blocks = assign({ validated: validated(65), ordered: true });
    // The cube root of 65 is a little more than 4.
    expect([blocks.kind, blocks.count, blocks.ofRow[4], blocks.ofRow[5], blocks.ofRow[64]]).toEqual([
      'blocks',
      13,
      0,
      1,
      12,
    ]);
  });

  test('bundles what is too many, at random and evenly', () => {
    const { kind, count, ofRow } = assign({ validated: validated(10_000) });
    expect([kind, count]).toEqual(['rows', 2048]);
    const sizes = new Uint32Array(count);
    for (const unit of ofRow) sizes[unit]! += 1;
    expect(new Set(sizes)).toEqual(new Set([4, 5]));
    expect(ofRow.slice(0, 5)).not.toEqual(Int32Array.of(0, 1, 2, 3, 4));
    expect(assign({ validated: validated(10_000) }).ofRow).toEqual(ofRow);
    expect(assign({ validated: validated(10_000), searchSeed: 1 }).ofRow).not.toEqual(ofRow);
  });
});
