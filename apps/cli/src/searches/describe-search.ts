import type { Search } from '@holdfast/contracts/search';
import { progressLine } from '../watch/progress-line.ts';

/** The best score so far, as `accuracy 0.973`. */
export function describeBest({ best, spec }: Search): string {
  return best === null ? '–' : `${spec.objective.metric} ${best.score.toFixed(4)} (trial ${best.trial})`;
}

/** A search in some lines. */
export function describeSearch(search: Search, columns: number): string {
  const { spec } = search;
  const { crossValidation } = spec;
  const lines = [
    ['name', search.name],
    ['id', search.id],
    ['status', `${search.status}${search.reason ? `: ${search.reason}` : ''}`],
    ['data set', search.dataset],
    ['strategy', JSON.stringify(spec.strategy)],
    ['folds', JSON.stringify(crossValidation)],
    ['objective', spec.objective.metric],
    ['seed', String(spec.seed)],
    ['space', JSON.stringify(spec.space)],
    ['best', describeBest(search)],
    ...(search.parent === null ? [] : [['refines', search.parent]]),
    ...(search.repeatable
      ? []
      : [['note', 'Not repeatable: its results depend on when something happened.']]),
    ...(search.testSeen ? [['note', 'Made after test rows of its data had been revealed.']] : []),
    ...search.diagnosis.map(({ message, suggestion }) => ['diagnosis', `${message} ${suggestion.message}`]),
    ['created', search.createdAt],
  ];
  return `${lines.map(([title, text]) => `${title!.padEnd(9)} ${text}`).join('\n')}\n${progressLine(search, columns)}`;
}
