import { type Column, ColumnBuilder, type TextBudget } from './column-builder.ts';
import { quote, TableError } from './dataset-error.ts';
import { scanNumber } from './scan-number.ts';

export interface TableLimits {
  /** Bytes of the file as it is sent. */
  encodedBytes: number;
  /** Bytes of its text. */
  decodedBytes: number;
  /** Bytes of one line, and of one row. */
  lineBytes: number;
  columns: number;
  rows: number;
  /** Rows × columns: what is held takes 8 bytes a cell, twice. */
  cells: number;
  /** Memory for the different texts that are not numbers. */
  textBytes: number;
}

export const defaultTableLimits: TableLimits = {
  encodedBytes: 2 ** 30,
  decodedBytes: 2 ** 31,
  lineBytes: 2 ** 24,
  columns: 10_000,
  rows: 50_000_000,
  cells: 100_000_000,
  textBytes: 2 ** 27,
};

export interface Table {
  rows: number;
  columns: Column[];
  /** The line that each row begins on, from 1; quoted cells may span lines. See `describeLine`. */
  lines: Int32Array;
  /** The first row of those that were sent apart as test rows. */
  testFrom?: number;
}

/** Rows of cells, as the parser gives them, to columns. Counts the lines: every break outside of quotes ends a row. */
export class TableBuilder {
  readonly #limits: TableLimits;
  readonly #budget: TextBudget;
  #columns: ColumnBuilder[] | null = null;
  #names: string[] = [];
  #lines = new Int32Array(256);
  #rows = 0;
  #line = 1;
  #blankLine: number | null = null;

  readonly #separator: string;

  /** @param separator of the cells; where it is not the comma, `1,5` is a number */
  constructor(limits: TableLimits, { separator = ',', firstLine = 1 } = {}) {
    this.#separator = separator;
    this.#line = firstLine;
    this.#limits = limits;
    this.#budget = { left: limits.textBytes };
  }

  /** The line that the next row begins on. */
  get line(): number {
    return this.#line;
  }

  /** @throws TableError for a header or row that cannot be taken */
  add(row: readonly string[]): void {
    if (this.#columns === null) return this.#begin(row);
    if (row.length === 1 && row[0] === '') {
      this.#blankLine ??= this.#line;
      this.#line++;
      return;
    }
    if (this.#blankLine !== null) {
      throw new TableError('The line is empty and rows follow it. Remove it.', { line: this.#blankLine });
    }
    if (row.length !== this.#columns.length) this.#refuseRagged(row.length);
    if (this.#rows === this.#limits.rows || (this.#rows + 1) * row.length > this.#limits.cells) {
      throw new TableError(
        `Too much data: at most ${this.#limits.rows} rows and ${this.#limits.cells} cells are taken.`,
        { line: this.#line },
      );
    }
    if (this.#rows === this.#lines.length) {
      const lines = new Int32Array(2 * this.#rows);
      lines.set(this.#lines);
      this.#lines = lines;
    }
    this.#lines[this.#rows] = this.#line;
    for (let i = 0; i < row.length; i++) {
      if (!this.#columns[i]!.add(row[i]!, this.#line)) this.#line += countBreaks(row[i]!);
    }
    this.#line++;
    this.#rows++;
  }

  /** @throws TableError where there is no row */
  finish(): Table {
    if (this.#columns === null) throw new TableError('The file is empty. It needs a header row and rows.');
    if (this.#rows === 0) throw new TableError('The file has a header row and no other rows.', { line: 1 });
    return {
      rows: this.#rows,
      columns: this.#columns.map((column) => column.finish()),
      lines: this.#lines.subarray(0, this.#rows),
    };
  }

  #begin(names: readonly string[]): void {
    if (names.length > this.#limits.columns) {
      throw new TableError(`${names.length} columns; at most ${this.#limits.columns} are taken.`, {
        line: this.#line,
      });
    }
    // Blanks around a name are an accident of writing; a name that has nothing else stays to be refused.
    this.#names = names.map((name) => name.trim());
    checkHeader(this.#names, this.#line);
    const decimalComma = this.#separator !== ',';
    this.#columns = this.#names.map((name, i) => new ColumnBuilder(name, i + 1, this.#budget, decimalComma));
    for (const name of names) this.#line += countBreaks(name);
    this.#line++;
  }

  #refuseRagged(found: number): never {
    const expected = this.#names.length;
    const which =
      found < expected
        ? `${quote(this.#names[found]!)} is the first column without a cell`
        : `a text with ${separatorName(this.#separator)} in it needs quotes around it`;
    throw new TableError(`Expected ${expected} cells, as in the header, and found ${found}: ${which}.`, {
      line: this.#line,
    });
  }
}

function separatorName(separator: string): string {
  return separator === ',' ? 'a comma' : separator === '\t' ? 'a tab' : `a "${separator}"`;
}

/** @throws TableError for names that are missing, twice there, or numbers */
export function checkHeader(names: readonly string[], line: number): void {
  if (names.length === 1 && names[0] === '') {
    throw new TableError(
      'The line is empty; the header row with the names of the columns must be the first.',
      {
        line,
      },
    );
  }
  if (names.length === 1 && /[;\t|]/.test(names[0]!)) {
    throw new TableError(
      `Only one column: ${quote(names[0]!)}. Cells must be separated by commas, semicolons, tabs or "|", the same in all lines.`,
      {
        line,
      },
    );
  }
  const headless = 'Is the header row missing? The first row must hold the names of the columns.';
  const fractional = names.findIndex((name) => scanNumber(name) !== 0 && !/^\d+$/.test(name));
  if (fractional !== -1) {
    const place = { line, column: { number: fractional + 1 } };
    throw new TableError(
      `The name of the column is a number: ${quote(names[fractional]!)}. ${headless}`,
      place,
    );
  }
  const numberOf = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const place = { line, column: { number: i + 1 } };
    if (name.trim() === '') throw new TableError('The column has no name.', place);
    if (name === '__proto__') throw new TableError('A column cannot have the name "__proto__".', place);
    const earlier = numberOf.get(name);
    if (earlier !== undefined) {
      const hint = /^\d+$/.test(name) ? ` ${headless}` : '';
      throw new TableError(`The name ${quote(name)} is that of column ${earlier} too.${hint}`, place);
    }
    numberOf.set(name, i + 1);
  }
}

function countBreaks(text: string): number {
  let breaks = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) breaks++;
  }
  return breaks;
}
