import { TableError } from './dataset-error.ts';
import { readParquet } from './read-parquet.ts';
import { readTable } from './read-table.ts';
import type { Table, TableLimits } from './table-builder.ts';

const parquetMagic = Buffer.from('PAR1');
const parquetTypes = ['application/vnd.apache.parquet', 'application/parquet', 'application/x-parquet'];

/**
 * Reads a file of rows: Parquet where it begins like one, else CSV.
 * @param contentType what it was sent as; looked at where it says Parquet alone
 * @throws TableError with the place
 */
export async function readFile(
  chunks: AsyncIterable<Uint8Array>,
  limits: TableLimits,
  contentType = '',
): Promise<Table> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < parquetMagic.length) {
    const next = await iterator.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* whole() {
    if (head.length > 0) yield head;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  if (head.subarray(0, parquetMagic.length).equals(parquetMagic)) return readParquet(whole(), limits);
  if (parquetTypes.includes(contentType)) {
    throw new TableError(`The file was sent as ${contentType} and does not begin like Parquet.`, { byte: 1 });
  }
  return readTable(whole(), limits);
}
