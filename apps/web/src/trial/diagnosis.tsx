import type { Trial } from '@holdfast/contracts/trial';
import { decimal, percent } from '../format/figures.ts';
import { Notice } from '../notices/notice.tsx';
import { meanOf } from './mean-of.ts';

/** The contract's bounds: a loss gap above 10 %, and a difference above 0.01. */
const bounds = { gap: 0.1, difference: 0.01 };

/** What the losses say of a trial, and what could be done about it. */
export function Diagnosis({ trial }: { trial: Trial }) {
  const done = trial.folds.filter(({ state }) => state === 'completed');
  const validation = meanOf(done.map((fold) => fold.validation?.loss ?? null));
  const training = meanOf(done.map((fold) => fold.training?.loss ?? null));
  if (validation === null || training === null || training === 0) return null;
  const gap = validation / training - 1;
  if (gap <= bounds.gap || validation - training <= bounds.difference) {
    return (
      <Notice kind="info">
        <p>
          No over-fitting to be seen: the validation loss {decimal(validation)} is{' '}
          {gap >= 0 ? `${percent(gap)} above` : `${percent(-gap)} below`} the training loss{' '}
          {decimal(training)}.
        </p>
      </Notice>
    );
  }
  return (
    <Notice kind="mark">
      <p>
        <strong>It over-fits.</strong> The validation loss {decimal(validation)} is {percent(gap)} above the
        training loss {decimal(training)}. More rows, more <code>l2</code> or <code>dropout</code>, a smaller
        network or fewer epochs bring the two together.
      </p>
    </Notice>
  );
}
