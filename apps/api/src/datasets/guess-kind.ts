import type { ColumnKind } from '@holdfast/contracts/dataset';
import type { Column } from './column-builder.ts';
import type { HeldTexts } from './held-texts.ts';
import { parseTime } from './written-times.ts';

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
 * What a column seems to hold, from the rows that are trained on. Numbers where all are; of texts, booleans where all are words for
 * true and false, dates where half of the different ones are or more, else a category. Missing cells do not count; cells that
 * do not fit are for whoever reads them to name.
 * @param held of a column of texts
 */
export function guessKind(column: Column, held: HeldTexts | null): ColumnKind {
  if (column.kind === 'number' || held === null) return column.isTime ? 'date' : 'number';
  if (held.present > 0 && held.numbers === held.present) return 'number';
  if (shareOfKind(held, 'boolean') === 1 && held.numbers === 0) return 'boolean';
  if (shareOfKind(held, 'date') >= 0.5) return 'date';
  return 'category';
}

/** Which share of the different texts can be read as booleans or dates; 0 of none. */
export function shareOfKind({ texts }: HeldTexts, kind: ColumnKind): number {
  // In which order a day and a month stand is asked later.
  const parse =
    kind === 'date'
      ? (text: string) => parseTime(text, 'dayFirst') ?? parseTime(text, 'monthFirst')
      : readBoolean;
  const read = texts.reduce((count, text) => count + (parse(text) === undefined ? 0 : 1), 0);
  return texts.length === 0 ? 0 : read / texts.length;
}
