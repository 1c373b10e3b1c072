import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { startPostgres } from '@holdfast/embedded-postgres/start-postgres';
import { quartiles } from '../book/quartiles.ts';
import { seedLargeSearch } from '../dashboard/seed-large-search.ts';
import { startServing } from '../serve-process.ts';

const iris = fileURLToPath(new URL('../../../examples/data/iris.csv', import.meta.url));

export interface BoardFigures {
  trials: number;
  /** Milliseconds: the first page after a start of the service, statistics of the best thousand trials included. */
  cold: number;
  /** Later: the default page anew, one never asked for before, the same one unchanged (304). Medians, and the slowest. */
  page: { median: number; slowest: number };
  newPage: { median: number; slowest: number };
  unchanged: { median: number; slowest: number };
}

/** The default page of a board of so many trials, each with its out-of-fold predictions. */
export async function runBoard(options: {
  trials: number;
  say: (line: string) => void;
}): Promise<BoardFigures> {
  const { trials, say } = options;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-board-'));
  const home = join(folder, 'home');
  let serving = await startServing(home, 1);
  try {
    say(`Making a search of ${trials.toLocaleString('en')} trials …`);
    const client = new HoldfastClient({ url: serving.url });
    await client.uploadDataset({ name: 'iris', target: 'species' }, await openAsBlob(iris), 'iris.csv');
    const { url: databaseUrl } = await startPostgres({ dataFolder: join(home, 'postgres') });
    const search = await seedLargeSearch(client, databaseUrl, trials, { predictions: true });
    await serving.stop();
    serving = await startServing(home, 1);
    const address = `${serving.url}/v1/searches/${search}/leaderboard`;
    let etag = '';
    const get = async (query = '', headers: Record<string, string> = {}): Promise<number> => {
      const began = performance.now();
      const answer = await fetch(`${address}${query}`, { headers });
      await answer.text();
      const taken = performance.now() - began;
      if (answer.status >= 400) throw new Error(`${answer.status} for ${query}`);
      etag = answer.headers.get('etag') ?? etag;
      return taken;
    };
    say('Asking for it …');
    const cold = await get();
    const measure = async (ask: (n: number) => Promise<number>) => {
      const times: number[] = [];
      for (let n = 0; n < 50; n++) times.push(await ask(n));
      return { median: quartiles(times).median, slowest: Math.max(...times) };
    };
    const page = await measure(() => get());
    // Another limit is another representation: nothing of it is kept.
    const newPage = await measure((n) => get(`?limit=${50 + n + 1}`));
    await get();
    const unchanged = await measure(() => get('', { 'if-none-match': etag }));
    return { trials, cold, page, newPage, unchanged };
  } finally {
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
