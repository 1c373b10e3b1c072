import type { ColumnKind, DatasetSpec, MissingStrategy, Warning } from '@holdfast/contracts/dataset';
import type { Column } from './column-builder.ts';
import { compareCodePoints } from './compare-code-points.ts';
import { DatasetError, quote, TableError } from './dataset-error.ts';
import { encodeTexts, refuseTwoDecimalForms } from './encode-target.ts';
import { guessKind, readBoolean, shareOfKind } from './guess-kind.ts';
import { type HeldTexts, heldTexts, isAbsent } from './held-texts.ts';
import { explainNonNumber, scanNumber } from './scan-number.ts';
import type { Table } from './table-builder.ts';
import { isAmbiguousTime, timeReader } from './written-times.ts';

/** What a feature column holds, before it is known which rows are trained on. */
export interface FeatureUse {
  /** What may not be meant, for whoever sent the file. */
  note?: Warning;
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

/** What is known of a column before it is read. */
interface Reading {
  column: Column;
  table: Table;
  kind: ColumnKind;
  /** Whether the spec says the kind: else it is guessed. */
  isAsked: boolean;
  /** Of texts, what stands in the rows that are trained on. */
  held: HeldTexts | null;
}

/**
 * A feature's numbers, NaN where missing: as they are, 0 and 1 of a boolean, milliseconds since 1970 of a date, or the
 * codes of a category.
 * @param wanted what the spec says of the column; where it says nothing, that is guessed from the rows that are trained on
 *   alone: what other rows hold fits it or is refused
 * @throws TableError naming the first cell that does not fit, with the ways out
 */
export function readFeature(
  column: Column,
  table: Table,
  wanted: DatasetSpec['columns'][string] | undefined,
  trainingRows: Int32Array,
): { use: FeatureUse; values: Float64Array } {
  const asked = typeof wanted === 'string' ? { kind: wanted } : (wanted ?? {});
  const isAsked = asked.kind !== undefined;
  const held = column.kind === 'text' ? heldTexts(column, trainingRows) : null;
  if (!isAsked) refuseUnguessable(column, held, trainingRows);
  const kind = asked.kind ?? guessKind(column, held);
  const missing = 'missing' in asked && asked.missing ? asked.missing : defaultMissing[kind];
  checkMissing(column, kind, missing);
  const use: FeatureUse = { kind, vocabulary: [], missing };
  const values = readKind({ column, table, kind, isAsked, held }, use);
  if (values.every(Number.isNaN)) throw withoutValue(column, 'any row');
  return { use, values };
}

function readKind(reading: Reading, use: FeatureUse): Float64Array {
  const { column, kind, held } = reading;
  switch (kind) {
    case 'number':
      return readNumbers(reading);
    case 'boolean':
      return readWords(reading, readBoolean, () => 'is neither true nor false');
    case 'date':
      if (column.kind === 'number' && column.isTime) return column.values;
      return readWords(reading, timeReader(held?.texts ?? []), noDate);
    case 'category':
      return readCategory(reading, use);
  }
}

/** There is nothing to guess from, or what it would be depends on which rows come first. */
function refuseUnguessable(column: Column, held: HeldTexts | null, trainingRows: Int32Array): void {
  if (column.firstDiscarded !== null) return;
  const present =
    column.kind === 'number'
      ? trainingRows.some((row) => !Number.isNaN(column.values[row]!))
      : held!.present > 0;
  const isEmpty = column.firstText === null && column.numbers === 0;
  if (!present) throw withoutValue(column, isEmpty ? 'any row' : 'the rows that are trained on');
  if (column.firstOfBoth === null) return;
  const { line, text } = column.firstOfBoth;
  throw new TableError(
    `${quote(text)} stands in the column as a number and as a text. Send it as one of them, or say with "columns" what it is.`,
    placeOf(column, line),
  );
}

function withoutValue(column: Column, where: string): TableError {
  return leaveOut(
    `The column has no value in ${where}. Leave it out with "drop": [${quote(column.name)}].`,
    column,
  );
}

function leaveOut(message: string, column: Column): TableError {
  return new TableError(message, placeOf(column), 'invalid-dataset', { drop: [column.name] });
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

function readNumbers(reading: Reading): Float64Array {
  const { column } = reading;
  if (column.kind === 'number') {
    refuseTwoDecimalForms(column);
    return column.values;
  }
  const { line, text } = column.firstText!;
  const message = `${quote(text)} ${explainNonNumber(text)}.${sayOthers(reading, text)} ${waysOut(column)}`;
  throw new TableError(message, placeOf(column, line));
}

/** Of a cell that does not fit, what others hold: a sentence, or nothing. */
function sayOthers({ held, kind, isAsked }: Reading, text: string): string {
  if (held === null) return '';
  if (!isAsked && !held.texts.includes(text.trim())) {
    return ` The column is taken as a ${kind}, by the rows that are trained on; this is a test row.`;
  }
  const isQuantity = kind === 'number' || kind === 'category';
  const share = isQuantity ? held.numbers / held.present : shareOfKind(held, kind);
  const of = isQuantity ? 'the cells' : 'the different ones';
  return share > 0 && share < 1 ? ` Others are: ${Math.round(share * 1000) / 10} % of ${of}.` : '';
}

/** What one can do with a column that does not hold what most of it does. */
function waysOut(column: Column): string {
  const name = quote(column.name);
  return `Mend the cell, leave the column out with "drop": [${name}], or take it as names with "columns": { ${name}: "category" }.`;
}

/** Why a text is no date, in words that follow it. */
export function noDate(text: string): string {
  return isAmbiguousTime(text)
    ? 'may be two days: nothing in the column says whether the day or the month comes first. Write 2024-02-29'
    : 'is no date such as 2024-02-29, 29.02.2024 or 2/29/2024';
}

function readWords(
  reading: Reading,
  parse: (text: string) => number | undefined,
  problem: (text: string) => string,
): Float64Array {
  const { column, table } = reading;
  const { codes, texts } = textsOf(column, table.rows);
  const parsed = texts.map((text) => (isAbsent(text) ? Number.NaN : parse(text)));
  const wrong = parsed.indexOf(undefined);
  if (wrong !== -1) {
    const line = table.lines[codes.indexOf(wrong)]!;
    const text = texts[wrong]!;
    throw new TableError(
      `${quote(text)} ${problem(text)}.${sayOthers(reading, text)} ${waysOut(column)}`,
      placeOf(column, line),
    );
  }
  return Float64Array.from(codes, (code) => parsed[code]!);
}

function readCategory(reading: Reading, use: FeatureUse): Float64Array {
  const { column, table, isAsked, held } = reading;
  const isMostlyNumbers = !isAsked && held !== null && 2 * held.numbers >= held.present;
  const areCodes = isMostlyNumbers && holdsCodes(held);
  if (isMostlyNumbers && !areCodes) readNumbers(reading);
  const most = isAsked ? mostAsked : mostGuessed;
  if (column.firstDiscarded !== null) throw tooMany(reading, 'too many', most);
  const { codes, texts } = textsOf(column, table.rows);
  const order = texts.map((_, code) => code).filter((code) => !isAbsent(texts[code]!));
  const distinct = held?.texts.length ?? order.length;
  if (distinct > most || (!isAsked && distinct > 10 && 2 * distinct > held!.rows)) {
    throw tooMany(reading, String(distinct), most);
  }
  const dressed = isAsked || held === null ? null : dressedNumbers(held);
  if (areCodes) {
    const message = `The column ${quote(column.name)} is taken as a category of ${distinct} codes: some begin with 0, and all are as long. If it is a quantity, write it without these zeros.`;
    use.note = { code: 'codesAsNames', message };
  } else if (dressed !== null) {
    const message = `The column ${quote(column.name)} is taken as a category of ${distinct} values, and ${quote(dressed)} is a number with more around it. If it is a quantity, write the numbers alone.`;
    use.note = { code: 'numbersAsNames', message };
  }
  order.sort((a, b) => compareCodePoints(texts[a]!, texts[b]!));
  use.vocabulary = order.map((code) => texts[code]!);
  const codeOf = new Float64Array(texts.length).fill(Number.NaN);
  for (const [index, code] of order.entries()) codeOf[code] = index;
  return Float64Array.from(codes, (code) => codeOf[code]!);
}

function tooMany({ column, isAsked, held }: Reading, distinct: string, most: number): TableError {
  const name = quote(column.name);
  const dressed = held === null ? null : dressedNumbers(held);
  if (dressed !== null) {
    const reason = explainNonNumber(dressed);
    const what = reason === 'is not a number' ? 'is a number with more around it' : reason;
    return new TableError(
      `${quote(dressed)} ${what}. Write the numbers of the column alone, with a point for the fraction and nothing for thousands, or leave it out with "drop": [${name}].`,
      placeOf(column),
      'invalid-dataset',
      { drop: [column.name] },
    );
  }
  const example = column.firstText === null ? '' : ` (${quote(column.firstText.text)} …)`;
  const asked = isAsked ? '' : `, or ask for an input each with "columns": { ${name}: "category" }`;
  const of = held === null || column.firstDiscarded !== null ? '' : ` in ${held.rows} rows to train on`;
  const message =
    `${distinct} different texts${of}${example}; a category ${isAsked ? 'has' : 'is guessed for'} at most ${most}${isAsked ? '' : ', and at most half the rows'}. ` +
    `Names and ids tell nothing about new rows: leave it out with "drop": [${name}], use it as "group", write rare values as one, keep a part (the first digits of a code)${asked}.`;
  return leaveOut(message, column);
}

const dressedNumber = /^[-+−(]?[$€£¥]?\s*[-+−]?\d[\d.,'’ \u00A0\u202F]*\s*(%|[$€£¥]|[a-zµ°]{1,4}\.?)?\)?$/i;

/** The first of texts that are mostly numbers with separators, signs of money or units; else `null`. */
function dressedNumbers({ texts }: HeldTexts): string | null {
  const dressed = texts.filter((text) => dressedNumber.test(text));
  // Codes with leading zeros are names.
  const codes = texts.filter((text) => /^0\d/.test(text));
  if (codes.length > 0 || dressed.length < 0.9 * texts.length) return null;
  return dressed.find((text) => scanNumber(text) === 0) ?? null;
}

/** Postcodes and the like: digits alone, all of one length, and some with a zero in front. */
function holdsCodes({ texts }: HeldTexts): boolean {
  const { length } = texts[0]!;
  const areDigits = texts.every((text) => text.length === length && /^\d+$/.test(text));
  return areDigits && texts.some((text) => text.startsWith('0'));
}

/** A code for each row, missing cells among them. */
function textsOf(column: Column, rows: number): { codes: Int32Array; texts: string[] } {
  return encodeTexts({ ...column, firstMissing: null }, rows);
}
