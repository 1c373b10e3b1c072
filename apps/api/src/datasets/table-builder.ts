import type { Warning } from '@holdfast/contracts/dataset';
import { type Column, ColumnBuilder, type TextBudget } from './column-builder.ts';
import { type ColumnNames, nameColumns } from './column-names.ts';
import { quote, TableError } from './dataset-error.ts';

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
  /** Names that more than one column of the file has; the first keeps it. */
  repeated?: string[];
  /** What was made of the file that its writer may not expect. */
  notes?: Warning[];
}

/** What a reader of rows knows beforehand. */
export interface TableForm {
  /** Of the cells; where it is not the comma, `1,5` is a number. */
  separator: string;
  /** Whether rows without a value count: where each must have an answer, they do. */
  keepEmptyRows: boolean;
}

/** Columns that grow row by row, and where the rows stand in their file. */
export class TableBuilder {
  readonly #limits: TableLimits;
  readonly #form: TableForm;
  #columns: ColumnBuilder[] | null = null;
  #names: ColumnNames = { names: [], unnamed: [], repeated: [], notes: [] };
  #lines = new Int32Array(256);
  #rows = 0;
  #emptyLine: number | null = null;
  #emptyRows = { count: 0, line: 0 };

  constructor(limits: TableLimits, { separator = ',', keepEmptyRows = false }: Partial<TableForm> = {}) {
    this.#limits = limits;
    this.#form = { separator, keepEmptyRows };
  }

  /**
   * Takes the header row and gives the columns that it begins.
   * @throws TableError for a header that cannot be one
   */
  begin(names: readonly string[], line: number): readonly ColumnBuilder[] {
    if (names.length > this.#limits.columns) {
      throw new TableError(`${names.length} columns; at most ${this.#limits.columns} are taken.`, { line });
    }
    this.#names = nameColumns(names, line);
    const budget: TextBudget = { left: this.#limits.textBytes };
    const decimalComma = this.#form.separator !== ',';
    this.#columns = this.#names.names.map((name, i) => new ColumnBuilder(name, i + 1, budget, decimalComma));
    return this.#columns;
  }

  /** A line that holds nothing. */
  addEmptyLine(line: number): void {
    if (this.#columns?.length === 1) this.#emptyLine ??= line;
  }

  /** A row of empty cells. Returns whether it was left out. */
  addEmptyRow(line: number): boolean {
    if (this.#form.keepEmptyRows) return false;
    if (this.#emptyRows.count++ === 0) this.#emptyRows.line = line;
    return true;
  }

  /**
   * All cells of a row have been added to the columns.
   * @param line on which it begins
   * @throws TableError for a row that cannot be taken
   */
  endRow(cells: number, line: number): void {
    const columns = this.#columns!.length;
    if (this.#emptyLine !== null) {
      const message =
        'The line is empty and rows follow it: a missing value, or nothing? Remove it, or write "" there.';
      throw new TableError(message, { line: this.#emptyLine });
    }
    if (cells !== columns && !this.#completeRow(cells, line)) this.#refuseRagged(cells, line);
    if (this.#rows === this.#limits.rows || (this.#rows + 1) * columns > this.#limits.cells) {
      throw new TableError(
        `Too much data: at most ${this.#limits.rows} rows and ${this.#limits.cells} cells are taken.`,
        { line },
      );
    }
    if (this.#rows === this.#lines.length) {
      const lines = new Int32Array(2 * this.#rows);
      lines.set(this.#lines);
      this.#lines = lines;
    }
    this.#lines[this.#rows++] = line;
  }

  /** @throws TableError where there is no row */
  finish(): Table {
    if (this.#columns === null) throw new TableError('The file is empty. It needs a header row and rows.');
    if (this.#rows === 0) throw new TableError('The file has a header row and no other rows.', { line: 1 });
    const columns = this.#columns.map((column) => column.finish());
    const { unnamed, repeated, notes } = this.#names;
    // What an ending separator makes: a column without a name and without a value.
    const nothing = unnamed.filter((i) => isEmpty(columns[i]!));
    const named = unnamed.filter((i) => !nothing.includes(i));
    return {
      rows: this.#rows,
      columns: columns.filter((_, i) => !nothing.includes(i)),
      lines: this.#lines.subarray(0, this.#rows),
      repeated,
      notes: [...notes, ...noteUnnamed(columns, nothing, named), ...this.#noteEmptyRows()],
    };
  }

  /** Only columns without a name may be left out of a row: the header's line then ends in separators, and others do not. */
  #completeRow(cells: number, line: number): boolean {
    const columns = this.#columns!;
    const { unnamed } = this.#names;
    const lacking = columns.map((_, i) => i).slice(cells);
    if (cells > columns.length || !lacking.every((i) => unnamed.includes(i))) return false;
    for (const i of lacking) columns[i]!.add('', line);
    return true;
  }

  #noteEmptyRows(): Warning[] {
    const { count, line } = this.#emptyRows;
    if (count === 0) return [];
    const rows = count === 1 ? '1 row' : `${count} rows`;
    const message = `${rows} without any value ${count === 1 ? 'was' : 'were'} left out, the first in line ${line}.`;
    return [{ code: 'emptyRows', message }];
  }

  #refuseRagged(found: number, line: number): never {
    const { names } = this.#names;
    const which =
      found < names.length
        ? `${quote(names[found]!)} is the first column without a cell`
        : `a text with ${separatorName(this.#form.separator)} in it needs quotes around it`;
    throw new TableError(`Expected ${names.length} cells, as in the header, and found ${found}: ${which}.`, {
      line,
    });
  }
}

function isEmpty(column: Column): boolean {
  return column.kind === 'number' && column.numbers === 0;
}

function noteUnnamed(columns: readonly Column[], nothing: number[], named: number[]): Warning[] {
  const notes: Warning[] = [];
  const numbers = (of: number[]) => of.map((i) => i + 1).join(', ');
  if (nothing.length > 0) {
    const message = `Column ${numbers(nothing)} has neither a name nor a value, and was left out.`;
    notes.push({ code: 'emptyColumns', message });
  }
  for (const i of named) {
    const message = `Column ${i + 1} has no name and is called ${quote(columns[i]!.name)}. If it only numbers the rows, leave it out with "drop".`;
    notes.push({ code: 'unnamedColumns', message });
  }
  return notes;
}

function separatorName(separator: string): string {
  return separator === ',' ? 'a comma' : separator === '\t' ? 'a tab' : `a "${separator}"`;
}
