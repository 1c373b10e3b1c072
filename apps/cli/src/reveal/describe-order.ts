import type { BoardWindow } from '@holdfast/contracts/board-window';
import type { Dataset } from '@holdfast/contracts/dataset';
import type { Search } from '@holdfast/contracts/search';
import { showValue } from '../terminal/show-value.ts';
import { decimal, textTable } from '../terminal/text-table.ts';
import { wrapText } from '../terminal/wrap-text.ts';

interface Order {
  search: Search;
  dataset: Dataset;
  trials: readonly number[];
  /** The trials' lines of the board; some may be missing. */
  board: Pick<BoardWindow, 'metric' | 'items'>;
}

/** What a reveal will test and what it costs, before anybody confirms it. */
export function describeOrder({ search, dataset, trials, board }: Order): string {
  const { rows, test } = dataset;
  const items = new Map(board.items.map((item) => [item.trial, item]));
  const table = textTable(
    [
      { title: 'trial', right: true, cell: (trial) => String(trial) },
      { title: 'rank', right: true, cell: (trial) => String(items.get(trial)?.rank ?? '–') },
      {
        title: `validation ${board.metric}`,
        right: true,
        cell: (trial) => {
          const { mean = null, standardError = null } = items.get(trial)?.score ?? {};
          return standardError === null ? decimal(mean) : `${decimal(mean)} ± ${decimal(standardError)}`;
        },
      },
      {
        title: 'hyperparameters',
        cell: (trial) =>
          Object.entries(items.get(trial)?.params ?? {})
            .map(([name, value]) => `${name} ${showValue(value)}`)
            .join(', '),
      },
    ],
    trials,
  );
  const left = test.revealBudget - test.revealsUsed;
  const what = test.protocol === 'ladder' ? 'submission' : 'reveal';
  return [
    wrapText(
      `${search.name} (${search.id}): on the ${rows.test} locked test rows of ${dataset.name} (${dataset.id}) will be tested`,
    ),
    '',
    table,
    '',
    ...[
      `It costs ${trials.length} of the ${left} ${left === 1 ? what : `${what}s`} left (${test.revealsUsed} of ${test.revealBudget} used so far), for good: the ledger notes it first.`,
      test.protocol === 'ladder'
        ? 'These rows are a ladder: it answers with the best accuracy so far, which changes only by a step beyond chance.'
        : 'Each trial is trained on all training rows and evaluated once, by the evaluator.',
      'Whatever is searched on these data later is marked as made after the test was seen.',
    ].map((text) => wrapText(text)),
  ].join('\n');
}
