import { setTimeout as pause } from 'node:timers/promises';
import { keptEvents } from '@holdfast/db/events';
import { isOver } from '../searches/is-over.ts';
import { type EventDeps, type ReadEventPage, showSearch, writeEvent } from './event-pages.ts';

const keepAliveMs = 15_000;
/** Events that come meanwhile are sent together. */
const atMostEveryMs = 100;

/**
 * The events of a search as text for `text/event-stream`, until it is over, deleted or the service stops. Who
 * brings no `after`, or one whose successors are no longer kept, first gets the search as it stands. Nothing is
 * read ahead: the next page is fetched when the client has taken this one.
 */
export async function* streamSearchEvents(
  deps: EventDeps,
  readPage: ReadEventPage,
  search: string,
  after: number | null,
  gone: AbortSignal,
): AsyncGenerator<string> {
  const { watch } = deps;
  const over = AbortSignal.any([gone, watch.closing]);
  yield 'retry: 2000\n\n';
  let last = after;
  let quietSince = performance.now();
  while (!over.aborted) {
    const heard = new AbortController();
    // Listening begins before the look: a change between the two is heard.
    const change = watch.nextChange(search, keepAliveMs, AbortSignal.any([gone, heard.signal]));
    try {
      const standing = await watch.read(search);
      if (standing === null) return;
      if (last === null || last > standing.revision || last < standing.revision - keptEvents) {
        const shown = await showSearch(deps, search);
        if (shown === null) return;
        last = shown.revision;
        yield writeEvent(last, 'search', shown.search);
        if (isOver(shown.search.status)) {
          yield writeEvent(last, 'end', shown.search);
          return;
        }
      } else if (last < standing.revision) {
        const page = await readPage(search, last, standing.revision);
        if (page === null) continue;
        if (page.text !== '') yield page.text;
        if (page.ended) return;
        last = page.last;
        if (!page.full) await pause(atMostEveryMs, undefined, { signal: over }).catch(() => {});
      } else {
        await change;
        if (performance.now() - quietSince < keepAliveMs) continue;
        yield ': still here\n\n';
      }
      quietSince = performance.now();
    } finally {
      heard.abort();
    }
  }
}
