import { setTimeout as delay } from 'node:timers/promises';

const firstDelayMs = 100;
const longestDelayMs = 2000;

/**
 * The answer of `attempt`, tried again with growing pauses for as long as `isOutage` says that the error is
 * one, and until `signal` is aborted. Any other error is thrown at once.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  {
    isOutage,
    signal,
    onOutage,
  }: {
    isOutage: (error: unknown) => boolean;
    signal: AbortSignal;
    onOutage?: (error: Error) => void;
  },
): Promise<T> {
  for (let pause = firstDelayMs; ; pause = Math.min(2 * pause, longestDelayMs)) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted || !isOutage(error)) throw error;
      onOutage?.(error as Error);
      await delay(pause, undefined, { signal }).catch(() => {});
      if (signal.aborted) throw error;
    }
  }
}
