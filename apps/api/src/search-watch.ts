import type { SearchState } from '@holdfast/contracts/states';
import type { Database } from '@holdfast/db/open-database';
import { findRevision } from '@holdfast/db/searches';
import { joinNext } from './join-next.ts';

export interface Standing {
  revision: number;
  status: SearchState;
}

/**
 * Tells those who wait that a search may have changed. One LISTEN connection feeds it; a look every two seconds
 * stands in where a notification was lost, so a missed one costs time and nothing else.
 */
export interface SearchWatch {
  /** As it stands at some moment after the call; `null`: there is no such search. Concurrent calls share a query. */
  read(search: string): Promise<Standing | null>;
  /** Resolves when the search may have changed, when time is up, when `signal` aborts or the watch closes. */
  nextChange(search: string, milliseconds: number, signal: AbortSignal): Promise<void>;
  tell(search: string): void;
  tellAll(): void;
  /** Wakes all who wait, now and from now on. */
  close(): void;
  readonly closing: AbortSignal;
}

const recheckMs = 2000;
/** A thousand pollers of one search cost a hundred looks a second. */
const lookAtMostEveryMs = 10;

export function createSearchWatch(database: Database): SearchWatch {
  const listeners = new Map<string, Set<() => void>>();
  const closing = new AbortController();
  const tellAll = () => {
    for (const set of listeners.values()) for (const listener of set) listener();
  };
  const timer = setInterval(tellAll, recheckMs).unref();

  function subscribe(search: string, mayHaveChanged: () => void): () => void {
    const set = listeners.get(search) ?? new Set();
    listeners.set(search, set);
    set.add(mayHaveChanged);
    return () => {
      set.delete(mayHaveChanged);
      if (set.size === 0 && listeners.get(search) === set) listeners.delete(search);
    };
  }

  return {
    read: joinNext((search) => findRevision(database, search), lookAtMostEveryMs),
    nextChange: (search, milliseconds, signal) =>
      new Promise((resolve) => {
        if (closing.signal.aborted || signal.aborted) return resolve();
        const wake = () => {
          clearTimeout(timeout);
          unsubscribe();
          signal.removeEventListener('abort', wake);
          resolve();
        };
        const timeout = setTimeout(wake, milliseconds);
        const unsubscribe = subscribe(search, wake);
        signal.addEventListener('abort', wake);
      }),
    tell: (search) => {
      for (const listener of listeners.get(search) ?? []) listener();
    },
    tellAll,
    close() {
      clearInterval(timer);
      closing.abort();
      tellAll();
    },
    closing: closing.signal,
  };
}
