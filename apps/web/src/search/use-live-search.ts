import { HttpError } from '@holdfast/client/http-error';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { tellReachable } from '../session/reachability.ts';
import { api } from '../session/session.ts';

export const isOver = (status: string) =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** At most so often, in ms, figures are asked for while results stream in; plots cost more to draw. */
const paces = { figures: 500, plots: 2500 };
/** Before a stream that cannot be had is asked for again, in ms. */
const pauseMs = 2000;

/** `idle`: there is nothing to wait for. */
export type Stream = 'idle' | 'connecting' | 'open' | 'lost';

/** A search that follows its event stream: whatever of it is on the page is asked for anew when something changed. */
export function useLiveSearch(id: string) {
  const queries = useQueryClient();
  const search = useQuery({ queryKey: ['search', id], queryFn: () => api.getSearch(id) });
  const [stream, setStream] = useState<Stream>('connecting');
  const following = search.data !== undefined && !isOver(search.data.status);

  useEffect(() => {
    if (!following) return;
    const stop = new AbortController();
    const { signal } = stop;
    const askAnew = (kinds: readonly string[]) => {
      for (const kind of kinds) void queries.invalidateQueries({ queryKey: [kind, id] });
    };
    const refresh = {
      figures: pace(paces.figures, () => askAnew(['search', 'board'])),
      plots: pace(paces.plots, () => askAnew(['plots', 'trial'])),
    };
    const refreshAll = () => {
      refresh.figures.ask();
      refresh.plots.ask();
    };
    const tell = (state: 'open' | 'lost') => {
      if (signal.aborted) return;
      setStream(state);
      tellReachable(state === 'open');
      // What was missed while it was lost shows at once.
      if (state === 'open') refreshAll();
    };
    const follow = async () => {
      setStream('connecting');
      while (!signal.aborted) {
        try {
          for await (const _event of api.watchSearch(id, signal, tell)) refreshAll();
          refreshAll();
          return setStream('idle');
        } catch (error) {
          if (signal.aborted) return;
          // A search that was deleted, or a key that is none: asking again would not help.
          if (error instanceof HttpError && error.status < 500 && error.status !== 429) {
            return setStream('idle');
          }
          tell('lost');
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
      }
    };
    void follow();
    return () => {
      stop.abort();
      refresh.figures.stop();
      refresh.plots.stop();
      // Whoever hears first that the search is over, it is not the plots: their turn would not come any more.
      askAnew(['board', 'plots', 'trial']);
    };
  }, [following, id, queries]);

  return { search, stream: following ? stream : 'idle' } as const;
}

/** Acts at once when asked, then at most once in `ms`; what is asked for in between is done at the end of it. */
function pace(ms: number, act: () => void) {
  let timer: number | undefined;
  let asked = false;
  const tick = () => {
    timer = undefined;
    if (!asked) return;
    asked = false;
    act();
    timer = window.setTimeout(tick, ms);
  };
  return {
    ask() {
      asked = true;
      timer ??= window.setTimeout(tick, 0);
    },
    stop() {
      window.clearTimeout(timer);
    },
  };
}
