import type { Dataset } from '@holdfast/contracts/dataset';
import { Lock, LockOpen } from 'lucide-react';
import { count } from '../format/figures.ts';

/** Whether test rows are locked away, and how many times they have been looked at. */
export function LockState({ dataset: { rows, test } }: { dataset: Dataset }) {
  if (!test.locked) {
    return (
      <span className="lock quiet">
        <LockOpen size={14} aria-hidden /> none
      </span>
    );
  }
  return (
    <span className="lock">
      <Lock size={14} aria-hidden /> {count(rows.test)} sealed, {test.revealsUsed} of {test.revealBudget}{' '}
      {test.revealBudget === 1 ? 'reveal' : 'reveals'} used
    </span>
  );
}
