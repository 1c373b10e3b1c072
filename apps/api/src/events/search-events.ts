import type { Search } from '@holdfast/contracts/search';
import type { SearchEventName } from '@holdfast/contracts/search-event';
import { eventsAfter, keptEvents } from '@holdfast/db/events';
import type { Database } from '@holdfast/db/open-database';
import type { Boards } from '../leaderboard/boards.ts';
import type { SearchWatch } from '../search-watch.ts';
import { describeSearch } from '../searches/describe-search.ts';
import { isOver } from '../searches/is-over.ts';

interface EventDeps {
  database: Database;
  boards: Boards;
  watch: SearchWatch;
}

const pageSize = 500;
const keepAliveMs = 15_000;

/**
 * The events of a search as text for `text/event-stream`, until it is over, deleted or the service stops. Who
 * brings no `after`, or one whose successors are no longer kept, first gets the search as it stands. Nothing is
 * read ahead: the next page is fetched when the client has taken this one.
 */
export async function* streamSearchEvents(
  deps: EventDeps,
  search: string,
  after: number | null,
  gone: AbortSignal,
): AsyncGenerator<string> {
  const { database, watch } = deps;
  yield 'retry: 2000\n\n';
  let last = after;
  let quietSince = performance.now();
  while (!gone.aborted && !watch.closing.aborted) {
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
        const events = await eventsAfter(database, search, last, pageSize);
        const newest = await watch.read(search);
        // What was pruned while the page was read would be missing from it: begin anew.
        if (newest !== null && last < newest.revision - keptEvents) continue;
        for (const { revision, name, data } of events) {
          const told = name === 'trial' || name === 'fold' ? data : (await showSearch(deps, search))?.search;
          if (told === undefined) return;
          yield writeEvent(revision, name, told);
          if (name === 'end') return;
        }
        const end = events.at(-1)?.revision ?? last;
        // A claim raises the revision without an event.
        last = events.length < pageSize ? Math.max(end, standing.revision) : end;
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

async function showSearch(
  { boards }: EventDeps,
  id: string,
): Promise<{ revision: number; search: Search } | null> {
  const standing = await boards.rank({ search: id });
  if (standing === null) return null;
  const { record } = standing;
  return { revision: record.revision, search: describeSearch(record, standing) };
}

function writeEvent(revision: number, name: SearchEventName, data: unknown): string {
  return `id: ${revision}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
