import type { Search } from '@holdfast/contracts/search';
import type { SearchEventName } from '@holdfast/contracts/search-event';
import { eventsAfter, keptEvents } from '@holdfast/db/events';
import type { Database } from '@holdfast/db/open-database';
import type { Boards } from '../leaderboard/boards.ts';
import { LeastRecentlyUsed } from '../least-recently-used.ts';
import type { SearchWatch } from '../search-watch.ts';
import { describeSearch } from '../searches/describe-search.ts';

export interface EventDeps {
  database: Database;
  boards: Boards;
  watch: SearchWatch;
}

/** Events that follow one another, as text for `text/event-stream`. */
export interface EventPage {
  /** Empty where a revision was raised without an event. */
  text: string;
  /** The revision up to which all has been told. */
  last: number;
  /** The event `end` is in it. */
  ended: boolean;
  /** There are more. */
  full: boolean;
}

const pageSize = 500;
const keptPages = 256;

export type ReadEventPage = (search: string, after: number, revision: number) => Promise<EventPage | null>;

/**
 * Reads what came after a revision, `revision` being how the search stands now. A hundred streams of one search stand at
 * the same place: each page is read and written out once for all of them.
 *
 * @returns `null` where some of it is no longer kept, or the search is gone: look at the search itself
 */
export function createEventPages(deps: EventDeps): ReadEventPage {
  const pages = new LeastRecentlyUsed<Promise<EventPage | null>>(keptPages);

  async function read(search: string, after: number, revision: number): Promise<EventPage | null> {
    const events = await eventsAfter(deps.database, search, after, pageSize);
    const newest = await deps.watch.read(search);
    // What was pruned while the page was read would be missing from it.
    if (newest === null || after < newest.revision - keptEvents) return null;
    const written: string[] = [];
    for (const { revision: id, name, data } of events) {
      const told = name === 'trial' || name === 'fold' ? data : (await showSearch(deps, search))?.search;
      if (told === undefined) return null;
      written.push(writeEvent(id, name, told));
    }
    const end = events.at(-1)?.revision ?? after;
    const full = events.length === pageSize;
    return {
      text: written.join(''),
      // A claim raises the revision without an event.
      last: full ? end : Math.max(end, revision),
      ended: events.at(-1)?.name === 'end',
      full,
    };
  }

  return (search, after, revision) => {
    const name = `${search} ${after}`;
    const known = pages.get(name);
    if (known !== undefined) return known;
    const page = read(search, after, revision);
    pages.set(name, page);
    const forget = () => pages.delete(name);
    page.then((found) => found ?? forget(), forget);
    return page;
  };
}

export async function showSearch(
  { boards }: EventDeps,
  id: string,
): Promise<{ revision: number; search: Search } | null> {
  const standing = await boards.rank({ search: id });
  if (standing === null) return null;
  const { record } = standing;
  return { revision: record.revision, search: describeSearch(record, standing) };
}

export function writeEvent(revision: number, name: SearchEventName, data: unknown): string {
  return `id: ${revision}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
