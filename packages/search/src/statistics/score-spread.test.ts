import { expect, test } from 'vitest';
import { readFixture } from './read-fixture.suite.ts';
import { scoreSpread } from './score-spread.ts';

interface Case {
  scores: number[][];
  foldStd: number;
  seedStd: number | null;
}

test('agrees with NumPy', () => {
  for (const { scores, ...expected } of readFixture<Case[]>('spreads')) {
    const { foldStd, seedStd } = scoreSpread(scores);
    expect(foldStd).toBeCloseTo(expected.foldStd, 12);
    if (expected.seedStd === null) expect(seedStd).toBeNull();
    else expect(seedStd).toBeCloseTo(expected.seedStd, 12);
  }
});

test('tells rows from seeds', () => {
  // Folds that differ, the same in each repeat: no luck of the draw. And the other way round.
  expect(
    scoreSpread([
      [0.5, 0.75],
      [0.75, 0.5],
    ]),
  ).toEqual({ foldStd: Math.sqrt(1 / 32), seedStd: 0 });
  expect(
    scoreSpread([
      [0.5, 0.5],
      [0.75, 0.75],
    ]),
  ).toEqual({ foldStd: 0, seedStd: Math.sqrt(1 / 32) });
});

test('has what is defined', () => {
  expect(scoreSpread([])).toEqual({ foldStd: null, seedStd: null });
  expect(scoreSpread([[0.5], [0.75]])).toEqual({ foldStd: null, seedStd: null });
  expect(
    scoreSpread([
      [0.5, 0.75],
      [0.5, null],
    ]),
  ).toEqual({ foldStd: Math.sqrt(1 / 32), seedStd: null });
});
