import type { Nested } from '@holdfast/contracts/nested';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { resolveSearch, searchArgument } from '../searches/resolve-search.ts';
import { decimal, textTable } from '../terminal/text-table.ts';

export const nestedCommand = () =>
  clientCommand('nested [SEARCH]', 'what the whole search is worth, on outer folds that it never saw')
    .argument('[search]', searchArgument, 'latest')
    .addHelpText(
      'after',
      `
For a search with outer folds.

Examples:
  $ holdfast submit --dataset iris --set 'crossValidation={ kind: stratified, outer: { folds: 5 } }' --watch
  $ holdfast nested
  $ holdfast nested "Iris grid" --json | jq .score.mean`,
    )
    .action(async (given: string, options: ClientOptions) => {
      const client = connect(options);
      const id = await resolveSearch(client, given);
      if (options.json) return printAnswer(client, `/v1/searches/${id}/nested`);
      process.stdout.write(`${describeNested(await client.getNested(id))}\n`);
    });

export function describeNested(nested: Nested): string {
  const { metric, score, inner, folds, status, reason } = nested;
  const table = textTable(
    [
      { title: 'outer fold', right: true, cell: ({ fold }) => String(fold) },
      { title: 'rows', right: true, cell: ({ rows }) => `${rows.training} + ${rows.validation}` },
      {
        title: 'inner search',
        cell: ({ innerSearch }) =>
          `${innerSearch.status}, ${innerSearch.folds.completed} of ${innerSearch.folds.total} fold runs`,
      },
      { title: 'chose trial', right: true, cell: ({ chosen }) => (chosen ? String(chosen.trial) : '–') },
      { title: `inner ${metric}`, right: true, cell: ({ chosen }) => decimal(chosen?.innerScore ?? null) },
      { title: `outer ${metric}`, right: true, cell: ({ outerScore }) => decimal(outerScore) },
      { title: '', cell: ({ reason: why }) => why ?? '' },
    ],
    folds,
  );
  const error = score.standardError === null ? '' : ` ± ${decimal(score.standardError)}`;
  const verdict =
    score.mean === null
      ? `Not known yet: ${status}${reason ? `: ${reason}` : ''}`
      : `The whole search is worth ${metric} ${decimal(score.mean)}${error} on rows that it never saw.`;
  const optimism =
    inner.optimism === null
      ? []
      : [`Its own scores promised ${decimal(inner.mean)}: ${decimal(inner.optimism)} too much.`];
  return [table, '', verdict, ...optimism].join('\n');
}
