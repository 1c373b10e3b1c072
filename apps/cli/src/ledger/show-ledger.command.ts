import type { LedgerEntry } from '@holdfast/contracts/ledger';
import { type ClientOptions, clientCommand, connect, printAnswer } from '../command/client-command.ts';
import { wholeNumber } from '../command/parse-number.ts';
import { textTable } from '../terminal/text-table.ts';

interface ShowOptions extends ClientOptions {
  dataset?: string;
  limit?: number;
}

export const showLedgerCommand = () =>
  clientCommand('show', 'the entries, newest first: sealing, reveals, results, budgets, deletions')
    .option('--dataset <id>', 'of one data set; its id, also after it was deleted')
    .option('--limit <n>', 'so many entries (default: 50)', wholeNumber(1))
    .action(async ({ dataset, limit, ...options }: ShowOptions) => {
      const client = connect(options);
      const query = { dataset, limit: Math.min(limit ?? 50, 1000) };
      if (options.json) return printAnswer(client, '/v1/ledger', { query });
      const { items, nextCursor } = await client.listLedger({
        limit: query.limit,
        ...(dataset !== undefined && { dataset }),
      });
      process.stdout.write(`${ledgerTable(items)}\n`);
      if (nextCursor !== null) process.stdout.write('… and more: --limit shows up to 1000 entries\n');
    });

function ledgerTable(entries: readonly LedgerEntry[]): string {
  if (entries.length === 0) return 'No entry: no test rows were locked away.';
  return textTable(
    [
      { title: 'entry', right: true, cell: ({ number }) => String(number) },
      { title: 'when (UTC)', cell: ({ at }) => at.slice(0, 19).replace('T', ' ') },
      { title: 'what', cell: ({ kind }) => kind },
      { title: 'data set', cell: ({ dataset }) => dataset },
      { title: '', cell: tell },
    ],
    entries,
  );
}

function tell({ kind, data }: LedgerEntry): string {
  switch (kind) {
    case 'seal':
      return `${data['rows']} rows, budget ${data['revealBudget']}${data['reused'] ? ', rows known from before' : ''}`;
    case 'reveal':
      return `trials ${[data['trials']].flat().join(', ')} of ${data['search']}: ${data['revealsUsed']} of ${data['revealBudget']} used`;
    case 'result':
      return data['failed'] === undefined
        ? `of ${data['reveal']}`
        : `${data['reveal']} failed: ${data['failed']}`;
    case 'budget':
      return `from ${data['from']} to ${data['to']}`;
    case 'delete':
      return 'the rows are gone, their budget stays as it is';
  }
}
