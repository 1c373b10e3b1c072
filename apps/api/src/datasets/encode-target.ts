import type { PlacedMessage } from '@holdfast/contracts/json-pointer';
import type { Column } from './column-builder.ts';
import { compareCodePoints } from './compare-code-points.ts';
import { describeLine, quote, TableError } from './dataset-error.ts';
import { explainNonNumber } from './scan-number.ts';
import type { Table } from './table-builder.ts';

/** What to do about a missing cell. */
interface WayOut {
  text: string;
  suggestion?: PlacedMessage['suggestion'];
}

const everyRow: WayOut = { text: 'Give every row a value, or take the row out of the file.' };
const everyTarget: WayOut = {
  text: 'Give every row a target, or leave such rows out with "rowsWithoutTarget": "leaveOut".',
  suggestion: { rowsWithoutTarget: 'leaveOut' },
};

/** Fewer cannot be both trained on and validated. */
const fewestRowsOfClass = 2;

/**
 * Numbers in a column that must hold nothing else.
 * @throws TableError naming the first cell that is none; `wayOut` is the sentence that follows
 */
export function requireNumbers(
  column: Column,
  wayOut: string,
  ofMissing: WayOut = { text: wayOut },
): Float64Array {
  const place = (line: number) => ({ line, column: { number: column.number, name: column.name } });
  const { firstMissing, firstText } = column;
  if (firstText !== null && !(firstMissing !== null && firstMissing.line < firstText.line)) {
    const { line, text } = firstText;
    throw new TableError(`${quote(text)} ${explainNonNumber(text)}. ${wayOut}`, place(line));
  }
  if (firstMissing !== null) throw missingCell(column, ofMissing);
  if (column.kind !== 'number') throw new TableError('The column does not hold numbers.', place(2));
  refuseTwoDecimalForms(column);
  return column.values;
}

/**
 * `1.234` beside `1,5` may be a thousand or a little more than one: nobody but the writer knows.
 * @throws TableError naming both
 */
export function refuseTwoDecimalForms(...columns: readonly Column[]): void {
  const comma = columns.find((column) => column.kind === 'number' && column.firstComma !== null);
  const point = columns.find((column) => column.kind === 'number' && column.firstPoint !== null);
  if (!comma || !point) return;
  const [other, { line, text }] = [comma.firstComma!, point.firstPoint!];
  throw new TableError(
    `${quote(text)} has a decimal point and ${quote(other.text)} in ${describeLine(other.line)}, column ${comma.number}, a decimal comma. Write all numbers in one form.`,
    { line, column: { number: point.number, name: point.name } },
  );
}

/**
 * A code for each row: equal codes, equal cells. Cells of numbers are equal where the numbers are.
 * @throws TableError for missing cells, and where texts were lost
 */
export function encodeTexts(
  column: Column,
  rows: number,
  ofMissing = everyRow,
): { codes: Int32Array; texts: string[] } {
  if (column.firstMissing !== null) throw missingCell(column, ofMissing);
  const place = (line: number) => ({ line, column: { number: column.number, name: column.name } });
  if (column.kind === 'number') {
    const codeOf = new Map<number, number>();
    const codes = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      const value = column.values[row]!;
      let code = codeOf.get(value);
      if (code === undefined) codeOf.set(value, (code = codeOf.size));
      codes[row] = code;
    }
    return { codes, texts: [...codeOf.keys()].map(String) };
  }
  if (column.firstDiscarded !== null) {
    const message = 'The column holds too many different texts to keep them all. Use shorter or fewer ones.';
    throw new TableError(message, place(column.firstDiscarded.line));
  }
  if (column.firstRewritten !== null) {
    const { line, text } = column.firstRewritten;
    const other = column.firstText!;
    throw new TableError(
      `The column holds both numbers (${quote(text)}) and texts (${quote(other.text)} in ${describeLine(other.line)}, which ${explainNonNumber(other.text)}). ` +
        `Write the numbers in one form, ${quote(String(Number(text.replace(',', '.'))))} here.`,
      place(line),
    );
  }
  return { codes: column.codes, texts: column.texts };
}

/** Class indices, classes by code point; numbers by their text. @throws TableError */
export function encodeClasses(column: Column, table: Table): { targets: Int32Array; classes: string[] } {
  const { codes, texts } = encodeTexts(column, table.rows, everyTarget);
  const place = { column: { number: column.number, name: column.name } };
  if (texts.includes('__proto__')) throw new TableError('A class cannot have the name "__proto__".', place);
  if (texts.length < 2) {
    const only = `Every row has the class ${quote(texts[0] ?? '')}`;
    throw new TableError(`${only}: one class only, and a classification needs two or more.`, place);
  }
  const order = texts.map((_, code) => code).sort((a, b) => compareCodePoints(texts[a]!, texts[b]!));
  const classOf = new Int32Array(texts.length);
  for (const [index, code] of order.entries()) classOf[code] = index;
  const classes = order.map((code) => texts[code]!);
  const targets = codes.map((code) => classOf[code]!);
  const counts = new Int32Array(classes.length);
  for (const target of targets) counts[target]!++;
  const few = classes.filter((_, index) => counts[index]! < fewestRowsOfClass);
  if (few.length > 0) {
    const line = table.lines[targets.indexOf(classes.indexOf(few[0]!))]!;
    const wayOut = column.kind === 'number' ? 'For a target that is a quantity, "task" is "regression".' : '';
    const named = few.slice(0, 3).map(quote).join(', ');
    const more = few.length > 3 ? ` and ${few.length - 3} more` : '';
    const which = few.length === 1 ? `The class ${named} has` : `The classes ${named}${more} have`;
    const message = `${which} 1 row; each needs ${fewestRowsOfClass} or more. ${wayOut}`;
    throw new TableError(message.trim(), { line, ...place });
  }
  return { targets, classes };
}

/** rows × outputs of 0 and 1. @throws TableError for other cells, and for a column of one value */
export function encodeBinary(columns: readonly Column[], table: Table): Uint8Array {
  const targets = new Uint8Array(table.rows * columns.length);
  for (const [output, column] of columns.entries()) {
    const wayOut =
      'For binary outputs write 0 and 1; for classes of other names, "task" is "classification".';
    const values = requireNumbers(column, wayOut, everyTarget);
    let ones = 0;
    for (let row = 0; row < table.rows; row++) {
      const value = values[row]!;
      if (value !== 0 && value !== 1) {
        const place = { line: table.lines[row]!, column: { number: column.number, name: column.name } };
        throw new TableError(`${value} is neither 0 nor 1. ${wayOut}`, place);
      }
      targets[row * columns.length + output] = value;
      ones += value;
    }
    if (ones === 0 || ones === table.rows) {
      throw new TableError(`Every row has ${ones === 0 ? 0 : 1}: one class only, and both are needed.`, {
        column: { number: column.number, name: column.name },
      });
    }
  }
  return targets;
}

/** rows × outputs of numbers. @throws TableError for other cells */
export function encodeQuantities(columns: readonly Column[], rows: number): Float64Array {
  const targets = new Float64Array(rows * columns.length);
  for (const [output, column] of columns.entries()) {
    const values = requireNumbers(
      column,
      'A target of "regression" holds numbers; for names, "task" is "classification".',
      everyTarget,
    );
    for (let row = 0; row < rows; row++) targets[row * columns.length + output] = values[row]!;
  }
  return targets;
}

function missingCell(column: Column, { text: wayOut, suggestion }: WayOut): TableError {
  const { line, text } = column.firstMissing!;
  const what = text.trim() === '' ? 'The cell is empty' : `${quote(text)} is a missing value`;
  const place = { line, column: { number: column.number, name: column.name } };
  return new TableError(`${what}. ${wayOut}`, place, 'invalid-dataset', suggestion);
}
