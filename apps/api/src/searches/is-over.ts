import type { SearchState } from '@holdfast/contracts/states';

/** Whether a search has reached a state that it never leaves. */
export function isOver(status: SearchState): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
