import type { Dataset } from '@holdfast/contracts/dataset';
import { wrapText } from '../terminal/wrap-text.ts';

/** A data set in some lines. */
export function describeDataset(dataset: Dataset): string {
  const { rows, test, features, classes, leaks } = dataset;
  const lines = [
    ['name', dataset.name],
    ['id', dataset.id],
    ['task', `${dataset.task} of ${dataset.target.join(', ')}`],
    ['features', `${features.length}: ${shorten(features.map(({ name }) => name))}`],
    ...(classes.length > 0 ? [['classes', classList(dataset)]] : []),
    ['rows', `${rows.train} for training, ${rows.test} locked away for the test`],
    [
      test.protocol === 'ladder' ? 'ladder' : 'reveals',
      `${test.revealsUsed} of ${test.revealBudget} ${test.protocol === 'ladder' ? 'submissions ' : ''}used`,
    ],
    ...(dataset.group === null ? [] : [['group', dataset.group]]),
    ...(dataset.time === null ? [] : [['time', dataset.time]]),
    ['digest', dataset.digest],
    ...leaks.warnings.map(({ message }) => ['warning', message]),
  ];
  return lines.map(([title, text]) => wrapText(`${title!.padEnd(8)} ${text}`, { indent: 9 })).join('\n');
}

function classList({ classes, rowsPerClass }: Dataset): string {
  return shorten(classes.map((name) => `${name} (${rowsPerClass[name] ?? 0})`));
}

function shorten(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown}, … and ${names.length - 8} more` : shown;
}
