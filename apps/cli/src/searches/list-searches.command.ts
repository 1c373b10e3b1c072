import { searchStates } from '@holdfast/contracts/states';
import { Option } from 'commander';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { wholeNumber } from '../command/parse-number.ts';
import { textTable } from '../terminal/text-table.ts';
import { describeScore } from './describe-search.ts';

interface ListOptions extends ClientOptions {
  limit: number;
  status?: string;
  tag?: string;
}

export const listSearchesCommand = () =>
  clientCommand('list', 'searches, newest first')
    .option('--limit <n>', 'so many', wholeNumber(1), 20)
    .addOption(new Option('--status <state>', 'only those in this state').choices(searchStates))
    .option('--tag <tag>', 'only those with this tag')
    .action(async (options: ListOptions) => {
      const client = connect(options);
      const { limit, status, tag } = options;
      if (options.json) return printAnswer(client, '/v1/searches', { query: { limit, status, tag } });
      const { items, nextCursor } = await client.listSearches({
        limit,
        ...(status && { status }),
        ...(tag && { tag }),
      });
      if (items.length === 0) {
        const none = status || tag ? 'No such search.' : 'No search yet.';
        process.stdout.write(`${none} Submit one: holdfast submit --dataset NAME\n`);
        return;
      }
      const table = textTable(
        [
          { title: 'id', cell: ({ id }) => id },
          { title: 'name', cut: true, cell: ({ name }) => name },
          { title: 'status', cell: (search) => search.status },
          {
            title: 'folds',
            right: true,
            spare: 1,
            cell: ({ progress: { folds } }) => `${folds.completed}/${folds.total}`,
          },
          { title: 'best', cell: describeScore },
          { title: 'created', spare: 2, cell: ({ createdAt }) => createdAt.slice(0, 16).replace('T', ' ') },
        ],
        items,
      );
      process.stdout.write(`${table}\n${nextCursor === null ? '' : `… more with --limit ${limit * 2}\n`}`);
    });
