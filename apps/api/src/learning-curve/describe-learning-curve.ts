import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { LearningCurve } from '@holdfast/contracts/learning-curve';
import { directionOf } from '@holdfast/contracts/metrics';
import type { Database } from '@holdfast/db/open-database';
import type { OwnSearchRecord } from '@holdfast/db/searches';
import { loadTrial, type TrialRecord } from '@holdfast/db/trials';
import { judgeLearningCurve } from '@holdfast/search/diagnosis/judge-learning-curve';
import { foldStatistics, meanOf } from '@holdfast/search/statistics/fold-statistics';
import { trialOfCurve } from './learning-curve-spec.ts';

/** What a search made by `learningCurveSpec` has come to. */
export async function describeLearningCurve(
  database: Database,
  { parent, curve }: { parent: string; curve: OwnSearchRecord },
): Promise<LearningCurve> {
  const { metric } = curve.spec.objective;
  const direction = directionOf(metric);
  const { strategy } = curve.spec;
  const trials: TrialRecord[] = [];
  for (let number = 0; strategy.kind === 'list' && number < strategy.trials.length; number++) {
    const found = await loadTrial(database, curve.id, number);
    if (found !== null) trials.push(found);
  }
  const points = trials.map(({ params, folds }) => {
    const scores = (part: 'validation' | 'training') => folds.map((fold) => fold[part]?.[metric] ?? null);
    const summary = (part: 'validation' | 'training') => {
      const { mean, standardError } = foldStatistics(scores(part));
      return { mean, standardError };
    };
    return {
      share: (params as Hyperparameters).trainingShare ?? 1,
      rows: meanOf(folds.map(({ rows }) => rows?.training ?? null)),
      validation: summary('validation'),
      training: summary('training'),
      folds: scores('validation'),
    };
  });
  return {
    search: parent,
    trial: trialOfCurve(curve),
    curve: curve.id,
    status: curve.status,
    metric,
    direction,
    items: points.map(({ folds: _, ...point }) => point),
    verdict: judgeLearningCurve(points, direction),
  };
}
