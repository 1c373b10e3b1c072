import type { Warning } from '@holdfast/contracts/dataset';
import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import type { CrossValidation, SearchSpec } from '@holdfast/contracts/search-spec';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import type { DatasetFacts } from './dataset-facts.ts';
import { outerCrossValidation } from './nested/nest-spec.ts';

/** The fold runs of one trial: folds × repeats. */
export function foldRunsPerTrial(crossValidation: CrossValidation): number {
  switch (crossValidation.kind) {
    case 'holdout':
      return crossValidation.repeats;
    case 'blocked':
      return crossValidation.folds;
    default:
      return crossValidation.folds * crossValidation.repeats;
  }
}

/** The seed of the folds where a spec gives none: 52 bits of the search's seed's hash, so that JSON carries it. */
function deriveFoldSeed(searchSeed: number): number {
  return Number.parseInt(deriveSeed(searchSeed, 'crossValidation').slice(0, 13), 16);
}

/**
 * How the training rows are divided: as the spec says or, where it says nothing, in 5 blocks for data with a time
 * column, 5 grouped folds with a group column, 5 plain folds for regression, else 5 stratified folds. The seed is
 * filled in. Errors where the data cannot be divided so, or where it would leak from the future and `allowLeak` is off.
 */
export function resolveCrossValidation(
  spec: Pick<SearchSpec, 'crossValidation' | 'seed' | 'allowLeak'>,
  dataset: DatasetFacts,
): { crossValidation: CrossValidation; errors: PlacedMessage[]; warnings: Warning[] } {
  const chosen = spec.crossValidation ?? defaultFor(dataset);
  const crossValidation: CrossValidation =
    chosen.kind === 'blocked' ? { ...chosen } : { ...chosen, seed: chosen.seed ?? deriveFoldSeed(spec.seed) };
  const errors: PlacedMessage[] = [];
  const report = (field: string, message: string) =>
    errors.push({ pointer: spec.crossValidation ? `/crossValidation/${field}` : '/dataset', message });
  checkKind(crossValidation, dataset, spec.allowLeak, report);
  // Sizes say nothing while the kind does not fit the data.
  if (errors.length === 0) checkSizes(crossValidation, dataset, report);
  if (errors.length === 0) checkNested(crossValidation, dataset, report);
  return { crossValidation, errors, warnings: warningsOf(crossValidation, dataset) };
}

function defaultFor(dataset: DatasetFacts): CrossValidation {
  if (dataset.time) return { kind: 'blocked', folds: 5, gap: 0 };
  if (dataset.group) return { kind: 'grouped', folds: 5, repeats: 1 };
  return { kind: dataset.task === 'regression' ? 'plain' : 'stratified', folds: 5, repeats: 1 };
}

type Report = (field: string, message: string) => void;

function checkKind(chosen: CrossValidation, dataset: DatasetFacts, allowLeak: boolean, report: Report): void {
  const { kind } = chosen;
  if ((kind === 'grouped' || kind === 'stratifiedGrouped') && !dataset.group) {
    report(
      'kind',
      `The data set has no group column. Create it with "group", or use another kind than "${kind}".`,
    );
  }
  if (dataset.time && kind !== 'blocked' && !allowLeak) {
    report(
      'kind',
      `The data set is ordered in time; "${kind}" shuffles it, so that models are trained on rows later than those that score them. Use "blocked", or set allowLeak to true.`,
    );
  }
}

function checkSizes(chosen: CrossValidation, dataset: DatasetFacts, report: Report): void {
  const { trainRows, groups } = dataset;
  if (chosen.kind === 'holdout') {
    // Rounded either way, some row must be left on both sides.
    if (Math.floor(chosen.fraction * trainRows) < 1 || Math.floor((1 - chosen.fraction) * trainRows) < 1) {
      report(
        'fraction',
        `${chosen.fraction} of ${trainRows} training rows leaves no row to validate, or none to train on. Choose another fraction.`,
      );
    }
    return;
  }
  const { folds } = chosen;
  const place = 'folds';
  if (folds > trainRows) {
    report(
      place,
      `${folds} folds need as many training rows; there are ${trainRows}. Use fewer folds, or more rows.`,
    );
    return;
  }
  if (chosen.kind === 'blocked' && !leavesTrainingRows(trainRows, folds, chosen.gap)) {
    report(
      'gap',
      `A gap of ${chosen.gap} rows around a block leaves none of ${trainRows} training rows to train on. Lower gap.`,
    );
  }
  if (chosen.kind === 'stratified' || chosen.kind === 'stratifiedGrouped') {
    for (const [name, rows] of classSizes(dataset)) {
      if (rows >= folds) continue;
      report(
        place,
        `${name} has ${rows} training row${rows === 1 ? '' : 's'}, fewer than the ${folds} folds that each need one. Use fewer folds, "plain" folds, or more rows of that class.`,
      );
    }
  }
  if (
    (chosen.kind === 'grouped' || chosen.kind === 'stratifiedGrouped') &&
    groups !== undefined &&
    groups < folds
  ) {
    report(
      place,
      `There are ${groups} groups, fewer than the ${folds} folds that each need one. Use fewer folds.`,
    );
  }
}

/** Outer folds take rows away from the inner ones. */
function checkNested(chosen: CrossValidation, dataset: DatasetFacts, report: Report): void {
  const outer = outerCrossValidation(chosen, dataset.task);
  if (outer === null || outer.kind === 'holdout') return;
  checkSizes(outer, dataset, (_, message) => report('outer/folds', `Outer folds: ${message}`));
  const { folds } = outer;
  const outside = (rows: number) => rows - Math.ceil(rows / folds);
  const left: DatasetFacts = {
    ...dataset,
    trainRows: outside(dataset.trainRows) - (outer.kind === 'blocked' ? 2 * outer.gap : 0),
    rowsPerClass: Object.fromEntries(
      Object.entries(dataset.rowsPerClass).map(([name, rows]) => [name, outside(rows)]),
    ),
    // How many groups an outer fold takes is known once they are divided.
    ...(dataset.groups !== undefined && { groups: dataset.groups - 1 }),
  };
  if (left.trainRows < 2) {
    report(
      'outer/folds',
      `An outer fold would leave ${Math.max(0, left.trainRows)} rows to search on. Use fewer, or more rows.`,
    );
    return;
  }
  checkSizes(chosen, left, (field, message) =>
    report(field, `Without the rows of an outer fold: ${message}`),
  );
}

/** Whether every block, from `⌊k·rows / folds⌋` to before `⌊(k+1)·rows / folds⌋`, has rows beyond the gap somewhere. */
function leavesTrainingRows(rows: number, folds: number, gap: number): boolean {
  for (let fold = 0; fold < folds; fold++) {
    const start = Math.floor((fold * rows) / folds);
    const end = Math.floor(((fold + 1) * rows) / folds);
    if (start - gap < 1 && rows - end - gap < 1) return false;
  }
  return true;
}

/** The rows of each class; of a binary output, those with a 1 and those with a 0. */
function classSizes({ task, rowsPerClass, trainRows }: DatasetFacts): [string, number][] {
  return Object.entries(rowsPerClass).flatMap(([name, rows]): [string, number][] => {
    const quoted = JSON.stringify(name);
    if (task !== 'binary') return [[`Class ${quoted}`, rows]];
    return [
      [`The value 1 of ${quoted}`, rows],
      [`The value 0 of ${quoted}`, trainRows - rows],
    ];
  });
}

function warningsOf({ kind }: CrossValidation, dataset: DatasetFacts): Warning[] {
  const warnings: Warning[] = [];
  if (dataset.group && kind !== 'grouped' && kind !== 'stratifiedGrouped') {
    const message = `Rows of one group can fall on both sides of a "${kind}" split, which makes scores look better than they are.`;
    warnings.push({ code: 'groupsDivided', message });
  }
  if (dataset.time && kind !== 'blocked') {
    const message = `Models are trained on rows later than those that score them, by a "${kind}" split.`;
    warnings.push({ code: 'timeShuffled', message });
  }
  if (!dataset.time && kind === 'blocked') {
    const message = 'The data set has no time column: blocks follow the order of its rows.';
    warnings.push({ code: 'blockedWithoutTime', message });
  }
  return warnings;
}
