import type { Column } from './column-builder.ts';
import { isMissing, isMissingWord } from './scan-number.ts';

/** What a column of texts holds in some of its rows; missing cells aside. */
export interface HeldTexts {
  rows: number;
  /** The different ones. */
  texts: string[];
  /** Cells. */
  present: number;
  /** Of those, numbers. */
  numbers: number;
}

/** @param rows those that are trained on: what a column is guessed to be must not follow from others */
export function heldTexts(column: Extract<Column, { kind: 'text' }>, rows: Int32Array): HeldTexts {
  const { codes, texts, areNumbers } = column;
  const counts = new Int32Array(texts.length);
  // Of a column with too many texts none were kept.
  if (codes.length > 0) for (const row of rows) counts[codes[row]!]! += 1;
  const held: HeldTexts = { rows: rows.length, texts: [], present: 0, numbers: 0 };
  for (const [code, text] of texts.entries()) {
    const count = counts[code]!;
    if (count === 0 || isAbsent(text)) continue;
    held.texts.push(text);
    held.present += count;
    if (areNumbers[code]) held.numbers += count;
  }
  return held;
}

/** In a column of texts, words for a missing value are one too. */
export function isAbsent(text: string): boolean {
  return isMissing(text) || isMissingWord(text);
}
