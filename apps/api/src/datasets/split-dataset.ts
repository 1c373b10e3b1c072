import type { DatasetSpec } from '@holdfast/contracts/dataset';
import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import { quantileBins } from '@holdfast/core/splits/quantile-bins';
import { splitTestRows, type TestSplitRequest } from '@holdfast/core/splits/split-test-rows';
import { stratificationLabels } from '@holdfast/core/splits/stratification-labels';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import type { AssembledDataset } from './assemble-dataset.ts';
import { DatasetError, quote } from './dataset-error.ts';

/** Fewer rows of a class cannot be both trained on and validated. */
const fewestTrainingRowsOfClass = 2;

/** What decides on which side a row is: features do not. */
export type RowFacts = Pick<
  AssembledDataset,
  'task' | 'rows' | 'outputs' | 'targets' | 'classes' | 'groups' | 'times' | 'testFrom'
>;

export interface DatasetSplit {
  /** Row numbers: in the order of time where there is one, else as in the file. */
  trainingRows: Int32Array;
  testRows: Int32Array;
  /** Rows beside blocks of test rows, on neither side. */
  gapRows: Int32Array;
}

/**
 * Divides the rows as the spec says.
 * @throws DatasetError where that leaves too few rows on a side, or a class without training rows
 */
export function splitDataset(data: RowFacts, spec: Pick<DatasetSpec, 'test'>): DatasetSplit {
  let split: DatasetSplit;
  try {
    split = splitTestRows(toRequest(data, spec));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DatasetError([{ pointer: '/test', message: `${error.message}.` }]);
  }
  const { testRows } = split;
  const trainingRows =
    data.times === null ? split.trainingRows : inOrderOfTime(split.trainingRows, data.times);
  const errors = checkSides(data, spec, { trainingRows, testRows });
  if (errors.length > 0) throw new DatasetError(errors);
  return { trainingRows, testRows, gapRows: split.gapRows };
}

function toRequest(data: RowFacts, { test }: Pick<DatasetSpec, 'test'>): TestSplitRequest {
  const { rows } = data;
  switch (test.kind) {
    case 'random': {
      const labels = test.stratify ? labelsOf(data) : undefined;
      const { fraction } = test;
      return { kind: 'random', rows, fraction, seed: deriveSeed(test.seed), ...(labels && { labels }) };
    }
    case 'grouped':
      return { ...test, rows, seed: deriveSeed(test.seed), groups: data.groups! };
    case 'latest':
      return { ...test, rows, time: data.times! };
    case 'blocks':
      return { ...test, rows, seed: deriveSeed(test.seed), time: data.times! };
    case 'file':
      return { kind: 'rows', rows, from: data.testFrom! };
    case 'rows':
    case 'none':
      return { ...test, rows };
  }
}

function labelsOf(data: RowFacts): Int32Array {
  if (data.task === 'regression') return quantileBins(data.targets as Float64Array, data.outputs, 2);
  if (data.task === 'classification') return data.targets as Int32Array;
  const { rows, outputs } = data;
  const targets = data.targets as Uint8Array;
  const labels = stratificationLabels({
    task: 'binary',
    rows,
    columns: 0,
    outputs,
    features: new Float64Array(0),
    targets,
  });
  return labels!;
}

/** Blocked folds take the order of the rows for that of time. */
function inOrderOfTime(rows: Int32Array, times: Float64Array): Int32Array {
  return rows.slice().sort((a, b) => times[a]! - times[b]! || a - b);
}

function checkSides(
  data: RowFacts,
  { test }: Pick<DatasetSpec, 'test'>,
  { trainingRows, testRows }: Pick<DatasetSplit, 'trainingRows' | 'testRows'>,
): PlacedMessage[] {
  const pointer = test.kind === 'none' ? '' : '/test';
  if (trainingRows.length < 2) {
    return [{ pointer, message: `${trainingRows.length} training rows are left; two or more are needed.` }];
  }
  if (test.kind !== 'none' && testRows.length === 0) {
    return [{ pointer, message: 'No row would be a test row. Take a larger share, or { "kind": "none" }.' }];
  }
  const counts = rowsPerClass(data, trainingRows);
  if (data.task === 'classification') {
    const few = data.classes.flatMap((name, i) =>
      counts[i]! < fewestTrainingRowsOfClass ? [{ name, rows: counts[i]! }] : [],
    );
    return few.length === 0 ? [] : [{ pointer, message: describeFew(few, data.classes.length) }];
  }
  if (data.task === 'binary') {
    const constant = data.classes.filter((_, i) => counts[i] === 0 || counts[i] === trainingRows.length);
    return constant.map((name) => ({
      pointer,
      message: `All training rows would have one value of ${quote(name)}.`,
    }));
  }
  return [];
}

function describeFew([first, ...others]: { name: string; rows: number }[], classes: number): string {
  const more = others.length === 0 ? '' : ` (and ${others.length} more of ${classes} classes)`;
  const advice =
    'Give it more rows, write rare classes as one, or leave their rows out; a target of names or ids cannot be learned.';
  return `The class ${quote(first!.name)}${more} would keep ${first!.rows} training rows; each needs ${fewestTrainingRowsOfClass} or more. ${advice}`;
}

/** Rows of each class; of binary outputs, rows with a 1. Empty for regression. */
export function rowsPerClass(data: RowFacts, rows: Int32Array): number[] {
  const counts = data.classes.map(() => 0);
  const { outputs, targets } = data;
  for (const row of rows) {
    if (data.task === 'classification') counts[targets[row]!]!++;
    else if (data.task === 'binary')
      for (let i = 0; i < outputs; i++) counts[i]! += targets[row * outputs + i]!;
  }
  return counts;
}
