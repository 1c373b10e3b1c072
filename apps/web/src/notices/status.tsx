import type { SearchState, TrialState } from '@holdfast/contracts/states';
import { Ban, Check, CircleDashed, LoaderCircle, Pause, Scissors, X } from 'lucide-react';

const icons = {
  queued: CircleDashed,
  waiting: CircleDashed,
  running: LoaderCircle,
  paused: Pause,
  completed: Check,
  pruned: Scissors,
  failed: X,
  cancelled: Ban,
} as const satisfies Record<SearchState | TrialState, unknown>;

/** Told by word, icon and colour. */
export function Status({ status }: { status: keyof typeof icons }) {
  const Icon = icons[status];
  return (
    <span className={`status ${status}`}>
      <Icon size={14} aria-hidden /> {status}
    </span>
  );
}
