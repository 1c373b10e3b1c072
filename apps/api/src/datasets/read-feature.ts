import type { ColumnKind, DatasetSpec, MissingStrategy } from '@holdfast/contracts/dataset';
import type { Column } from './column-builder.ts';
import { compareCodePoints } from './compare-code-points.ts';
import { DatasetError, quote, TableError } from './dataset-error.ts';
import { encodeTexts, refuseTwoDecimalForms } from './encode-target.ts';
import { guessKind, readBoolean, shareOfKind } from './guess-kind.ts';
import { parseIsoTime } from './parse-times.ts';
import { explainNonNumber, isMissing, isMissingWord } from './scan-number.ts';
import type { Table } from './table-builder.ts';

/** What a feature column holds, before it is known which rows are trained on. */
export interface FeatureUse {
  kind: ColumnKind;
  /** Values of a category over all rows, by code point; a cell is an index into them. Else empty. */
  vocabulary: string[];
  /** What missing values become, if training rows have any. */
  missing: MissingStrategy;
}

export const numberUse: FeatureUse = { kind: 'number', vocabulary: [], missing: 'median' };

const defaultMissing: Record<ColumnKind, MissingStrategy> = {
  number: 'median',
  date: 'median',
  boolean: 'mostFrequent',
  category: 'ownCategory',
};

/** Different values of a category: more inputs than that are hardly meant where nobody asked for a category. */
const mostGuessed = 100;
const mostAsked = 1000;

/**
 * A feature's numbers, NaN where missing: as they are, 0 and 1 of a boolean, milliseconds since 1970 of a date, or the
 * codes of a category.
 * @param wanted what the spec says of the column; guessed where it says nothing
 * @throws TableError naming the first cell that does not fit, with the ways out
 */
export function readFeature(
  column: Column,
  table: Table,
  wanted: DatasetSpec['columns'][string] | undefined,
): { use: FeatureUse; values: Float64Array } {
  const asked = typeof wanted === 'string' ? { kind: wanted } : (wanted ?? {});
  const isAsked = asked.kind !== undefined;
  const kind = asked.kind ?? guessKind(column);
  const missing = 'missing' in asked && asked.missing ? asked.missing : defaultMissing[kind];
  checkMissing(column, kind, missing);
  const use: FeatureUse = { kind, vocabulary: [], missing };
  const values = read();
  if (values.every(Number.isNaN)) {
    const message = `The column has no value in any row. Leave it out with "drop": [${quote(column.name)}].`;
    throw new TableError(message, placeOf(column));
  }
  return { use, values };

  function read(): Float64Array {
    switch (kind) {
      case 'number':
        return readNumbers(column);
      case 'boolean':
        return readWords(column, table, readBoolean, 'is neither true nor false', kind);
      case 'date':
        if (column.kind === 'number' && column.isTime) return column.values;
        return readWords(column, table, parseIsoTime, 'is no ISO date such as 2024-02-29', kind);
      case 'category':
        return readCategory(column, table, use, isAsked);
    }
  }
}

function placeOf(column: Column, line?: number) {
  return { ...(line !== undefined && { line }), column: { number: column.number, name: column.name } };
}

/** The kind was not known when the spec was checked. */
function checkMissing(column: Column, kind: ColumnKind, missing: MissingStrategy): void {
  const fits =
    missing === 'mostFrequent' ||
    (missing === 'median' && (kind === 'number' || kind === 'date')) ||
    (missing === 'ownCategory' && kind === 'category');
  if (fits) return;
  const message = `The column ${quote(column.name)} is a ${kind}, which has no ${quote(missing)}; use ${quote(defaultMissing[kind])}.`;
  throw new DatasetError([{ pointer: '/columns', message }]);
}

function readNumbers(column: Column): Float64Array {
  if (column.kind === 'number') {
    refuseTwoDecimalForms(column);
    return column.values;
  }
  const { line, text } = column.firstText!;
  const message = `${quote(text)} ${explainNonNumber(text)}. ${waysOut(column)}`;
  throw new TableError(message, placeOf(column, line));
}

/** What one can do with a column that does not hold what most of it does. */
function waysOut(column: Column): string {
  const name = quote(column.name);
  return `Mend the cell, leave the column out with "drop": [${name}], or take it as names with "columns": { ${name}: "category" }.`;
}

function readWords(
  column: Column,
  table: Table,
  parse: (text: string) => number | undefined,
  problem: string,
  kind: ColumnKind,
): Float64Array {
  const { codes, texts } = textsOf(column, table.rows);
  const parsed = texts.map((text) => (isAbsent(text) ? Number.NaN : parse(text)));
  const wrong = parsed.indexOf(undefined);
  if (wrong !== -1) {
    const line = table.lines[codes.indexOf(wrong)]!;
    const share = shareOfKind(column, kind);
    const mixed = share < 1 ? ` Others are: ${Math.round(share * 100)} % of the different ones.` : '';
    throw new TableError(
      `${quote(texts[wrong]!)} ${problem}.${mixed} ${waysOut(column)}`,
      placeOf(column, line),
    );
  }
  return Float64Array.from(codes, (code) => parsed[code]!);
}

function readCategory(column: Column, table: Table, use: FeatureUse, isAsked: boolean): Float64Array {
  if (!isAsked && column.kind === 'text' && 2 * column.numbers >= presentCells(column)) readNumbers(column);
  const most = isAsked ? mostAsked : mostGuessed;
  if (column.firstDiscarded !== null) throw tooMany(column, 'too many', most, isAsked);
  const { codes, texts } = textsOf(column, table.rows);
  const order = texts.map((_, code) => code).filter((code) => !isAbsent(texts[code]!));
  const distinct = order.length;
  if (distinct > most || (!isAsked && distinct > 10 && 2 * distinct > table.rows)) {
    throw tooMany(column, String(distinct), most, isAsked, table.rows);
  }
  order.sort((a, b) => compareCodePoints(texts[a]!, texts[b]!));
  use.vocabulary = order.map((code) => texts[code]!);
  const codeOf = new Float64Array(texts.length).fill(Number.NaN);
  for (const [index, code] of order.entries()) codeOf[code] = index;
  return Float64Array.from(codes, (code) => codeOf[code]!);
}

function tooMany(
  column: Column,
  distinct: string,
  most: number,
  isAsked: boolean,
  rows?: number,
): TableError {
  const name = quote(column.name);
  const example = column.firstText === null ? '' : ` (${quote(column.firstText.text)} …)`;
  const asked = isAsked ? '' : `, or ask for an input each with "columns": { ${name}: "category" }`;
  const of = rows === undefined ? '' : ` in ${rows} rows`;
  const message =
    `${distinct} different texts${of}${example}; a category ${isAsked ? 'has' : 'is guessed for'} at most ${most}${isAsked ? '' : ', and at most half the rows'}. ` +
    `Names and ids tell nothing about new rows: leave it out with "drop": [${name}], use it as "group", write rare values as one, keep a part (the first digits of a code)${asked}.`;
  return new TableError(message, placeOf(column));
}

function isAbsent(text: string): boolean {
  return isMissing(text) || isMissingWord(text);
}

function presentCells(column: Column): number {
  if (column.kind === 'number') return column.values.length;
  let present = 0;
  const absent = column.texts.map(isAbsent);
  for (const code of column.codes) if (!absent[code]) present++;
  return present;
}

/** A code for each row, missing cells among them. */
function textsOf(column: Column, rows: number): { codes: Int32Array; texts: string[] } {
  return encodeTexts({ ...column, firstMissing: null }, rows);
}
