import type { SearchSpecInput } from '@holdfast/contracts/search-spec';
import { assignFolds } from '@holdfast/core/splits/assign-folds';
import { trainFold } from '@holdfast/core/training/train-fold';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { simulateSearch } from '@holdfast/search/schedulers/simulate-search';
import { quartiles } from '../book/quartiles.ts';
import { planSpec } from './resolve-trials.ts';
import { poolSpace, readTrainingSet } from './trial-pool.ts';

const trials = 60;
const marks = [15, 30, trials];
const strategies: [string, NonNullable<SearchSpecInput['strategy']>][] = [
  ['random', { kind: 'random', trials }],
  ['sobol', { kind: 'sobol', trials }],
  ['tpe, lag 8', { kind: 'tpe', trials }],
];

/** Searches that really train, on one holdout of digits and of the spiral; prints a table. */
export function compareReal(seeds: number): void {
  for (const data of ['digits', 'spiral'] as const) {
    const set = readTrainingSet(data);
    const labels = set.targets as Int32Array;
    const seed = deriveSeed(0, 'folds');
    const { repeats } = assignFolds({ kind: 'holdout', rows: set.rows, labels, fraction: 0.3, seed });
    const rows = repeats[0]![0]!;
    process.stdout.write(
      `\n| ${data}: best accuracy after ${marks.join(', ')} trials, ${seeds} seeds | median (quartiles) |\n| --- | --- |\n`,
    );
    for (const [name, strategy] of strategies) {
      const runs = Array.from({ length: seeds }, (_, search) => {
        process.stderr.write(`\r${data}, ${name}: ${search + 1} of ${seeds} seeds   `);
        const { plan } = planSpec({
          space: poolSpace,
          strategy,
          seed: search,
          crossValidation: { kind: 'holdout' },
        });
        const found = simulateSearch(
          plan,
          ({ proposal, params }) => {
            const outcome = trainFold({
              data: set,
              ...rows,
              params,
              earlyStopping: null,
              seed: deriveSeed(search, proposal, 0, 0),
              curvePoints: 1,
            });
            return outcome.status === 'completed' ? (outcome.validation.accuracy ?? null) : null;
          },
          { workers: 4, seconds: () => 1 },
        );
        const scores = found.trials.map((trial) => trial.scores[0]![0] ?? 0);
        return marks.map((mark) => Math.max(...scores.slice(0, mark)));
      });
      const cells = marks.map((_, k) => {
        const { lower, median, upper } = quartiles(runs.map((run) => run[k]!));
        return `${median.toFixed(3)} (${lower.toFixed(3)}–${upper.toFixed(3)})`;
      });
      process.stdout.write(`| ${name} | ${cells.join(' · ')} |\n`);
    }
  }
}
