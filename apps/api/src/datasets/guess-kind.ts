import type { ColumnKind } from '@holdfast/contracts/dataset';
import type { Column } from './column-builder.ts';
import { parseIsoTime } from './parse-times.ts';
import { isMissing, isMissingWord } from './scan-number.ts';

const words: Readonly<Record<string, number>> = {
  true: 1,
  false: 0,
  yes: 1,
  no: 0,
  t: 1,
  f: 0,
  y: 1,
  n: 0,
  1: 1,
  0: 0,
};

/** 1 for true, yes, t, y and 1; 0 for false, no, f, n and 0, in any case; `undefined` for anything else. */
export function readBoolean(text: string): number | undefined {
  const word = text.trim().toLowerCase();
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

/**
 * What a column seems to hold. Numbers where every cell is one; of texts, booleans where all are words for true and
 * false, dates where half of the different ones are or more (whoever reads them then names the others), else
 * a category. Missing cells do not count.
 */
export function guessKind(column: Column): ColumnKind {
  if (column.kind === 'number') return column.isTime ? 'date' : 'number';
  if (shareOfKind(column, 'boolean') === 1 && column.numbers === 0) return 'boolean';
  if (shareOfKind(column, 'date') >= 0.5) return 'date';
  return 'category';
}

/** Which share of a column's different texts can be read as booleans or dates; 0 of none. */
export function shareOfKind(column: Column, kind: ColumnKind): number {
  if (column.kind === 'number') return 0;
  const parse = kind === 'date' ? parseIsoTime : readBoolean;
  const present = column.texts.filter((text) => !isMissing(text) && !isMissingWord(text));
  const read = present.reduce((count, text) => count + (parse(text) === undefined ? 0 : 1), 0);
  return present.length === 0 ? 0 : read / present.length;
}
