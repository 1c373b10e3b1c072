import { directionFor } from '@holdfast/contracts/any-spec';
import type { Comparison } from '@holdfast/contracts/comparison';
import type { Warning } from '@holdfast/contracts/dataset';
import type { MetricName } from '@holdfast/contracts/metrics';
import type { Database } from '@holdfast/db/open-database';
import { loadTrial, type TrialRecord } from '@holdfast/db/trials';
import { compareFolds } from '@holdfast/search/comparison/compare-folds';
import type { Boards } from '../leaderboard/boards.ts';
import { ProblemError } from '../problem-error.ts';
import { searchNotFound } from '../searches/search-params.ts';
import { loadRefitSpreads } from './load-refit-spreads.ts';

/** Fewer folds leave a test that finds next to nothing. */
const manyFolds = 5;

/** @throws ProblemError where search or trial are not there, both are the same, or the task has no such metric */
export async function compareTrials(
  { database, boards }: { database: Database; boards: Boards },
  asked: { search: string; trials: [number, number]; metric: MetricName | undefined },
): Promise<Comparison> {
  const { search, trials } = asked;
  if (trials[0] === trials[1]) {
    const message = 'must name two different trials by number, such as 3,5';
    throw new ProblemError('invalid-request', `trials ${message}`, {
      errors: [{ pointer: '/trials', message }],
    });
  }
  const board = { search, metric: asked.metric };
  const standing = await boards.rank(board);
  const items = await boards.items({ ...board, trials });
  if (standing === null || items === null) throw searchNotFound(search);
  const metric = asked.metric ?? standing.record.spec.objective.metric;
  const [first, second] = [
    await readTrial(database, search, trials[0]),
    await readTrial(database, search, trials[1]),
  ];
  const { means, ...compared } = compareFolds(first.folds, second.folds, metric);
  const refits = await loadRefitSpreads(database, { search, trials, metric });
  const shown = (trial: TrialRecord, mean: number | null): Comparison['trials'][number] => {
    const item = items.find((one) => one.trial === trial.trial);
    return {
      trial: trial.trial,
      status: trial.status,
      rank: item?.rank ?? null,
      mean,
      foldStd: item?.score.foldStd ?? null,
      seedStd: item?.score.seedStd ?? null,
      refit: refits.get(trial.trial) ?? null,
    };
  };
  const both: Comparison['trials'] = [shown(first, means[0]), shown(second, means[1])];
  return {
    search,
    metric,
    direction: directionFor(standing.record.spec, metric),
    trials: both,
    ...compared,
    warnings: warningsOf(both, compared, standing.record.trials.total),
  };
}

/** Of a difference of two that are drawn apart; `null` where one has no such model. */
function refitLuck([first, second]: Comparison['trials']): number | null {
  if (!first.refit || !second.refit) return null;
  const [a, b] = [first.refit.trainingStd, second.refit.trainingStd];
  return Math.sqrt(a * a + b * b);
}

async function readTrial(database: Database, search: string, number: number): Promise<TrialRecord> {
  const trial = await loadTrial(database, search, number);
  if (trial === null) {
    throw new ProblemError('not-found', `There is no trial ${number} in ${JSON.stringify(search)}.`);
  }
  return trial;
}

function warningsOf(
  trials: Comparison['trials'],
  {
    folds,
    test,
    meanDifference,
    differenceSpread,
  }: Pick<Comparison, 'folds' | 'test' | 'meanDifference' | 'differenceSpread'>,
  total: number,
): Warning[] {
  const warnings: Warning[] = [];
  const luck = differenceSpread.seedStd ?? refitLuck(trials);
  if (meanDifference !== null && luck !== null && Math.abs(meanDifference) < luck) {
    warnings.push({
      code: 'seedLuck',
      message: `The difference is smaller than what other seeds make of it (${luck.toPrecision(2)}): it is luck of the draw.`,
    });
  }
  const best = trials.find(({ rank }) => rank === 1);
  if (best && total > 2) {
    warnings.push({
      code: 'selectedBest',
      message: `Trial ${best.trial} is rank 1 of ${total}: it was chosen for its score, luck included, so the difference is too large and the p-value too small. rankInterval and tiedWithBest of the leaderboard take the choice into account.`,
    });
  }
  const partial = trials.filter(({ status }) => status !== 'completed');
  if (partial.length > 0 && folds.length > 0) {
    const numbers = partial.map(({ trial }) => trial).join(' and ');
    warnings.push({
      code: 'notCompleted',
      message: `Trial ${numbers} ${partial.length === 1 ? 'is' : 'are'} not completed: compared are the folds that both have.`,
    });
  }
  if (test !== null && folds.length < manyFolds) {
    warnings.push({
      code: 'fewFolds',
      message: `With ${folds.length} folds only very large differences are found. More repeats help.`,
    });
  }
  return warnings;
}
