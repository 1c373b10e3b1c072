import type { ColumnBuilder } from './column-builder.ts';
import { TableError } from './dataset-error.ts';
import { nearestDecimal } from './decimal.ts';
import type { TableBuilder } from './table-builder.ts';

const lineFeed = 10;
const carriageReturn = 13;
const blank = 32;
const tab = 9;
const quoteMark = 34;
const comma = 44;
const minus = 45;
const point = 46;
const zero = 48;
/** So many digits stay below 10^15. */
const mostHigh = 1e14;
const mostLowDigits = 4;
const mostFraction = 22;
/** Smaller numbers are written with an exponent. */
const smallestPlain = 1e-6;

/**
 * Takes CSV apart, as RFC 4180 has it, and hands its cells to the columns of a table: numbers straight out of the bytes,
 * without a string between, which is what makes a file of a gigabyte a matter of seconds. Rows end by LF, CRLF or CR; a cell in
 * double quotes may hold all of these, separators, and a quote written twice. Lines without a cell in them are no rows.
 * Bytes come in pieces that may be cut anywhere; of them no more is kept than the cell that is not whole yet.
 */
export class RowScanner {
  readonly #builder: TableBuilder;
  readonly #separator: number;
  readonly #decimalComma: boolean;
  readonly #lineBytes: number;
  /** Of a cell that was not whole, and how many bytes are worth another look at it. */
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #enough = 0;
  /** The header's cells, until it has ended. */
  #names: string[] | null = [];
  #columns: readonly ColumnBuilder[] = [];
  #cells = 0;
  /** Whether a cell after the last column holds something. */
  #hasExcess = false;
  #line: number;
  #rowLine: number;
  /** Of the row that is not whole, before the pending ones. */
  #rowBytes = 0;
  #afterReturn = false;

  /** @param separator one ASCII character; where it is not the comma, `1,5` is a number */
  constructor(
    builder: TableBuilder,
    { separator, firstLine, lineBytes }: { separator: string; firstLine: number; lineBytes: number },
  ) {
    this.#builder = builder;
    this.#separator = separator.charCodeAt(0);
    this.#decimalComma = separator !== ',';
    this.#lineBytes = lineBytes;
    this.#line = firstLine;
    this.#rowLine = firstLine;
  }

  /** @throws TableError naming line and column */
  write(piece: Buffer): void {
    this.#pending.push(piece);
    this.#pendingBytes += piece.length;
    if (this.#pendingBytes >= this.#enough) this.#scanPending(false);
    if (this.#rowBytes + this.#pendingBytes > this.#lineBytes + piece.length) throw this.#tooLong();
  }

  /** @throws TableError where a quote is left open */
  end(): void {
    this.#scanPending(true);
  }

  #scanPending(last: boolean): void {
    const bytes = this.#pending.length === 1 ? this.#pending[0]! : Buffer.concat(this.#pending);
    const at = this.#scan(bytes, last);
    // A copy: what it is cut from may be large.
    const rest = Buffer.from(bytes.subarray(at));
    this.#pending = rest.length === 0 ? [] : [rest];
    this.#pendingBytes = rest.length;
    // A long cell is not looked at again for each piece of it.
    this.#enough = 2 * rest.length;
  }

  /** @returns where the first cell begins that is not whole */
  #scan(bytes: Buffer, last: boolean): number {
    const end = bytes.length;
    const separator = this.#separator;
    const decimalComma = this.#decimalComma;
    let at = 0;
    let rowStart = -this.#rowBytes;
    for (;;) {
      if (this.#cells === 0) {
        if (this.#afterReturn && at < end) {
          this.#afterReturn = false;
          if (bytes[at] === lineFeed) at++;
        }
        at = this.#skipEmptyRows(bytes, at, last);
        rowStart = at;
        if (!last && this.#mayBeEmpty(bytes, at)) break;
      }
      if (at === end && (!last || this.#cells === 0)) break;

      const column = this.#columns[this.#cells];
      let next = -1;
      if (column?.isNumeric) {
        let p = at;
        const negative = p < end && bytes[p] === minus;
        if (negative) p++;
        const wholeStart = p;
        // The first digits that count, and those after them.
        let high = 0;
        let low = 0;
        let lowDigits = 0;
        let whole = 0;
        let fraction = 0;
        let mark = 0;
        let digit = 0;
        for (; p < end; p++) {
          digit = bytes[p]! - zero;
          if (digit >= 0 && digit <= 9) {
            if (high < mostHigh) high = 10 * high + digit;
            else {
              low = 10 * low + digit;
              lowDigits++;
            }
          } else if (mark === 0 && (bytes[p] === point || (decimalComma && bytes[p] === comma))) {
            mark = bytes[p]!;
            whole = p - wholeStart;
          } else break;
        }
        if (p === end && !last) break;
        if (mark === 0) whole = p - wholeStart;
        else fraction = p - wholeStart - whole - 1;
        const stop = p === end ? lineFeed : bytes[p]!;
        if (
          (stop === separator || stop === lineFeed || stop === carriageReturn) &&
          whole > 0 &&
          (whole === 1 || bytes[wholeStart] !== zero) &&
          // A whole number of more digits is looked at closely: none may be lost.
          (mark === 0
            ? lowDigits === 0
            : fraction > 0 && fraction <= mostFraction && lowDigits <= mostLowDigits)
        ) {
          const size = nearestDecimal(high, low, lowDigits, fraction);
          const plain =
            (!negative || high > 0) &&
            (mark === 0 ||
              (mark === point && lowDigits === 0 && bytes[p - 1] !== zero && size >= smallestPlain));
          if (size === size && column.takesNumber(plain, decimalComma ? mark : 0)) {
            column.addNumber(negative ? -size : size);
            next = p;
          }
        }
      }
      let quoted = false;
      let text = '';
      if (next === -1) {
        quoted = at < end && bytes[at] === quoteMark;
        const close = quoted ? this.#closingQuote(bytes, at, last) : 0;
        next = quoted ? close + 1 : this.#endOfCell(bytes, at);
        if (close === -1 || (next === end && !last)) break;
        text = quoted ? unquote(bytes.toString('utf8', at + 1, next - 1)) : bytes.toString('utf8', at, next);
        if (this.#names !== null) this.#names.push(text);
        else if (column !== undefined) column.add(text, this.#line);
        else this.#hasExcess ||= text !== '';
      }
      const stop = next === end ? lineFeed : bytes[next]!;
      if (quoted) {
        if (stop !== separator && stop !== lineFeed && stop !== carriageReturn) this.#refuseAfterQuote();
        this.#line += countBreaks(text);
      }
      this.#cells++;
      at = next === end ? end : next + 1;
      if (stop === separator) continue;
      if (next - rowStart > this.#lineBytes) throw this.#tooLong();
      this.#endRow();
      this.#afterReturn = stop === carriageReturn;
    }
    this.#rowBytes = this.#cells === 0 ? 0 : at - rowStart;
    return at;
  }

  /** Passes over lines and rows without a value. Returns where the next row begins. */
  #skipEmptyRows(bytes: Buffer, from: number, last: boolean): number {
    let at = from;
    for (;;) {
      const p = this.#endOfEmptyCells(bytes, at);
      const stop = bytes[p];
      if (stop !== lineFeed && stop !== carriageReturn && !(p === bytes.length && last && p > at)) return at;
      const isLine = !bytes.subarray(at, p).includes(this.#separator);
      if (this.#names === null && !(isLine || this.#builder.addEmptyRow(this.#rowLine))) return at;
      if (isLine) this.#builder.addEmptyLine(this.#rowLine);
      at = Math.min(bytes.length, p + 1);
      if (stop === carriageReturn && at === bytes.length) this.#afterReturn = true;
      else if (stop === carriageReturn && bytes[at] === lineFeed) at++;
      this.#rowLine = ++this.#line;
    }
  }

  /** Whether all that is there of a row are empty cells. */
  #mayBeEmpty(bytes: Buffer, at: number): boolean {
    return at < bytes.length && this.#endOfEmptyCells(bytes, at) === bytes.length;
  }

  #endOfEmptyCells(bytes: Buffer, from: number): number {
    let p = from;
    while (p < bytes.length && (bytes[p] === this.#separator || bytes[p] === blank || bytes[p] === tab)) p++;
    return p;
  }

  /** Index of the quote that closes the cell beginning at `from`; −1 where it is not there yet. */
  #closingQuote(bytes: Buffer, from: number, last: boolean): number {
    for (let p = bytes.indexOf(quoteMark, from + 1); p !== -1; p = bytes.indexOf(quoteMark, p + 2)) {
      if (p + 1 === bytes.length) return last ? p : -1;
      if (bytes[p + 1] !== quoteMark) return p;
    }
    if (!last) return -1;
    throw this.#refuse('A quote is opened in the row that begins here and never closed.');
  }

  #endOfCell(bytes: Buffer, from: number): number {
    for (let p = from; p < bytes.length; p++) {
      const byte = bytes[p]!;
      if (byte === this.#separator || byte === lineFeed || byte === carriageReturn) return p;
      if (byte === quoteMark) {
        throw this.#refuse(
          'A quote stands inside a cell that does not begin with one. Put the cell in quotes and write the quote twice.',
        );
      }
    }
    return bytes.length;
  }

  #endRow(): void {
    if (this.#names === null) {
      const { length } = this.#columns;
      this.#builder.endRow(this.#hasExcess ? this.#cells : Math.min(this.#cells, length), this.#rowLine);
      this.#hasExcess = false;
    } else {
      this.#columns = this.#builder.begin(this.#names, this.#rowLine);
      this.#names = null;
    }
    this.#cells = 0;
    this.#rowLine = ++this.#line;
  }

  #refuseAfterQuote(): never {
    throw this.#refuse(
      'Text follows the quote that closes a cell in the row that begins here. Inside quotes, write a quote twice.',
    );
  }

  #refuse(message: string): TableError {
    return new TableError(message, { line: this.#rowLine, column: { number: this.#cells + 1 } });
  }

  #tooLong(): TableError {
    return new TableError(
      `The row that begins here is longer than ${this.#lineBytes} bytes. Is a quote not closed?`,
      { line: this.#rowLine },
    );
  }
}

function unquote(text: string): string {
  return text.includes('"') ? text.replaceAll('""', '"') : text;
}

function countBreaks(text: string): number {
  let breaks = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === lineFeed || (code === carriageReturn && text.charCodeAt(i + 1) !== lineFeed)) breaks++;
  }
  return breaks;
}
