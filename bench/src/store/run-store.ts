import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { openDatabase } from '@holdfast/db/open-database';
import { startPostgres } from '@holdfast/embedded-postgres/start-postgres';
import { Latencies } from '../load/latencies.ts';
import { startServing } from '../serve-process.ts';
import { seedStore } from './seed-store.ts';

type Summary = ReturnType<Latencies['summary']>;

export interface StoreFigures {
  trials: number;
  searches: number;
  /** Milliseconds of each request, by HTTP. */
  trialDetails: Summary;
  /** A page of a board that was asked for before, and the first page of one that was not. */
  boardPages: Summary;
  firstBoardPages: Summary;
  /** Pages of the list of searches, the second time and the first. */
  listing: Summary;
  firstListing: Summary;
  /** Of the table of trials, read while a tpe search of 30 trials ran beside all these. */
  trialsReadBySuggestions: number;
  suggestionsSeconds: number;
}

const requests = 300;

/** A service on a store of very many trials: whether what is asked of it depends on how many there are. */
export async function runStore(options: {
  trials: number;
  say: (line: string) => void;
}): Promise<StoreFigures> {
  const { say } = options;
  const perSearch = Math.min(1000, options.trials);
  const searches = Math.ceil(options.trials / perSearch);
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-store-'));
  const home = join(folder, 'home');
  const serving = await startServing(home, 1);
  const postgres = await startPostgres({ dataFolder: join(home, 'postgres') });
  const db = openDatabase({ url: postgres.url, name: 'bench', poolSize: 1 });
  try {
    const client = new HoldfastClient({ url: serving.url });
    const over = async (id: string) => {
      for await (const event of client.watchSearch(id)) if (event.name === 'end') break;
    };
    await client.generateDataset({ name: 'spiral', source: { kind: 'spiral', samplesPerClass: 40 } });
    const small = {
      dataset: 'spiral',
      space: {
        hiddenLayers: [[4]],
        learningRate: { min: 0.001, max: 0.1, scale: 'log' as const },
        epochs: 5,
      },
      crossValidation: { kind: 'stratified' as const, folds: 2 },
    };
    const { id: template } = await client.createSearch({ ...small, strategy: { kind: 'random', trials: 1 } });
    await over(template);
    const ids = await seedStore(db, { template, searches, trials: perSearch, say });

    let picked = 0;
    // Spread over all of them, and the same each time.
    const pick = <T>(of: readonly T[]) => of[(picked++ * 7919) % of.length]!;
    const time = async (count: number, ask: () => Promise<unknown>) => {
      const latencies = new Latencies();
      for (let n = 0; n < count; n++) {
        const began = performance.now();
        await ask();
        latencies.add(performance.now() - began);
      }
      return latencies.summary();
    };
    say('Trial details …');
    const trialDetails = await time(requests, () => client.getTrial(pick(ids), picked % perSearch));
    say('Boards …');
    const some = ids.filter((_, n) => n % Math.ceil(searches / 30) === 0);
    let next = 0;
    const firstBoardPages = await time(some.length, () => client.getLeaderboard(some[next++]!));
    const boardPages = await time(requests, () => client.getLeaderboard(pick(some), { limit: 50 }));
    say('Listing …');
    const pages: (string | undefined)[] = [undefined];
    const firstListing = await time(Math.min(10, Math.ceil(searches / 50)), async () => {
      const cursor = pages.at(-1);
      const { nextCursor } = await client.listSearches({ ...(cursor !== undefined && { cursor }) });
      if (nextCursor !== null) pages.push(nextCursor);
    });
    const listing = await time(requests, () => {
      const cursor = pick(pages);
      return client.listSearches({ ...(cursor !== undefined && { cursor }) });
    });
    say('Suggestions …');
    const readSoFar = async () => {
      await db.pool.query('SELECT pg_stat_force_next_flush()');
      const { rows } = await db.pool.query<{ read: number }>(
        `SELECT (seq_tup_read + idx_tup_fetch)::float8 AS read FROM pg_stat_user_tables WHERE relname = 'trials'`,
      );
      return rows[0]!.read;
    };
    const before = await readSoFar();
    const began = performance.now();
    const { id } = await client.createSearch({ ...small, strategy: { kind: 'tpe', trials: 30 } });
    await over(id);
    const suggestionsSeconds = (performance.now() - began) / 1000;
    const trialsReadBySuggestions = (await readSoFar()) - before;
    return {
      trials: searches * perSearch,
      searches,
      trialDetails,
      boardPages,
      firstBoardPages,
      listing,
      firstListing,
      trialsReadBySuggestions,
      suggestionsSeconds,
    };
  } finally {
    await db.close();
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
