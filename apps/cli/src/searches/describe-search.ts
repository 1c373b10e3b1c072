import type { Search } from '@holdfast/contracts/search';
import { decimal } from '../terminal/text-table.ts';
import { wrapText } from '../terminal/wrap-text.ts';
import { progressLine } from '../watch/progress-line.ts';

/** The best score so far, as `accuracy 0.973`. */
export function describeScore({ best, spec }: Search): string {
  return best === null ? '–' : `${spec.objective.metric} ${decimal(best.score)}`;
}

/** JSON that a line can be broken in. */
const inLine = (value: unknown) => JSON.stringify(value).replaceAll(/,(?=["[{])/g, ', ');

/** A search in some lines. */
export function describeSearch(search: Search, columns: number): string {
  const { spec } = search;
  const { crossValidation } = spec;
  const lines = [
    ['name', search.name],
    ['id', search.id],
    ['status', `${search.status}${search.reason ? `: ${search.reason}` : ''}`],
    ['data set', search.dataset ?? 'with its trainer'],
    ...(search.trainer === 'external'
      ? [['trainer', 'external: it asks for trials and tells their scores']]
      : []),
    ['strategy', inLine(spec.strategy)],
    ['folds', inLine(crossValidation)],
    ['objective', spec.objective.metric],
    ['seed', String(spec.seed)],
    ['space', inLine(spec.space)],
    ['best', `${describeScore(search)}${search.best === null ? '' : ` (trial ${search.best.trial})`}`],
    ...(search.parent === null ? [] : [['refines', search.parent]]),
    ...(search.repeatable
      ? []
      : [['note', 'Not repeatable: its results depend on when something happened.']]),
    ...(search.testSeen ? [['note', 'Made after test rows of its data had been revealed.']] : []),
    ...search.diagnosis.map(({ message, suggestion }) => ['diagnosis', `${message} ${suggestion.message}`]),
    ['created', search.createdAt],
  ];
  const shown = lines.map(([title, text]) => wrapText(`${title!.padEnd(9)} ${text}`, { indent: 10 }));
  return `${shown.join('\n')}\n${progressLine(search, columns)}`;
}
