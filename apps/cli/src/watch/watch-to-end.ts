import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { UnreachableError } from '@holdfast/client/http-error';
import { exitCodes } from '../command/exit-codes.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import { boardNotes } from './board-notes.ts';
import { leaderboardTable } from './leaderboard-table.ts';
import { watchSearch } from './watch-search.ts';

/**
 * Watches a search to its end and shows the top of its board; with `json`, prints each event as a line. Ctrl-C ends the
 * watching alone.
 * @returns the exit code
 */
export async function watchToEnd(
  client: HoldfastClient,
  id: string,
  { json = false, quiet = false }: { json?: boolean; quiet?: boolean },
): Promise<number> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    const out = quiet ? process.stderr : process.stdout;
    const { status, reason } = json
      ? { status: await printEvents(client, id, stopping.signal), reason: null }
      : await watchSearch(client, id, out, stopping.signal);
    if (stopping.signal.aborted) {
      process.stderr.write(
        `The search goes on.\n  Watch it again: holdfast watch ${id}\n  Stop it:        holdfast cancel ${id}\n`,
      );
      return exitCodes.interrupted;
    }
    if (reason !== null) out.write(`${wrapText(reason)}\n`);
    if (!json && !quiet) {
      const board = await client.getLeaderboard(id, { limit: 10 });
      process.stdout.write(`\n${leaderboardTable(board, 10)}\n`);
      const notes = boardNotes(board).map((note) => `${wrapText(note, { indent: 2 })}\n`);
      process.stdout.write(`\n${notes.join('')}`);
    }
    return status === 'completed' ? exitCodes.ok : exitCodes.searchFailed;
  } catch (error) {
    if (error instanceof UnreachableError) {
      process.stderr.write(
        `The search goes on as soon as its service does. Watch it again: holdfast watch ${id}\n`,
      );
    }
    throw error;
  } finally {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

async function printEvents(client: HoldfastClient, id: string, signal: AbortSignal): Promise<string> {
  let status = 'running';
  for await (const event of client.watchSearch(id, signal)) {
    process.stdout.write(`${JSON.stringify(event)}\n`);
    if (event.name === 'end') status = event.data.status;
  }
  return status;
}
