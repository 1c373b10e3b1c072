import { isMissing, isMissingWord, parseNumber, scanNumber } from './scan-number.ts';

export interface Cell {
  /** From 1. */
  line: number;
  text: string;
}

/** What a column has met, whatever it is used for: whoever uses it decides what is an error. */
interface ColumnFacts {
  name: string;
  /** From 1. */
  number: number;
  /** The first cell that is neither a number nor missing. */
  firstText: Cell | null;
  /** The first cell that is empty or NaN, or a word for it (`NA`, `?`) in a column of numbers. */
  firstMissing: Cell | null;
  /** Cells that are numbers. */
  numbers: number;
  /** The first number that stands in the file in another form than JavaScript would write it (`1.0` for `1`). */
  firstRewritten: Cell | null;
  /** The first numbers with a decimal comma and with a decimal point, where commas do not separate cells. */
  firstComma: Cell | null;
  firstPoint: Cell | null;
  /** Whether all numbers are milliseconds since 1970, as files say whose columns have types. */
  isTime: boolean;
  /** The first cell of texts that is a number where the same was a text, or the other way round: rows of JSON can have both. */
  firstOfBoth: Cell | null;
  /** The first cell whose text was not kept, since the file holds too many different ones. */
  firstDiscarded: Cell | null;
}
export type Column = ColumnFacts &
  (
    | { kind: 'number' /** One a row; NaN where missing. */; values: Float64Array }
    | {
        kind: 'text';
        /** One a row, into `texts`. */
        codes: Int32Array;
        texts: string[];
        /** Of each text, whether its cells are numbers. */
        areNumbers: boolean[];
      }
  );

/** Bytes that the different texts of a whole file may still take. */
export interface TextBudget {
  left: number;
}

const commaCode = 44;
/** After so many rows, a column of numbers that may stand in another form is taken to be no column of names. */
const rewrittenAtOnce = 1000;

/** What a text takes besides its characters, in the list and in the map. */
const textOverhead = 64;

/** One column, growing: numbers as long as every cell is one, from the first text on a dictionary. */
export class ColumnBuilder {
  readonly #facts: ColumnFacts;
  readonly #budget: TextBudget;
  #length = 0;
  #values: Float64Array | null = new Float64Array(256);
  #codes = new Int32Array(0);
  #texts: string[] = [];
  /** Of each text. */
  #isNumber: boolean[] = [];
  #codeOf = new Map<string, number>();
  /** Whether a text may be one that looks like a number. */
  #isTyped = false;
  /** Words for a missing value, which are names where the column turns out to hold names. */
  readonly #words = new MissingWords();
  #firstWord: Cell | null = null;

  readonly #decimalComma: boolean;

  /** @param decimalComma whether `1,5` is a number too */
  constructor(name: string, number: number, budget: TextBudget, decimalComma = false) {
    this.#decimalComma = decimalComma;
    this.#facts = {
      name,
      number,
      firstText: null,
      firstMissing: null,
      numbers: 0,
      firstRewritten: null,
      firstComma: null,
      firstPoint: null,
      isTime: false,
      firstOfBoth: null,
      firstDiscarded: null,
    };
    this.#budget = budget;
  }

  /** Whether every cell so far was a number or missing. */
  get isNumeric(): boolean {
    return this.#values !== null;
  }

  /**
   * Whether a number can come without its text: there is nothing about its form that is not known of the column.
   * @param plain whether it is written as JavaScript writes it
   * @param mark the code of its decimal mark where that may be a comma, else 0
   */
  takesNumber(plain: boolean, mark: number): boolean {
    const { firstRewritten, firstComma, firstPoint } = this.#facts;
    if (!plain && firstRewritten === null) return false;
    return mark === 0 || (mark === commaCode ? firstComma : firstPoint) !== null;
  }

  /** A time of a column that holds nothing else. @param time milliseconds since 1970 */
  addTime(time: number, line: number): void {
    this.#facts.isTime = true;
    if (this.isNumeric && Number.isFinite(time)) this.addNumber(time);
    else this.add(String(time), line);
  }

  /** A cell of a numeric column, where `takesNumber` says so. */
  addNumber(value: number): void {
    this.#facts.numbers++;
    this.#pushNumber(value);
    this.#length++;
  }

  /**
   * @param isText whether it is known to be no number, whatever it looks like
   * @returns whether the cell was a number: then it holds no line break
   */
  add(text: string, line: number, isText = false): boolean {
    this.#isTyped ||= isText;
    const known = this.#values === null && !this.#isTyped ? this.#codeOf.get(text) : undefined;
    if (known !== undefined) return this.#repeat(known);
    let form = isText ? 0 : scanNumber(text);
    let value = parseNumber(text, form);
    if (this.#decimalComma && !isText) {
      if (form === 0 && text.includes(',') && !text.includes('.')) {
        const withPoint = text.replace(',', '.');
        form = scanNumber(withPoint) === 0 ? 0 : 2;
        value = parseNumber(withPoint, form);
        if (value !== undefined) this.#facts.firstComma ??= { line, text };
      } else if (form !== 0 && text.includes('.')) this.#facts.firstPoint ??= { line, text };
    }
    if (value === undefined) {
      if (isMissing(text)) this.#facts.firstMissing ??= { line, text };
      else if (this.#values !== null && isMissingWord(text)) {
        this.#words.add(this.#length, text);
        this.#firstWord ??= { line, text };
      } else {
        this.#facts.firstText ??= { line, text };
        if (this.#values !== null) this.#turnToText(this.#values, line);
      }
    } else this.#facts.numbers++;
    if (value !== undefined && form === 2 && this.#facts.firstRewritten === null) {
      // Writing each of them again would be most of the work on a large file.
      const isRewritten = this.#length >= rewrittenAtOnce || String(value) !== text;
      if (isRewritten) this.#facts.firstRewritten = { line, text };
    }
    if (this.#values !== null) this.#pushNumber(value ?? Number.NaN);
    else if (this.#facts.firstDiscarded === null) this.#pushText(text, line, value !== undefined);
    this.#length++;
    return value !== undefined;
  }

  /** A text that the column has already: all that it could be the first of has been noted. */
  #repeat(code: number): boolean {
    const isNumber = this.#isNumber[code] === true;
    if (isNumber) this.#facts.numbers++;
    this.#pushCode(code);
    this.#length++;
    return isNumber;
  }

  finish(): Column {
    if (this.#values !== null) {
      const [empty, word] = [this.#facts.firstMissing, this.#firstWord];
      const firstMissing = word !== null && !(empty !== null && empty.line < word.line) ? word : empty;
      return { ...this.#facts, firstMissing, kind: 'number', values: this.#values.subarray(0, this.#length) };
    }
    return {
      ...this.#facts,
      kind: 'text',
      codes: this.#codes.subarray(0, this.#length),
      texts: this.#texts,
      areNumbers: this.#isNumber,
    };
  }

  #pushNumber(value: number): void {
    let values = this.#values!;
    if (this.#length === values.length) {
      values = new Float64Array(2 * this.#length);
      values.set(this.#values!);
      this.#values = values;
    }
    values[this.#length] = value;
  }

  /** Blanks around a text are an accident of writing, as they are around a name. */
  #pushText(written: string, line: number, isNumber: boolean): void {
    const text = written.trim();
    let code = this.#codeOf.get(text);
    if (code === undefined) {
      const bytes = 2 * text.length + textOverhead;
      if (bytes > this.#budget.left) return this.#discard({ line, text });
      this.#budget.left -= bytes;
      code = this.#texts.length;
      this.#texts.push(text);
      this.#isNumber.push(isNumber);
      this.#codeOf.set(text, code);
    } else if (this.#isNumber[code] !== isNumber) this.#facts.firstOfBoth ??= { line, text };
    this.#pushCode(code);
  }

  #pushCode(code: number): void {
    if (this.#length === this.#codes.length) {
      const codes = new Int32Array(2 * this.#length + 256);
      codes.set(this.#codes);
      this.#codes = codes;
    }
    this.#codes[this.#length] = code;
  }

  /** Numbers met before take the form that JavaScript writes them in; `firstRewritten` tells where that differs. */
  #turnToText(values: Float64Array, line: number): void {
    const rows = this.#length;
    this.#values = null;
    this.#length = 0;
    for (let row = 0; row < rows; row++) {
      const value = values[row]!;
      const isNumber = !Number.isNaN(value);
      this.#pushText(isNumber ? String(value) : this.#words.takeAt(row), line, isNumber);
      if (this.#facts.firstDiscarded !== null) break;
      this.#length++;
    }
    this.#length = rows;
  }

  #discard(cell: Cell): void {
    this.#facts.firstDiscarded = cell;
    for (const text of this.#texts) this.#budget.left += 2 * text.length + textOverhead;
    this.#texts = [];
    this.#isNumber = [];
    this.#codeOf = new Map();
    this.#codes = new Int32Array(0);
  }
}

/** Which rows had which word; a word's text is kept once. */
class MissingWords {
  readonly #rows: number[] = [];
  readonly #texts: string[] = [];
  readonly #kept = new Map<string, string>();
  #next = 0;

  add(row: number, text: string): void {
    if (!this.#kept.has(text)) this.#kept.set(text, text);
    this.#rows.push(row);
    this.#texts.push(this.#kept.get(text)!);
  }

  /** The word of a row, or nothing; rows are asked for in ascending order. */
  takeAt(row: number): string {
    return this.#rows[this.#next] === row ? this.#texts[this.#next++]! : '';
  }
}
