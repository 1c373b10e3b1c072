import type { DatasetSpec } from '@holdfast/contracts/dataset';
import { type PlacedMessage, toJsonPointer } from '@holdfast/contracts/json-pointer';
import { nearestName } from '@holdfast/contracts/nearest-name';
import { quote } from './dataset-error.ts';

/** The target columns that a spec names, always as a list. */
export function targetsOf(spec: DatasetSpec): string[] {
  return typeof spec.target === 'string' ? [spec.target] : (spec.target ?? []);
}

/** What is wrong with a spec for a file with these columns, whatever the rows hold. Empty where nothing is. */
export function checkSpec(spec: DatasetSpec, columns: readonly string[]): PlacedMessage[] {
  const errors: PlacedMessage[] = [];
  const blame = (pointer: string, message: string) => errors.push({ pointer, message });
  const known = new Set(columns);
  const unknown = (name: string) => {
    const nearest = nearestName(name, columns);
    return `The file has no column ${quote(name)}. ${nearest === undefined ? listColumns(columns) : `Is ${quote(nearest)} meant?`}`;
  };
  const targets = targetsOf(spec);
  if (targets.length === 0) blame('/target', `Name the column to be predicted. ${listColumns(columns)}`);
  for (const [i, name] of targets.entries()) {
    const pointer = Array.isArray(spec.target) ? `/target/${i}` : '/target';
    if (!known.has(name)) blame(pointer, unknown(name));
    else if (targets.indexOf(name) !== i) blame(pointer, `${quote(name)} is named twice.`);
  }
  if (spec.task === 'classification' && targets.length > 1) {
    blame(
      '/target',
      'A classification has one target column. For several columns of 0 and 1, "task" is "binary".',
    );
  }
  for (const [i, name] of spec.drop.entries()) {
    if (!known.has(name)) blame(`/drop/${i}`, unknown(name));
    else if (targets.includes(name))
      blame(`/drop/${i}`, `${quote(name)} is the target and cannot be dropped.`);
  }
  for (const [name, wanted] of Object.entries(spec.columns)) {
    const pointer = toJsonPointer(['columns', name]);
    if (!known.has(name)) blame(pointer, unknown(name));
    else if (targets.includes(name))
      blame(pointer, `${quote(name)} is the target: "task" says what it holds.`);
    else if ([...spec.drop, spec.group, spec.time].includes(name))
      blame(pointer, `${quote(name)} is not a feature: it is dropped, group or time.`);
    const [kind, missing] = typeof wanted === 'string' ? [wanted] : [wanted.kind, wanted.missing];
    if (missing === 'median' && (kind === 'category' || kind === 'boolean'))
      blame(
        pointer,
        `A ${kind} has no median. Use "mostFrequent"${kind === 'category' ? ' or "ownCategory"' : ''}.`,
      );
    if (missing === 'ownCategory' && kind !== undefined && kind !== 'category')
      blame(pointer, `Only a category has "ownCategory"; a ${kind} is filled and has an indicator.`);
  }
  for (const role of ['group', 'time'] as const) {
    const name = spec[role];
    if (name === null) continue;
    if (!known.has(name)) blame(`/${role}`, unknown(name));
    else if (targets.includes(name))
      blame(`/${role}`, `${quote(name)} is the target; the ${role} is another column.`);
  }
  if (spec.protocol === 'ladder' && spec.task === 'regression')
    blame('/protocol', 'A ladder needs losses between 0 and 1: it is for classification and binary outputs.');
  if (spec.protocol === 'ladder' && spec.test.kind === 'none')
    blame('/protocol', 'A ladder stands on locked test rows, and "test" locks none away.');
  errors.push(...checkTestSplit(spec));
  if (errors.length === 0 && featureNames(spec, columns).length === 0) {
    const pointer = spec.drop.length > 0 ? '/drop' : '';
    blame(pointer, 'No column is left for features: all are target, dropped, group or time.');
  }
  return errors;
}

/** All columns that have no other use, in the order of the file. */
export function featureNames(spec: DatasetSpec, columns: readonly string[]): string[] {
  const used = new Set([...targetsOf(spec), ...spec.drop, spec.group, spec.time]);
  return columns.filter((name) => !used.has(name));
}

function checkTestSplit(spec: DatasetSpec): PlacedMessage[] {
  const errors: PlacedMessage[] = [];
  const { test, group, time, allowLeak } = spec;
  if (test.kind === 'grouped' && group === null) {
    errors.push({ pointer: '/group', message: 'A grouped test split needs the column of the groups.' });
  }
  if ((test.kind === 'latest' || test.kind === 'blocks') && time === null) {
    const what = test.kind === 'latest' ? 'the latest rows' : 'blocks of time';
    errors.push({ pointer: '/time', message: `A test split of ${what} needs the column of the time.` });
  }
  if (test.kind === 'random' && !allowLeak) {
    if (time !== null) {
      const message =
        'Rows drawn at random would be tested on with later rows trained on. ' +
        'Use { "kind": "latest" }, or set "allowLeak" to true.';
      errors.push({ pointer: '/test', message });
    } else if (group !== null) {
      const message =
        'Rows drawn at random would put rows of one group on both sides. ' +
        'Use { "kind": "grouped" }, or set "allowLeak" to true.';
      errors.push({ pointer: '/test', message });
    }
  }
  return errors;
}

function listColumns(columns: readonly string[]): string {
  const shown = columns.slice(0, 20).map(quote).join(', ');
  return `Its columns are ${shown}${columns.length > 20 ? ` and ${columns.length - 20} more` : ''}.`;
}
