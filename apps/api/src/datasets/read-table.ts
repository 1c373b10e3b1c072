import type { TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, Parser } from 'csv-parse';
import { checkText } from './check-text.ts';
import { TableError } from './dataset-error.ts';
import { findSeparator } from './find-separator.ts';
import { defaultTableLimits, type Table, TableBuilder, type TableLimits } from './table-builder.ts';

/** Enough for some lines of most files. */
const headBytes = 65_536;

/**
 * Reads CSV with a header row, as it is or compressed with gzip, in pieces: neither the file nor its text is
 * ever held whole. Cells are separated by commas, or by what the
 * first lines show to separate them (see `findSeparator`), rows by LF, CRLF or CR; a cell in double quotes may hold all of
 * these, and a quote doubled. Empty lines may stand at the end only. What the columns are for is not looked at, so
 * empty cells and texts are no errors yet: each column remembers its first.
 * @throws TableError with the place
 */
export async function readTable(
  chunks: AsyncIterable<Uint8Array>,
  limits: TableLimits = defaultTableLimits,
): Promise<Table> {
  let builder = new TableBuilder(limits);
  try {
    const text = checkText(decompress(chunks, limits), limits);
    const head = await readHead(text);
    const { separator, announcement } = findSeparator(head.toString());
    const firstLine = announcement > 0 ? 2 : 1;
    builder = new TableBuilder(limits, { separator, firstLine });
    const parser = new RowParser(builder, limits, separator);
    const pieces = prepend(head.subarray(announcement), text);
    await pipeline(boundRows(pieces, parser, builder, limits), parser.resume());
  } catch (error) {
    throw error instanceof CsvError ? toTableError(error, builder.line, limits) : error;
  }
  return builder.finish();
}

/**
 * Hands rows to the builder at once and not by way of the stream: it then knows every row before one that fails, and is
 * spared a queue. (The parser's own hook for rows, `on_record`, takes five times as long.)
 */
class RowParser extends Parser {
  readonly #builder: TableBuilder;

  constructor(builder: TableBuilder, limits: TableLimits, separator: string) {
    super({
      delimiter: separator,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      max_record_size: limits.lineBytes,
    });
    this.#builder = builder;
  }

  override push(row: string[] | null): boolean {
    if (row === null) return super.push(null);
    this.#builder.add(row);
    return true;
  }

  override _transform(text: Buffer, encoding: BufferEncoding, done: TransformCallback): void {
    try {
      super._transform(text, encoding, done);
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      super._flush(done);
    } catch (error) {
      done(error as Error);
    }
  }
}

/** The first lines, for a look; what was read too much comes with them. */
async function readHead(text: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (head.length < headBytes) {
    const next = await text.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

/** Holds up a row that does not end: of empty cells the parser takes any number. */
async function* boundRows(
  pieces: AsyncIterable<Buffer>,
  parser: Parser,
  builder: TableBuilder,
  limits: TableLimits,
): AsyncGenerator<Buffer> {
  let records = -1;
  let pending = 0;
  for await (const piece of pieces) {
    pending = parser.info.records === records ? pending + piece.length : piece.length;
    records = parser.info.records;
    if (pending > limits.lineBytes + 2 * piece.length) throw rowTooLong(builder.line, limits);
    yield piece;
  }
}

async function* decompress(chunks: AsyncIterable<Uint8Array>, limits: TableLimits): AsyncGenerator<Buffer> {
  const counted = countBytes(chunks, limits.encodedBytes);
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await counted.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = prepend(head, counted);
  if (head[0] !== 0x1f || head[1] !== 0x8b) return yield* whole;
  const gunzip = createGunzip();
  // Whatever goes wrong in here ends the loop below with the same error.
  const feeding = pipeline(whole, gunzip).catch(() => {});
  try {
    for await (const chunk of gunzip) yield chunk;
  } catch (error) {
    throw toGzipError(error);
  } finally {
    gunzip.destroy();
    await feeding;
  }
}

async function* prepend(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

async function* countBytes(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limit) throw new TableError(`The file is larger than ${limit} bytes.`, {}, 'too-large');
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

function toGzipError(error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  if (code === 'Z_BUF_ERROR') return new TableError('The gzip stream ends too early: the file was cut off.');
  if (code === 'Z_DATA_ERROR') return new TableError('The gzip stream is damaged, or other bytes follow it.');
  return error;
}

function toTableError(error: CsvError, line: number, limits: TableLimits): TableError {
  const column = { number: Number(error.index ?? 0) + 1 };
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new TableError('A quote is opened in the row that begins here and never closed.', {
        line,
        column,
      });
    case 'CSV_INVALID_CLOSING_QUOTE':
      return new TableError(
        'Text follows the quote that closes a cell in the row that begins here. Inside quotes, write a quote twice.',
        { line, column },
      );
    case 'INVALID_OPENING_QUOTE':
      return new TableError(
        'A quote stands inside a cell that does not begin with one. Put the cell in quotes and write the quote twice.',
        { line, column },
      );
    case 'CSV_MAX_RECORD_SIZE':
      return rowTooLong(line, limits);
    default:
      return new TableError(error.message, { line });
  }
}

function rowTooLong(line: number, limits: TableLimits): TableError {
  return new TableError(
    `The row that begins here is longer than ${limits.lineBytes} bytes. Is a quote not closed?`,
    { line },
  );
}
