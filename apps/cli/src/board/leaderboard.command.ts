import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { wholeNumber } from '../command/parse-number.ts';
import { UsageError } from '../command/usage-error.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';
import { paint } from '../terminal/style.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import { boardNotes } from '../watch/board-notes.ts';
import { leaderboardTable } from '../watch/leaderboard-table.ts';

interface LeaderboardOptions extends ClientOptions {
  limit?: number;
  metric?: string;
  sort?: string;
  where?: string[];
  csv?: boolean;
  columns?: string;
  watch?: boolean;
}

export const leaderboardCommand = () =>
  clientCommand('leaderboard [SEARCH]', 'the trials of a search, best first, with how sure their ranks are')
    .argument('[search]', searchArgument, 'latest')
    .option('--limit <n>', 'so many trials (default: 20, with --json 50)', wholeNumber(1))
    .option('--metric <metric>', 'rank by another metric')
    .option('--sort <field>', 'order by a column; -field the other way')
    .option('--where <condition...>', 'only trials such as optimizer:adam')
    .option('--csv', 'the whole board as CSV')
    .option('--columns <names>', 'with --csv: cv_results has scikit-learn’s names')
    .option('--watch', 'show it anew whenever it changes, until the search is over')
    .addHelpText(
      'after',
      `
Examples:
  $ holdfast leaderboard
  $ holdfast leaderboard "Iris grid" --metric f1 --where optimizer:adam
  $ holdfast leaderboard --csv --columns cv_results > results.csv
  $ holdfast leaderboard --json | jq -r .digest`,
    )
    .action(async (given: string, options: LeaderboardOptions) => {
      const { csv, json, watch, columns, limit, metric, sort, where } = options;
      if (columns && !csv) throw new UsageError('--columns belongs to --csv: add it');
      if (csv && (json || watch || limit)) {
        throw new UsageError('--csv is the whole board, once: leave out --json, --watch and --limit');
      }
      const client = connect(options);
      const id = await resolveSearch(client, given);
      const path = `/v1/searches/${id}/leaderboard`;
      const query = { metric, sort, where };
      if (csv) return printAnswer(client, `${path}.csv`, { query: { ...query, columns } });
      if (!watch)
        return json ? printAnswer(client, path, { query: { ...query, limit } }) : show(client, path, options);
      await follow(client, id, () =>
        json ? printAnswer(client, path, { query: { ...query, limit } }) : show(client, path, options),
      );
    });

async function show(client: HoldfastClient, path: string, options: LeaderboardOptions): Promise<void> {
  const { limit = 20, metric, sort, where } = options;
  const id = path.split('/')[3]!;
  const board = await client.getLeaderboard(id, {
    limit: Math.min(limit, 1000),
    ...(metric && { metric }),
    ...(sort && { sort }),
    ...(where && { where }),
  });
  const out = process.stdout;
  if (options.watch && out.isTTY) out.write('\x1b[H\x1b[2J');
  out.write(`${leaderboardTable(board, limit)}\n`);
  const notes = [...boardNotes(board), paint(out, 'dim', `${board.status} · ${board.digest}`)];
  for (const note of notes) out.write(`${wrapText(note, { indent: 2 })}\n`);
}

/** Calls `draw` at first and then whenever the search has changed, a drawing a second at most. */
async function follow(client: HoldfastClient, id: string, draw: () => Promise<void>): Promise<void> {
  await draw();
  let etag: string | null = null;
  for (;;) {
    const answer: Response = await client.send(`/v1/searches/${id}`, {
      query: { waitSeconds: 30 },
      headers: etag === null ? {} : { 'if-none-match': etag },
    });
    if (answer.status === 304) continue;
    const first = etag === null;
    etag = answer.headers.get('etag');
    const { status } = (await answer.json()) as { status: string };
    if (!first) await draw();
    if (['completed', 'failed', 'cancelled'].includes(status)) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
