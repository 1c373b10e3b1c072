import { describe, expect, test } from 'vitest';
import { cvResultsCsv, leaderboardCsv } from './leaderboard-csv.ts';
import { makeSearch, makeTrial } from './made-trials.suite.ts';
import { rankLeaderboard } from './rank-leaderboard.ts';

const { spec, trials } = makeSearch({ space: { hiddenLayers: [[8], [8, 4]], learningRate: [0.1, 0.2] } });
const items = rankLeaderboard({
  spec,
  trials: [
    makeTrial(0, trials[0]!, [0.5, 0.7]),
    makeTrial(1, trials[1]!, [0.75, 1]),
    makeTrial(2, trials[2]!, [0.7, 0.5]),
    makeTrial(3, trials[3]!, [], { status: 'failed', reason: '=cmd()|"calc", then\nmore' }),
  ],
});
/** Cells by column, of the row with that number. */
const cells = (csv: string, row: number): Record<string, string> => {
  const [header, ...rows] = csv
    .split('\r\n')
    .map((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)!.map((cell) => cell.replace(/,$/, '')));
  return Object.fromEntries(header!.map((name, index) => [name, rows[row]![index]!]));
};

describe('leaderboardCsv', () => {
  test('has the columns of the JSON, in order of rank', () => {
    const csv = leaderboardCsv(items);
    expect(csv.split('\r\n')).toHaveLength(6);
    expect(cells(csv, 0)).toMatchObject({
      rank: '1',
      trial: '1',
      status: 'completed',
      'params.hiddenLayers': '[8]',
      'params.learningRate': '0.2',
      'score.mean': '0.875',
      'score.folds.0': '0.75',
      'score.folds.1': '1',
      rankInterval: '',
      weightCount: '10',
    });
    expect(cells(csv, 1)['params.hiddenLayers']).toBe('[8]');
    expect(cells(csv, 2)['params.hiddenLayers']).toBe('"[8,4]"');
  });

  test('makes a formula text, quotes it, and leaves numbers alone', () => {
    const csv = leaderboardCsv(items);
    expect(csv).toContain(`3,failed,"'=cmd()|""calc"", then\nmore",`);
    for (const start of ['=', '+', '-', '@', '\t', '\r']) {
      const [item] = items.filter(({ reason }) => reason !== null);
      expect(leaderboardCsv([{ ...item!, reason: `${start}1+1` }])).toMatch(
        new RegExp(`,"?'\\${start}1\\+1"?,`),
      );
    }
    expect(leaderboardCsv([{ ...items[0]!, gap: -0.5 }])).toContain(',-0.5,');
  });
});

describe('cvResultsCsv', () => {
  test("has scikit-learn's columns, by number of trial, ties with one rank", () => {
    const csv = cvResultsCsv(items);
    expect(csv.split('\r\n')[0]).toBe(
      'mean_fit_time,param_hiddenLayers,param_learningRate,params,split0_test_score,split1_test_score,mean_test_score,std_test_score,rank_test_score,mean_train_score',
    );
    expect([0, 1, 2, 3].map((row) => cells(csv, row)['rank_test_score'])).toEqual(['2', '1', '2', '4']);
    expect(cells(csv, 0)).toMatchObject({
      mean_fit_time: '0.25',
      split0_test_score: '0.5',
      mean_test_score: '0.6',
    });
    expect(Number(cells(csv, 0)['std_test_score'])).toBeCloseTo(0.1, 14);
    expect(cells(csv, 0)['params']).toBe('"{""hiddenLayers"":[8],""learningRate"":0.1}"');
    expect(cells(csv, 3)['mean_test_score']).toBe('');
  });
});
