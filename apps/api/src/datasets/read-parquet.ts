import { setImmediate } from 'node:timers/promises';
import {
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ColumnBuilder, type TextBudget } from './column-builder.ts';
import { nameColumns } from './column-names.ts';
import { DatasetError, quote, rowNumbers, TableError } from './dataset-error.ts';
import { SpooledFile } from './spooled-file.ts';
import type { Table, TableLimits } from './table-builder.ts';

/** Values handed to a column between turns of the event loop. */
const valuesAtOnce = 50_000;

/**
 * Reads a Parquet file with any of its codecs. Its directory stands at its end, so that it is put on disk first, see
 * `SpooledFile`; then one column of one row group is in memory at a time. Numbers and decimals are numbers, dates and timestamps are
 * times, booleans the words for them, strings texts whatever they look like; null and NaN are missing.
 * @throws TableError for a file that is damaged, too large, or has columns of lists, records or bytes
 */
export async function readParquet(chunks: AsyncIterable<Uint8Array>, limits: TableLimits): Promise<Table> {
  const file = await SpooledFile.from(countBytes(chunks, limits.encodedBytes));
  try {
    return await readSpooled(file, limits);
  } catch (error) {
    if (error instanceof DatasetError || (error as { code?: unknown }).code !== undefined) throw error;
    throw new TableError(`The Parquet file cannot be read: ${(error as Error).message}.`);
  } finally {
    await file.close();
  }
}

async function readSpooled(file: SpooledFile, limits: TableLimits): Promise<Table> {
  const metadata = await parquetMetadataAsync(file, { geoparquet: false });
  const leaves = parquetSchema(metadata).children;
  const groups = metadata.row_groups.map(({ num_rows }) => Number(num_rows));
  const rows = groups.reduce((sum, count) => sum + count, 0);
  checkSize(metadata, leaves.length, rows, limits);
  const { names, unnamed, repeated, notes } = nameColumns(
    leaves.map(({ element }) => element.name),
    rowNumbers,
  );
  if (unnamed.length > 0 || repeated.length > 0) {
    throw new TableError('Each column of a Parquet file needs a name of its own.');
  }
  for (const leaf of leaves) refuseNested(leaf);
  const budget: TextBudget = { left: limits.textBytes };
  const columns = [];
  for (const [i, { element }] of leaves.entries()) {
    const builder = new ColumnBuilder(names[i]!, i + 1, budget);
    let from = 0;
    for (const count of groups) {
      await addGroup(file, metadata, element.name, { from, to: from + count }, builder);
      from += count;
    }
    columns.push(builder.finish());
  }
  const lines = Int32Array.from({ length: rows }, (_, row) => rowNumbers + row + 1);
  return { rows, columns, lines, repeated, notes };
}

async function addGroup(
  file: SpooledFile,
  metadata: FileMetaData,
  column: string,
  { from, to }: { from: number; to: number },
  builder: ColumnBuilder,
): Promise<void> {
  const pieces: { rowStart: number; columnData: ArrayLike<unknown> }[] = [];
  await parquetRead({
    file,
    metadata,
    compressors,
    geoparquet: false,
    columns: [column],
    rowStart: from,
    rowEnd: to,
    onChunk: (piece) => pieces.push(piece),
  });
  let row = from;
  for (const { rowStart, columnData } of pieces) {
    if (rowStart !== row) throw new Error(`row ${row} of the column ${quote(column)} is not there`);
    for (let i = 0; i < columnData.length; i++) {
      row++;
      addValue(builder, columnData[i], rowNumbers + row);
      if (i % valuesAtOnce === valuesAtOnce - 1) await setImmediate();
    }
  }
  if (row !== to) throw new Error(`the column ${quote(column)} has ${row - from} of ${to - from} rows`);
}

function addValue(builder: ColumnBuilder, value: unknown, line: number): void {
  switch (typeof value) {
    case 'number':
      if (builder.isNumeric && Number.isFinite(value)) builder.addNumber(value);
      else builder.add(String(value), line);
      return;
    case 'string':
      builder.add(value, line, value.trim() !== '');
      return;
    default:
      if (value === null || value === undefined) builder.add('', line);
      else if (value instanceof Date) builder.addTime(value.getTime(), line);
      else builder.add(String(value), line);
  }
}

function checkSize(metadata: FileMetaData, columns: number, rows: number, limits: TableLimits): void {
  if (columns === 0 || rows === 0) throw new TableError('The Parquet file has no rows.');
  const bytes = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
  const tooMuch = (what: string) => new TableError(`${what} is taken.`, {}, 'too-large');
  if (columns > limits.columns) throw tooMuch(`${columns} columns; at most ${limits.columns}`);
  if (rows > limits.rows || rows * columns > limits.cells) {
    throw tooMuch(
      `${rows} rows of ${columns} columns; at most ${limits.rows} rows and ${limits.cells} cells`,
    );
  }
  if (bytes > limits.decodedBytes) {
    throw tooMuch(`${bytes} bytes once decompressed; at most ${limits.decodedBytes}`);
  }
}

function refuseNested({ element, children }: SchemaTree): void {
  const { name, type, converted_type, logical_type, repetition_type } = element;
  const isNested = children.length > 0 || repetition_type === 'REPEATED';
  const isBytes = type === 'FIXED_LEN_BYTE_ARRAY' && !converted_type && !logical_type;
  const isOther = ['JSON', 'BSON', 'INTERVAL'].includes(converted_type ?? '');
  if (!isNested && !isBytes && !isOther) return;
  const what = isNested ? 'lists or records' : isBytes ? 'bytes' : converted_type;
  throw new TableError(
    `The column ${quote(name)} holds ${what}. Numbers, texts, booleans, dates and times are taken: make columns of them, or write the file without it.`,
  );
}

async function* countBytes(chunks: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limit) throw new TableError(`The file is larger than ${limit} bytes.`, {}, 'too-large');
    yield chunk;
  }
}
