import type { Leaderboard, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import type { Search } from '@holdfast/contracts/search';
import type { SearchEvent } from '@holdfast/contracts/search-event';
import type { Trial } from '@holdfast/contracts/trial';
import { eachItem } from './each-item.ts';
import type { HoldfastClient } from './holdfast-client.ts';

interface WaitOptions {
  /** Hears of the search whenever a result was accepted or its state changed. */
  onProgress?: (search: Search) => void;
  /** Ends the waiting, not the search. */
  signal?: AbortSignal;
}

/** One search, by its id: `const search = await client.submitSearch(spec)`. */
export class SearchHandle {
  readonly #client: HoldfastClient;
  readonly id: string;

  constructor(client: HoldfastClient, id: string) {
    this.#client = client;
    this.id = id;
  }

  get(): Promise<Search> {
    return this.#client.getSearch(this.id);
  }

  /** The events as they happen, until the search is over. */
  events(signal?: AbortSignal): AsyncGenerator<SearchEvent> {
    return this.#client.watchSearch(this.id, signal);
  }

  /**
   * Waits until the search is completed, failed or cancelled, through broken connections and restarts of the service.
   * A paused search is waited for too.
   * @throws the signal's reason where it is aborted; HttpError where the search is deleted meanwhile
   */
  async waitUntilFinished({ onProgress, signal }: WaitOptions = {}): Promise<Search> {
    let search = await this.get();
    onProgress?.(search);
    let asking: Promise<void> | undefined;
    let behind = false;
    let failure: unknown;
    const refresh = async () => {
      // One question at a time: what happens meanwhile is in the next answer.
      while (behind) {
        behind = false;
        search = await this.get();
        onProgress?.(search);
      }
    };
    for await (const event of this.events(signal)) {
      if (event.name === 'end') break;
      if (onProgress === undefined) continue;
      behind = true;
      asking ??= refresh()
        .catch((error: unknown) => {
          failure = error;
        })
        .finally(() => {
          asking = undefined;
        });
      if (failure !== undefined) throw failure;
    }
    await asking;
    signal?.throwIfAborted();
    search = await this.get();
    onProgress?.(search);
    return search;
  }

  leaderboard(query: { limit?: number; metric?: string } = {}): Promise<Leaderboard> {
    return this.#client.getLeaderboard(this.id, query);
  }

  /** The whole board, best first, a page at a time. */
  items(query: { metric?: string } = {}): AsyncGenerator<LeaderboardItem, void, undefined> {
    return eachItem((cursor) =>
      this.#client.getLeaderboard(this.id, { ...query, limit: 1000, ...(cursor ? { cursor } : {}) }),
    );
  }

  trial(number: number): Promise<Trial> {
    return this.#client.getTrial(this.id, number);
  }

  cancel(): Promise<Search> {
    return this.#client.cancelSearch(this.id);
  }
}
