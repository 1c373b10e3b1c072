import { isUtf8 } from 'node:buffer';
import { TableError } from './dataset-error.ts';

/** What other formats begin with, so that the answer can name them. */
const signatures: readonly [name: string, bytes: number[]][] = [
  ['a ZIP archive or an Excel workbook', [0x50, 0x4b, 0x03, 0x04]],
  ['a Parquet file within gzip', [0x50, 0x41, 0x52, 0x31]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46]],
  ['compressed with zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['compressed with bzip2', [0x42, 0x5a, 0x68, 0x39]],
  ['compressed with xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['compressed with gzip twice', [0x1f, 0x8b]],
  ['an old Excel workbook', [0xd0, 0xcf, 0x11, 0xe0]],
  ['a NumPy array', [0x93, 0x4e, 0x55, 0x4d]],
];
const textFormats: readonly [message: string, beginning: RegExp][] = [
  [
    'The file is JSON. Send its rows as application/json: { "name": …, "target": …, "rows": [ { … }, … ] }.',
    /^\s*(\[\s*[{[]|\{\s*")/,
  ],
  ['The file is a web page or XML.', /^\s*<(!d|htm|\?xm|tab)/i],
];
const asCsv = 'Send CSV in UTF-8, as it is or compressed with gzip, or Parquet as it is.';
const utf16Message = `The file is UTF-16. Save it as "CSV UTF-8", or convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW.csv. ${asCsv}`;
const bom = [0xef, 0xbb, 0xbf];

const lineFeed = 10;
const carriageReturn = 13;
/** Small enough for the event loop to turn often, large enough not to be felt. */
const pieceBytes = 65_536;

/**
 * Passes text on in pieces of whole UTF-8 characters, without its byte order mark, and counts bytes and lines.
 * @throws TableError for bytes that are not UTF-8 text, a line that is too long, and a text that is too large
 */
export async function* checkText(
  chunks: AsyncIterable<Buffer>,
  limits: { decodedBytes: number; lineBytes: number },
): AsyncGenerator<Buffer> {
  const checker = new TextChecker(limits);
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of chunks) {
    let piece = chunk;
    if (head !== null) {
      head = Buffer.concat([head, chunk]);
      if (head.length < 8) continue;
      piece = checker.begin(head);
      head = null;
    }
    for (let from = 0; from < piece.length; from += pieceBytes) {
      yield checker.check(piece.subarray(from, from + pieceBytes), false);
    }
  }
  const rest = checker.check(head === null ? Buffer.alloc(0) : checker.begin(head), true);
  if (rest.length > 0) yield rest;
}

class TextChecker {
  readonly #limits: { decodedBytes: number; lineBytes: number };
  #bytes = 0;
  #line = 1;
  #lineStart = 0;
  /** Line feed, unless the first break is a carriage return alone, as old Macs wrote it. */
  #break: number | null = null;
  #endsInReturn = false;
  #carry: Buffer = Buffer.alloc(0);

  constructor(limits: { decodedBytes: number; lineBytes: number }) {
    this.#limits = limits;
  }

  /** Refuses other formats by their first bytes. Returns the bytes after the byte order mark. */
  begin(head: Buffer): Buffer {
    for (const [name, bytes] of signatures) {
      if (startsWith(head, bytes)) throw new TableError(`The file is ${name}. ${asCsv}`, { byte: 1 });
    }
    if (startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff])) {
      throw new TableError(utf16Message, { byte: 1 });
    }
    const hasMark = startsWith(head, bom);
    if (hasMark) this.#lineStart = this.#bytes = bom.length;
    const text = hasMark ? head.subarray(bom.length) : head;
    const beginning = text.toString('utf8', 0, 100);
    for (const [message, begins] of textFormats) {
      if (begins.test(beginning)) throw new TableError(`${message} ${asCsv}`, { byte: 1 });
    }
    return text;
  }

  check(piece: Buffer, last: boolean): Buffer {
    const start = this.#bytes - this.#carry.length;
    this.#bytes += piece.length;
    if (this.#bytes > this.#limits.decodedBytes) {
      throw new TableError(`The text is larger than ${this.#limits.decodedBytes} bytes.`, {
        line: this.#line,
      });
    }
    const joined = this.#carry.length === 0 ? piece : Buffer.concat([this.#carry, piece]);
    const whole = last ? joined.length : joined.length - unfinished(joined);
    const text = joined.subarray(0, whole);
    // A copy: the chunk that it is cut from may be large.
    this.#carry = Buffer.from(joined.subarray(whole));
    const nul = text.indexOf(0);
    if (nul !== -1) this.#refuse(text, nul, start, nulMessage(text, nul));
    if (!isUtf8(text)) {
      const at = firstInvalid(text);
      const byte = text[at]!.toString(16).toUpperCase().padStart(2, '0');
      this.#refuse(
        text,
        at,
        start,
        `0x${byte} is not UTF-8 here. Save the file as "CSV UTF-8", or convert it, from Windows-1252 as a rule: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW.csv`,
      );
    }
    this.#countLines(text, start);
    return text;
  }

  #refuse(text: Buffer, at: number, start: number, message: string): never {
    this.#countLines(text.subarray(0, at), start);
    throw new TableError(message, { line: this.#line, byte: start + at + 1 });
  }

  #countLines(text: Buffer, start: number): void {
    if (text.length === 0) return;
    let at = 0;
    if (this.#break === null) {
      const first = this.#endsInReturn
        ? -1
        : text.findIndex((byte) => byte === lineFeed || byte === carriageReturn);
      if (this.#endsInReturn) this.#settleBreak(text[0]!, start);
      else if (first !== -1 && text[first] === lineFeed) this.#break = lineFeed;
      else if (first !== -1 && first + 1 < text.length) this.#settleBreak(text[first + 1]!, start);
      else this.#endsInReturn = first !== -1;
    }
    if (this.#break !== null) {
      for (let next = text.indexOf(this.#break, at); next !== -1; next = text.indexOf(this.#break, at)) {
        this.#checkLength(start + next);
        this.#line++;
        at = next + 1;
        this.#lineStart = start + at;
      }
    }
    this.#checkLength(start + text.length);
  }

  #settleBreak(afterReturn: number, start: number): void {
    this.#break = afterReturn === lineFeed ? lineFeed : carriageReturn;
    if (this.#endsInReturn && this.#break === carriageReturn) {
      this.#line++;
      this.#lineStart = start;
    }
    this.#endsInReturn = false;
  }

  #checkLength(end: number): void {
    if (end - this.#lineStart > this.#limits.lineBytes) {
      throw new TableError(`The line is longer than ${this.#limits.lineBytes} bytes.`, { line: this.#line });
    }
  }
}

function startsWith(bytes: Buffer, prefix: readonly number[]): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, i) => bytes[i] === byte);
}

function nulMessage(text: Buffer, at: number): string {
  const utf16 = at < 4 && text.length >= 4 && (text[at ^ 2] ?? 1) === 0;
  return utf16 ? utf16Message : `A zero byte: the file is binary. ${asCsv}`;
}

/** Bytes at the end that may be the beginning of a character: at most 3. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
  }
  return 0;
}

/** Index of the first byte of the first sequence that is no UTF-8; the text must hold one. */
function firstInvalid(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at]!;
    const length = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (!isUtf8(bytes.subarray(at, at + length))) return at;
    at += length;
  }
  return bytes.length - 1;
}
