import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../api-client.ts';

const over = new Set(['completed', 'failed', 'cancelled']);
/** At most so often, in ms, is the board asked for while results stream in. */
const pace = 400;

/** A search and its board, asked for again whenever the event stream says that something changed. */
export function useLiveSearch(id: string) {
  const queries = useQueryClient();
  const search = useQuery({ queryKey: ['search', id], queryFn: () => api.getSearch(id) });
  const board = useQuery({
    queryKey: ['leaderboard', id],
    queryFn: () => api.getLeaderboard(id, { limit: 1000 }),
  });
  const running = search.data !== undefined && !over.has(search.data.status);

  useEffect(() => {
    if (!running) return;
    const stop = new AbortController();
    let timer: number | undefined;
    const refresh = () => {
      timer = undefined;
      void queries.invalidateQueries({ queryKey: ['search', id] });
      void queries.invalidateQueries({ queryKey: ['leaderboard', id] });
    };
    const follow = async () => {
      for await (const _event of api.watchSearch(id, stop.signal)) timer ??= window.setTimeout(refresh, pace);
    };
    follow().catch(() => {
      // The stream cannot be had: the figures are asked for at intervals in its place.
      if (!stop.signal.aborted) timer ??= window.setTimeout(refresh, 5000);
    });
    return () => {
      stop.abort();
      window.clearTimeout(timer);
    };
  }, [running, id, queries]);

  return { search, board };
}
