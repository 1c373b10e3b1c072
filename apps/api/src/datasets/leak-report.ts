import { setImmediate } from 'node:timers/promises';
import type { LeakReport, TestSplit, Warning } from '@holdfast/contracts/dataset';
import type { TrainingRows } from '@holdfast/db/datasets';
import type { RowsDescription } from '@holdfast/db/encode-rows';
import { quote } from './dataset-error.ts';
import { countDuplicates } from './duplicate-rows.ts';
import { findNearDuplicates } from './near-duplicates.ts';

/** Below it the folds of an ordinary search hold a row or two of the class. */
const fewRowsOfClass = 10;
/** Such a share of test rows next to training rows is no accident of where a cut lies. */
const manyNeighbours = 0.1;
/** Training rows of a class that are usual: for two classes that are told apart easily, and otherwise. */
const usualOfTwo = 200;
const usualOfMany = 1000;
/** Below it, one row more or less moves an accuracy by more than 3 %. */
const fewTestRows = 30;
/** Through fewer points a line goes by chance. */
const fewestForLine = 5;
/** Names in a message, at most. */
const mostNames = 5;

/**
 * What may make a validation or test score better than the truth. Of the test rows nothing but counts is told; all
 * about features and classes comes from the training rows. Lets the event loop turn between its parts.
 */
export async function reportLeaks(
  description: RowsDescription,
  training: TrainingRows,
  test: TrainingRows,
  { regenerable, split, gapRows = 0 }: { regenerable: boolean; split?: TestSplit; gapRows?: number },
): Promise<LeakReport> {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string) => warnings.push({ code, message });
  const duplicatesAcrossSplit = countDuplicates(training, test);
  await setImmediate();
  const nearDuplicates = findNearDuplicates(training, test, description.kinds);
  await setImmediate();
  if (duplicatesAcrossSplit > 0) {
    warn(
      'duplicatesAcrossSplit',
      `${duplicatesAcrossSplit} of ${test.rows} test rows stand among the training rows too: their test score is remembered, not predicted.`,
    );
  }
  const near = Math.round((nearDuplicates ?? 0) * test.rows);
  if (near > duplicatesAcrossSplit) {
    warn(
      'nearDuplicates',
      `About ${near} of ${test.rows} test rows lie nearer to a training row than 1 % of the median distance: they may be the same thing measured twice. Put what belongs together into one "group".`,
    );
  }
  const sharedGroups = countSharedGroups(training, test);
  if (sharedGroups > 0) {
    warn('groupAcrossSplit', `${sharedGroups} groups have rows on both sides of the test split.`);
  }
  const early = countEarly(training, test);
  if (early > 0) {
    warn('timeOrderBroken', `${early} of ${test.rows} test rows are earlier than some training row.`);
  }
  const beside = countNeighbours(training, test);
  if (split?.kind === 'blocks' ? split.gap === 0 : beside > manyNeighbours * test.rows) {
    const advice =
      split?.kind === 'blocks'
        ? 'Leave rows out between the blocks with "gap".'
        : 'Use { "kind": "latest" }, or blocks with a gap.';
    warn(
      'neighboursInTime',
      `${beside} of ${test.rows} test rows come right before or after a training row in time: what changes slowly is known beforehand. ${advice}`,
    );
  }
  if (gapRows > 0) {
    warn(
      'gapRows',
      `${gapRows} rows lie in the gaps beside test blocks; they are neither trained nor tested on.`,
    );
  }
  warnings.push(
    ...warnAboutFeatures(description, training),
    ...warnAboutClasses(description, training, test),
  );
  if (test.rows === 0)
    warn('noTestRows', 'No test rows are locked away: no score will be one of unseen rows.');
  else if (test.rows < fewTestRows) {
    warn(
      'fewTestRows',
      `${test.rows} test rows tell little: one row is ${Math.round(1000 / test.rows) / 10} % of them.`,
    );
  }
  if (regenerable && test.rows > 0) {
    warn('regenerable', 'The data are generated: anyone can make the test rows again.');
  }
  return { duplicatesAcrossSplit, nearDuplicates, warnings };
}

function countSharedGroups(training: TrainingRows, test: TrainingRows): number {
  const inTraining = new Set(training.groups ?? []);
  let shared = 0;
  for (const group of new Set(test.groups ?? [])) if (inTraining.has(group)) shared++;
  return shared;
}

function countEarly(training: TrainingRows, test: TrainingRows): number {
  if (training.times === null || test.times === null) return 0;
  const last = training.times.reduce((latest, time) => Math.max(latest, time), Number.NEGATIVE_INFINITY);
  return test.times.reduce((early, time) => early + (time < last ? 1 : 0), 0);
}

/** Test rows that have a training row next to them in the order of time. */
function countNeighbours(training: TrainingRows, test: TrainingRows): number {
  if (training.times === null || test.times === null) return 0;
  const trained = training.times.slice().sort();
  const tested = test.times.slice().sort();
  let beside = 0;
  let next = 0;
  for (const [i, time] of tested.entries()) {
    const before = next;
    while (next < trained.length && trained[next]! < time) next++;
    // Training rows between this test row and the one before it, or after it.
    const follows = next > before || (i === 0 && next > 0);
    const later = tested[i + 1] ?? Number.POSITIVE_INFINITY;
    if (follows || (next < trained.length && trained[next]! <= later)) beside++;
  }
  return beside;
}

function warnAboutFeatures({ features, target, task }: RowsDescription, training: TrainingRows): Warning[] {
  const constant: string[] = [];
  const counting: string[] = [];
  const identifying: string[] = [];
  const warnings: Warning[] = [];
  const perRow = training.targets.length / training.rows;
  for (const [column, name] of features.entries()) {
    const value = (row: number) => training.features[row * training.columns + column]!;
    if (isConstant(training.rows, value)) {
      constant.push(name);
      continue;
    }
    if (isCounting(training.rows, value)) counting.push(name);
    else if (isNamedId(name) && isIdentifying(training.rows, value)) identifying.push(name);
    for (let output = 0; output < perRow; output++) {
      const goal = (row: number) => training.targets[row * perRow + output]!;
      const same = task === 'regression' ? isLinear : isOneToOne;
      if (!same(training.rows, value, goal)) continue;
      const message = `The feature ${quote(name)} tells the target ${quote(target[output]!)} exactly. Drop it, unless it is known before the target is.`;
      warnings.push({ code: 'targetInFeatures', message });
    }
  }
  if (constant.length > 0) {
    const message = `${constant.length === 1 ? 'One feature has' : `${constant.length} features have`} one value in all training rows: ${list(constant)}.`;
    warnings.push({ code: 'constantFeatures', message });
  }
  if (counting.length > 0) {
    const message = `${list(counting)} only rises from row to row, like a row number: it tells the order of the file.`;
    warnings.push({ code: 'rowNumber', message });
  }
  if (identifying.length > 0) {
    const message = `${list(identifying)} holds another number in each row, like an id: ids tell nothing about new rows. Leave it out with "drop".`;
    warnings.push({ code: 'identifiers', message });
  }
  return warnings;
}

function warnAboutClasses(
  { classes, task }: RowsDescription,
  training: TrainingRows,
  test: TrainingRows,
): Warning[] {
  if (task === 'regression') {
    const perRow = training.targets.length / training.rows;
    const constant = Array.from({ length: perRow }, (_, i) => i).some((i) =>
      isConstant(training.rows, (row) => training.targets[row * perRow + i]!),
    );
    const message = 'A target has one value in all training rows: there is nothing to predict.';
    return constant ? [{ code: 'constantTarget', message }] : [];
  }
  const warnings: Warning[] = [];
  const inTraining = countClasses(training, classes.length, task);
  const few = classes.filter((_, i) => {
    const fewer =
      task === 'binary' ? Math.min(inTraining[i]!, training.rows - inTraining[i]!) : inTraining[i]!;
    return fewer < fewRowsOfClass;
  });
  if (few.length > 0) {
    const message = `Fewer than ${fewRowsOfClass} training rows of ${list(few)}: scores of it will vary much.`;
    warnings.push({ code: 'fewRowsOfClass', message });
  }
  const smallest = inTraining.indexOf(Math.min(...inTraining));
  if (few.length === 0 && inTraining[smallest]! < (classes.length === 2 ? usualOfTwo : usualOfMany)) {
    const message = `The smallest class, ${quote(classes[smallest]!)}, has ${inTraining[smallest]} training rows. Usual are hundreds for two classes that are told apart easily, and some thousands otherwise: small differences between trials will be chance.`;
    warnings.push({ code: 'rowsPerClass', message });
  }
  const inTest = countClasses(test, classes.length, task);
  const absent = inTest.filter((count) => count === 0).length;
  if (test.rows > 0 && absent > 0) {
    const message = `${absent} of ${classes.length} classes have no test row.`;
    warnings.push({ code: 'classWithoutTestRows', message });
  }
  return warnings;
}

function countClasses(data: TrainingRows, classes: number, task: string): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const [i, value] of data.targets.entries()) {
    if (task === 'classification') counts[value]!++;
    else counts[i % classes]! += value;
  }
  return counts;
}

type Values = (row: number) => number;

function isConstant(rows: number, value: Values): boolean {
  // Nothing but missing values is one value too.
  for (let row = 1; row < rows; row++) if (!Object.is(value(row) + 0, value(0) + 0)) return false;
  return true;
}

function isCounting(rows: number, value: Values): boolean {
  for (let row = 0; row < rows; row++) {
    if (!Number.isInteger(value(row)) || (row > 0 && value(row) <= value(row - 1))) return false;
  }
  return true;
}

/** `id`, `order_id`, `customerId`, `Account No`. */
function isNamedId(name: string): boolean {
  return /(^|[^a-z])(id|ids|uuid|guid|key|nr|no)\.?$/i.test(name) || /[a-z](ID|Id|Nr|No)$/.test(name);
}

/** A whole number in each row, and none twice. */
function isIdentifying(rows: number, value: Values): boolean {
  const seen = new Set<number>();
  for (let row = 0; row < rows; row++) {
    if (!Number.isInteger(value(row)) || seen.has(value(row))) return false;
    seen.add(value(row));
  }
  return true;
}

/** The same number, or the same in another unit: the squared correlation is 1 but for rounding. */
function isLinear(rows: number, value: Values, goal: Values): boolean {
  if (rows < fewestForLine) return false;
  let [meanX, meanY] = [0, 0];
  for (let row = 0; row < rows; row++) {
    meanX += value(row) / rows;
    meanY += goal(row) / rows;
  }
  let [xx, yy, xy] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const [x, y] = [value(row) - meanX, goal(row) - meanY];
    xx += x * x;
    yy += y * y;
    xy += x * y;
  }
  return xx > 0 && yy > 0 && xy * xy >= (1 - 1e-9) * xx * yy;
}

/** Each value of the one goes with one value of the other, both ways. */
function isOneToOne(rows: number, value: Values, goal: Values): boolean {
  const there = new Map<number, number>();
  const back = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    const [a, b] = [value(row), goal(row)];
    if (!there.has(a) && !back.has(b)) {
      there.set(a, b);
      back.set(b, a);
    } else if (there.get(a) !== b || back.get(b) !== a) return false;
  }
  return true;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map(quote).join(', ');
  return names.length > mostNames ? `${shown} and ${names.length - mostNames} more` : shown;
}
