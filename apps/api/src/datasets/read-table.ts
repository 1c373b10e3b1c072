import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { findSeparator } from '@holdfast/contracts/find-separator';
import { checkText } from './check-text.ts';
import { TableError } from './dataset-error.ts';
import { RowScanner } from './row-scanner.ts';
import {
  defaultTableLimits,
  type Table,
  TableBuilder,
  type TableForm,
  type TableLimits,
} from './table-builder.ts';

/** Enough for some lines of most files. */
const headBytes = 65_536;

/**
 * Reads CSV with a header row, as it is or compressed with gzip, in pieces: neither the file nor its text is
 * ever held whole. Cells are separated by commas, or by what the
 * first lines show to separate them (see `findSeparator`); for the rest see `RowScanner`. What the columns are for is not looked
 * at, so empty cells and texts are no errors yet: each column remembers its first.
 * @throws TableError with the place
 */
export async function readTable(
  chunks: AsyncIterable<Uint8Array>,
  limits: TableLimits = defaultTableLimits,
  { keepEmptyRows = false }: Pick<Partial<TableForm>, 'keepEmptyRows'> = {},
): Promise<Table> {
  const text = checkText(decompress(chunks, limits), limits);
  const head = await readHead(text);
  const beginning = head.toString();
  const { separator, skipped, firstLine, titleLines } = findSeparator(beginning);
  const builder = new TableBuilder(limits, { separator, keepEmptyRows, titleLines });
  const scanner = new RowScanner(builder, { separator, firstLine, lineBytes: limits.lineBytes });
  const rest = head.subarray(Buffer.byteLength(beginning.slice(0, skipped)));
  for await (const piece of prepend(rest, text)) scanner.write(piece);
  scanner.end();
  return builder.finish();
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
