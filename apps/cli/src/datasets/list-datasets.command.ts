import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { wholeNumber } from '../command/parse-number.ts';
import { textTable } from '../terminal/text-table.ts';

interface ListOptions extends ClientOptions {
  limit: number;
}

export const listDatasetsCommand = () =>
  clientCommand('list', 'data sets, newest first')
    .option('--limit <n>', 'so many', wholeNumber(1), 50)
    .action(async (options: ListOptions) => {
      const client = connect(options);
      const { limit } = options;
      if (options.json) return printAnswer(client, '/v1/datasets', { query: { limit } });
      const { items, nextCursor } = await client.listDatasets({ limit });
      if (items.length === 0) {
        process.stdout.write('No data set yet. Add one: holdfast datasets add FILE --target COLUMN\n');
        return;
      }
      const table = textTable(
        [
          { title: 'id', cell: ({ id }) => id },
          { title: 'name', cell: ({ name }) => name },
          { title: 'task', cell: ({ task }) => task },
          { title: 'features', right: true, spare: 1, cell: ({ features }) => String(features.length) },
          { title: 'training', right: true, cell: ({ rows }) => String(rows.train) },
          { title: 'locked', right: true, cell: ({ rows }) => String(rows.test) },
          { title: 'reveals', right: true, cell: ({ test }) => `${test.revealsUsed}/${test.revealBudget}` },
        ],
        items,
      );
      process.stdout.write(`${table}\n${nextCursor === null ? '' : `… more with --limit ${limit * 2}\n`}`);
    });
