import type { HardestRows } from '@holdfast/contracts/hardest-rows';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { wholeNumber } from '../command/parse-number.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';
import { decimal, textTable } from '../terminal/text-table.ts';

/** Features that fit beside a row. */
const mostFeatures = 6;

export const hardestRowsCommand = () =>
  clientCommand('hardest-rows [SEARCH]', 'training rows that all good trials get wrong: often mislabelled')
    .argument('[search]', searchArgument, 'latest')
    .option('--limit <n>', 'so many rows (default: 20)', wholeNumber(1))
    .addHelpText('after', '\nExample:\n  $ holdfast hardest-rows latest --limit 50')
    .action(async (given: string, options: ClientOptions & { limit?: number }) => {
      const client = connect(options);
      const id = await resolveSearch(client, given);
      const limit = Math.min(options.limit ?? 20, 1000);
      if (options.json) {
        return printAnswer(client, `/v1/searches/${id}/hardest-rows`, { query: { limit: String(limit) } });
      }
      process.stdout.write(`${describeRows(await client.getHardestRows(id, { limit }))}\n`);
    });

function describeRows({ trials, rows, items }: HardestRows): string {
  const asked = `${trials.length === 1 ? 'trial' : 'trials'} ${trials.join(', ')}`;
  if (items.length === 0) return `Of ${rows.predicted} rows none was wrong every time by ${asked}.`;
  const names = Object.keys(items[0]!.features).slice(0, mostFeatures);
  const table = textTable(
    [
      { title: 'row', right: true, cell: ({ row }) => String(row) },
      { title: 'label', cell: ({ truth }) => show(truth) },
      { title: 'likely', cell: ({ likely }) => show(likely) },
      {
        title: 'sure',
        right: true,
        cell: ({ probability, deviations }) => decimal(probability ?? deviations),
      },
      ...names.map((name) => ({
        title: name,
        cell: ({ features }: HardestRows['items'][number]) => show(features[name]),
      })),
    ],
    items,
  );
  return `${table}\n\n${rows.hardest} of ${rows.predicted} rows were wrong every time by ${asked}.`;
}

function show(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(5)));
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}
