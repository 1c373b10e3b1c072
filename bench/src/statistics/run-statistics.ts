import { measureBoards } from './measure-boards.ts';
import { measureTTest } from './measure-t-test.ts';

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** Simulations of what docs/statistics.md says of the board's figures; prints its tables. */
export function runStatistics({
  searches,
  pairs,
  json,
}: {
  searches: number;
  pairs: number;
  json: boolean;
}): void {
  const tTest = measureTTest(pairs);
  const boards = measureBoards(searches);
  if (json) {
    process.stdout.write(`${JSON.stringify({ tTest, boards })}\n`);
    return;
  }
  const lines = [
    `False positives at 5 %, ${pairs} pairs`,
    '',
    '| folds | correlation of the folds | corrected t-test | usual t-test |',
    '| --- | --- | --- | --- |',
    ...tTest.map(
      ({ folds, correlation, corrected, usual }) =>
        `| ${folds} | ${correlation} | ${percent(corrected)} | ${percent(usual)} |`,
    ),
    '',
    `Made searches, ${searches} of each kind`,
    '',
    '| trials’ true accuracies | rankInterval holds the true rank | that of rank 1 | a best trial is tiedWithBest | places in an interval | bias of rank 1’s score | of corrected | share |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...boards.map((row) => {
      const cells = [
        `${row.world} (${row.trials} × ${row.rows})`,
        percent(row.covered),
        percent(row.coveredBest),
        percent(row.bestAmongTied),
        `${row.width.toFixed(1)} of ${row.trials}`,
        `${row.observedBias.toFixed(4)} ± ${row.observedError.toFixed(4)}`,
        row.correctedBias.toFixed(4),
        (row.correctedBias / row.observedBias).toFixed(2),
      ];
      return `| ${cells.join(' | ')} |`;
    }),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
