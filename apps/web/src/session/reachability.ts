/** Whether the service answered when it was last asked, and since when not. */
let lostSince: number | null = null;
const listeners = new Set<() => void>();

export const whenLost = () => lostSince;

export function subscribeReachability(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellReachable(reachable: boolean): void {
  if (reachable === (lostSince === null)) return;
  lostSince = reachable ? null : Date.now();
  for (const listener of listeners) listener();
}
