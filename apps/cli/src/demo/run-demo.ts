import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Search } from '@holdfast/contracts/search';
import { wrapText } from '../terminal/wrap-text.ts';
import { boardNotes } from '../watch/board-notes.ts';
import { leaderboardTable } from '../watch/leaderboard-table.ts';
import { watchSearch } from '../watch/watch-search.ts';
import { loadExampleData, readExampleSearch } from './load-examples.ts';

const rowsShown = 10;

/**
 * On an empty store: loads the example data and runs the example search. On any other: goes on watching the newest
 * search that is not over, or shows the newest board.
 */
export async function runDemo(
  client: HoldfastClient,
  url: string,
  out: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<void> {
  const search = await findOrSubmit(client, out);
  if (!search) {
    out.write('\nNo search yet. Submit one: see README.md, "A first search".\n');
    return;
  }
  const over = ['completed', 'failed', 'cancelled'].includes(search.status);
  const ended =
    over || search.status === 'paused' ? search : await watchSearch(client, search.id, out, signal);
  if (signal.aborted) return;
  const board = await client.getLeaderboard(search.id, { limit: 1000 });
  out.write(
    `\nLeaderboard of "${ended.name}" (${ended.status}${ended.reason ? `: ${ended.reason}` : ''})\n\n`,
  );
  out.write(`${leaderboardTable(board, rowsShown)}\n`);
  out.write(
    `\n${boardNotes(board)
      .map((note) => `${wrapText(note, { indent: 2 })}\n`)
      .join('')}`,
  );
  out.write(`
Look at
  the page      ${url}/searches/${search.id}
  the board     ${url}/v1/searches/${search.id}/leaderboard
  as CSV        ${url}/v1/searches/${search.id}/leaderboard.csv
  the docs      ${url}/docs
`);
}

async function findOrSubmit(client: HoldfastClient, out: NodeJS.WriteStream): Promise<Search | undefined> {
  const unfinished = [
    ...(await client.listSearches({ status: 'running', limit: 1 })).items,
    ...(await client.listSearches({ status: 'queued', limit: 1 })).items,
  ][0];
  if (unfinished) {
    out.write(`\nGoing on with the search "${unfinished.name}"\n`);
    return unfinished;
  }
  const newest = (await client.listSearches({ limit: 1 })).items[0];
  if (newest) return newest;
  if ((await client.listDatasets({ limit: 1 })).items.length === 0) {
    out.write('\nLoading the example data: spiral, iris, digits\n');
    await loadExampleData(client);
  }
  const spec = await readExampleSearch();
  const names = (await client.listDatasets({ limit: 1000 })).items.map((dataset) => dataset.name);
  if (!names.includes(spec.dataset)) return undefined;
  const search = await client.createSearch(spec);
  out.write(`Submitted examples/first-search.json: "${search.name}" on ${spec.dataset}\n`);
  return search;
}
