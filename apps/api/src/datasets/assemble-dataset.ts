import type { DatasetSpec, Warning } from '@holdfast/contracts/dataset';
import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import type { Task } from '@holdfast/contracts/metrics';
import { checkSpec, featureNames, targetsOf } from './check-spec.ts';
import type { Column } from './column-builder.ts';
import { DatasetError, quote, TableError } from './dataset-error.ts';
import {
  encodeBinary,
  encodeClasses,
  encodeQuantities,
  encodeTexts,
  refuseTwoDecimalForms,
  requireNumbers,
} from './encode-target.ts';
import { leaveOutUnlabelled } from './leave-out-unlabelled.ts';
import { type FeatureUse, noDate, readFeature } from './read-feature.ts';
import { type DatasetSplit, splitDataset } from './split-dataset.ts';
import type { Table } from './table-builder.ts';
import { timeReader } from './written-times.ts';

/** All rows of a data set, test rows too, in the order of the file. */
export interface AssembledDataset {
  task: Task;
  target: string[];
  features: string[];
  /** By code point; the target columns of binary outputs; empty for regression. */
  classes: string[];
  rows: number;
  /** Classes, sigmoid outputs, or regression outputs. */
  outputs: number;
  /** What each feature holds. */
  uses: FeatureUse[];
  /** One for each feature, one number for each row; NaN where missing. */
  columns: Float64Array[];
  /** Class indices (rows), 0 and 1 (rows × outputs), or quantities (rows × outputs). */
  targets: Int32Array | Uint8Array | Float64Array;
  /** A code for each row. */
  groups: Int32Array | null;
  /** As in the file, or milliseconds since 1970 for dates. */
  times: Float64Array | null;
  /** The first row of those that were sent apart as test rows, the rest following it. */
  testFrom: number | null;
  split: DatasetSplit;
  /** What was made of the file that its writer may not expect. */
  notes: Warning[];
}

/**
 * Gives a table's columns the uses that the spec names.
 * @throws DatasetError naming every column that is at fault: with pointers where it is the spec that has to change,
 *   with line and column where it is the file
 */
export function assembleDataset(whole: Table, spec: DatasetSpec): AssembledDataset {
  const names = whole.columns.map((column) => column.name);
  const errors = [...checkSpec(spec, names), ...refuseAmbiguous(spec, whole)];
  if (errors.length > 0) throw new DatasetError(errors);
  const table = spec.rowsWithoutTarget === 'leaveOut' ? leaveOutUnlabelled(whole, targetsOf(spec)) : whole;
  if (table.rows === 0) {
    throw new DatasetError([{ pointer: '/target', message: 'No row has a target: all would be left out.' }]);
  }
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const columnOf = (name: string) => byName.get(name)!;

  const collect = <T>(read: () => T): T | undefined => collectErrors(errors, read);
  const target = targetsOf(spec);
  const encoded = collect(() => encodeTarget(spec.task, target.map(columnOf), table));
  const { group, time } = spec;
  const groups = group === null ? null : collect(() => encodeTexts(columnOf(group), table.rows).codes);
  const times = time === null ? null : collect(() => readTimes(columnOf(time), table));
  const { rows, testFrom = null } = table;
  const rowFacts = encoded &&
    groups !== undefined &&
    times !== undefined && { task: spec.task, rows, groups, times, testFrom, ...encoded };
  const split = rowFacts && collect(() => splitDataset(rowFacts, spec));
  // Without it there is no data set, and the rest is read to tell all of its faults.
  const trainingRows = split ? split.trainingRows : Int32Array.from({ length: rows }, (_, row) => row);
  const features = featureNames(spec, names);
  const read = features.map((name) =>
    collect(() => readFeature(columnOf(name), table, spec.columns[name], trainingRows)),
  );
  collect(() => refuseTwoDecimalForms(...[...features, ...target].map(columnOf)));
  if (errors.length > 0 || !rowFacts || !split) throw new DatasetError(errors);
  return {
    ...rowFacts,
    split,
    target,
    features,
    uses: read.map((feature) => feature!.use),
    columns: read.map((feature) => feature!.values),
    notes: [...(table.notes ?? []), ...read.flatMap((feature) => feature!.use.note ?? [])],
  };
}

/** Which of the columns of one name is meant is nobody's guess where it has a use of its own. */
function refuseAmbiguous(spec: DatasetSpec, { repeated = [] }: Table): PlacedMessage[] {
  const uses = [
    ...targetsOf(spec).map((name) => ({ name, pointer: '/target' })),
    { name: spec.group, pointer: '/group' },
    { name: spec.time, pointer: '/time' },
  ];
  return uses
    .filter(({ name }) => name !== null && repeated.includes(name))
    .map(({ name, pointer }) => ({
      pointer,
      message: `Several columns of the file are called ${quote(name!)}. Give each a name of its own.`,
    }));
}

function collectErrors<T>(errors: PlacedMessage[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    errors.push(...error.errors);
    return undefined;
  }
}

function encodeTarget(
  task: Task,
  columns: Column[],
  table: Table,
): Pick<AssembledDataset, 'targets' | 'classes' | 'outputs'> {
  switch (task) {
    case 'classification': {
      const { targets, classes } = encodeClasses(columns[0]!, table);
      return { targets, classes, outputs: classes.length };
    }
    case 'binary':
      return {
        targets: encodeBinary(columns, table),
        classes: columns.map((column) => column.name),
        outputs: columns.length,
      };
    case 'regression':
      return { targets: encodeQuantities(columns, table.rows), classes: [], outputs: columns.length };
  }
}

function readTimes(column: Column, table: Table): Float64Array {
  if (column.kind === 'number') return requireNumbers(column, 'Every row needs its time.');
  const { codes, texts } = encodeTexts(column, table.rows);
  const times = texts.map(timeReader(texts));
  const wrong = times.indexOf(undefined);
  if (wrong !== -1) {
    throw new TableError(`${quote(texts[wrong]!)} is not a number, and ${noDate(texts[wrong]!)}.`, {
      line: table.lines[codes.indexOf(wrong)]!,
      column: { number: column.number, name: column.name },
    });
  }
  return Float64Array.from(codes, (code) => times[code]!);
}
