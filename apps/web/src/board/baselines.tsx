import type { Baseline } from '@holdfast/contracts/leaderboard';
import { decimal } from '../format/figures.ts';

const names: Record<Baseline['kind'], string> = {
  majorityClass: 'majority class',
  mean: 'mean',
  logisticRegression: 'logistic regression',
  linearRegression: 'linear regression',
};

/** What every trial should beat: neither trials nor ranked, so beside the table and not in it. */
export function Baselines({ baselines, metric }: { baselines: readonly Baseline[]; metric: string }) {
  if (baselines.length === 0) return null;
  return (
    <dl className="row baselines small" aria-label={`For comparison, ${metric} on the same folds`}>
      <dt className="quiet">For comparison</dt>
      {baselines.map(({ kind, score: { mean, standardError } }) => (
        <dd key={kind}>
          {names[kind]} {decimal(mean)}
          {standardError === null ? null : <span className="quiet"> ± {decimal(standardError)}</span>}
        </dd>
      ))}
    </dl>
  );
}
