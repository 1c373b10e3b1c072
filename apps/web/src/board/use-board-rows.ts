import type { Baseline, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { useQueries } from '@tanstack/react-query';
import { useRef } from 'react';
import { api } from '../session/session.ts';

/** Rows that are asked for at a time. */
const stretch = 100;

interface Rows {
  /** Trials on the board, and those that meet the conditions; `null` until known. */
  total: number | null;
  matching: number;
  varied: readonly string[];
  metric: string;
  direction: 'maximize' | 'minimize';
  recommended: number | null;
  baselines: readonly Baseline[];
  at: (index: number) => LeaderboardItem | undefined;
}

const none: Rows = {
  total: null,
  matching: 0,
  varied: [],
  metric: '',
  direction: 'maximize',
  recommended: null,
  baselines: [],
  at: () => undefined,
};

interface BoardQuery {
  search: string;
  metric: string;
  sort: string;
  where: readonly string[];
}

/**
 * The rows from `first` to `last`, and those that were seen before. While another view is on its way the rows of the
 * one before stay (`stale`), so that nothing flickers.
 */
export function useBoardRows({ search, metric, sort, where }: BoardQuery, [first, last]: [number, number]) {
  const places = [0];
  for (let place = Math.floor(first / stretch); place * stretch <= last; place++) {
    if (place > 0) places.push(place);
  }
  const results = useQueries({
    queries: places.map((place) => ({
      queryKey: ['board', search, 'rows', metric, sort, where, place],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.getBoardWindow(
          search,
          {
            ...(metric && { metric }),
            ...(sort && { sort }),
            where,
            offset: place * stretch,
            limit: stretch,
          },
          signal,
        ),
    })),
  });
  const before = useRef<Rows>(none);
  const head = results[0]?.data;
  const error = results.find((result) => result.error !== null)?.error ?? null;
  if (!head) return { rows: before.current, stale: true, error, retry: results[0]?.refetch };
  const stretches = new Map(places.map((place, n) => [place, results[n]?.data?.items]));
  before.current = {
    total: head.total,
    matching: head.matching,
    varied: head.varied,
    metric: head.metric,
    direction: head.direction,
    recommended: head.recommended?.trial ?? null,
    baselines: head.baselines,
    at: (index) => stretches.get(Math.floor(index / stretch))?.[index % stretch],
  };
  return { rows: before.current, stale: false, error, retry: results[0]?.refetch };
}
