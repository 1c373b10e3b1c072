import { useCallback, useMemo, useRef } from 'react';
import { useSearchParams } from 'react-router';

/** What of a search is looked at. It is in the address, so that a view can be shared and survives a reload. */
export interface SearchView {
  /** The plot that is open. */
  plot: string;
  /** The metric that ranks; empty for the objective's. */
  metric: string;
  /** As in `?sort=`; empty for the ranks. */
  sort: string;
  /** Conditions as in `?where=`. */
  where: readonly string[];
  /** Trials picked for curves and comparison. */
  trials: readonly number[];
}

export const mostPicked = 6;

export function useSearchView(): [SearchView, (change: Partial<SearchView>) => void] {
  const [query, setQuery] = useSearchParams();
  const view = useMemo(
    () => ({
      plot: query.get('plot') ?? '',
      metric: query.get('metric') ?? '',
      sort: query.get('sort') ?? '',
      where: query.getAll('where'),
      trials: (query.get('trials') ?? '')
        .split(',')
        .filter((text) => /^\d{1,9}$/.test(text))
        .map(Number)
        .slice(0, mostPicked),
    }),
    [query],
  );
  // The router's setter is another one after each change: by way of the newest, `change` stays the same.
  const newest = useRef(setQuery);
  newest.current = setQuery;
  const change = useCallback(
    (changed: Partial<SearchView>) =>
      newest.current(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changed)) {
            next.delete(name);
            if (name === 'where') for (const condition of changed.where ?? []) next.append(name, condition);
            else if (String(value) !== '') next.set(name, String(value));
          }
          return next;
        },
        { replace: true },
      ),
    [],
  );
  return [view, change];
}
