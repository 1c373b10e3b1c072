import { simulateSearch } from '@holdfast/search/schedulers/simulate-search';
import { foldStatistics, meanOf } from '@holdfast/search/statistics/fold-statistics';
import { orderOf } from './compare-rungs.ts';
import { planSpec } from './resolve-trials.ts';
import { readPool } from './trial-pool.ts';

export interface RaceFigures {
  data: string;
  trials: number;
  lag: number;
  /** Of the searches, those whose winner is within half a standard error of the true one. */
  within: number;
  /** Of the fold runs of full cross-validation, those that the race took. */
  share: number;
}

const space = { hiddenLayers: [[8]], learningRate: { min: 0.001, max: 0.1 }, epochs: 27 };

/**
 * Races against full cross-validation on the stored fold scores of real trials. The true winner is that of full
 * cross-validation; what counts is how far the race's winner, measured on all folds, is behind it, in standard errors
 * of the true winner's mean.
 */
export function compareRaces(data: string, searches: number): RaceFigures[] {
  const pool = readPool(data);
  const last = pool.epochs.length - 1;
  return [50, 100].flatMap((trials) =>
    [2, 4, 8].map((lag) => {
      let within = 0;
      let runs = 0;
      for (let seed = 0; seed < searches; seed++) {
        const order = orderOf(pool, seed);
        const { plan } = planSpec({
          space,
          strategy: { kind: 'random', trials },
          race: { kind: 'forgiving', lag },
          crossValidation: { kind: 'stratified', folds: pool.folds },
        });
        const foldScores = (proposal: number) => pool.accuracies[order[proposal]!]![last]!;
        const raced = simulateSearch(plan, ({ proposal, foldRun }) => foldScores(proposal)[foldRun]!, {
          workers: 2,
          seconds: () => 1,
        });
        runs += raced.trainings;
        const means = raced.trials.map((_, n) => meanOf(foldScores(n)) ?? -Infinity);
        const best = means.reduce((a, b) => Math.max(a, b));
        const found = means.reduce(
          (a, b, n) => (raced.trials[n]!.status === 'completed' ? Math.max(a, b) : a),
          -Infinity,
        );
        const { standardError } = foldStatistics(foldScores(means.indexOf(best)));
        if (best - found <= standardError! / 2) within += 1;
      }
      return { data, trials, lag, within, share: runs / (searches * trials * pool.folds) };
    }),
  );
}
