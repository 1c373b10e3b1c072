import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { TableError } from './dataset-error.ts';
import { guessKind } from './guess-kind.ts';
import { heldTexts } from './held-texts.ts';
import { readFile } from './read-file.ts';
import { defaultTableLimits, type Table, type TableLimits } from './table-builder.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];

function write(columnData: Columns, rowGroupSize = 100): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize }));
}

function read(bytes: Uint8Array, limits: Partial<TableLimits> = {}, contentType = '', size = 1000) {
  return readFile(pieces(bytes, size), { ...defaultTableLimits, ...limits }, contentType);
}

async function refusal(...given: Parameters<typeof read>): Promise<string> {
  const error = await read(...given).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TableError)) throw new Error(`expected a TableError, got ${error}`);
  return error.message;
}

const kindOf = (column: Table['columns'][number]) => {
  const rows = Int32Array.from({ length: 4 }, (_, row) => row);
  return guessKind(column, column.kind === 'text' ? heldTexts(column, rows) : null);
};

const valuesOf = (table: Table) =>
  table.columns.map((column) =>
    column.kind === 'number' ? [...column.values] : Array.from(column.codes, (code) => column.texts[code]!),
  );

const day = Date.UTC(2024, 1, 29);

const mixed: Columns = [
  { name: 'n', data: [1.5, Number.NaN, null, -2], type: 'DOUBLE' },
  { name: 'count', data: [1, 2, 3, 4], type: 'INT32' },
  { name: 'big', data: [1n, 2n, 3n, 2n ** 52n], type: 'INT64' },
  { name: 'yes', data: [true, false, null, true], type: 'BOOLEAN' },
  { name: 'name', data: ['x', '12', '', 'x'], type: 'STRING' },
  { name: 'since', data: [new Date(day), new Date(day + 1), null, new Date(0)], type: 'TIMESTAMP' },
];

describe('a Parquet file', () => {
  it('has columns of the kinds of its types, whatever the row groups and pieces', async () => {
    for (const [rowGroup, size] of [
      [100, 1000],
      [2, 1],
      [1, 7],
    ] as const) {
      const table = await read(write(mixed, rowGroup), {}, '', size);
      expect(table.rows).toBe(4);
      expect(valuesOf(table)).toEqual([
        [1.5, Number.NaN, Number.NaN, -2],
        [1, 2, 3, 4],
        [1, 2, 3, 2 ** 52],
        ['true', 'false', '', 'true'],
        ['x', '12', '', 'x'],
        [day, day + 1, Number.NaN, 0],
      ]);
      expect(table.columns.map(kindOf)).toEqual([
        'number',
        'number',
        'number',
        'boolean',
        'category',
        'date',
      ]);
      expect(table.columns[0]!.firstMissing).toMatchObject({ text: 'NaN' });
    }
  });

  it('names the row where a number cannot be one', async () => {
    const bytes = write([{ name: 'n', data: [1, Number.POSITIVE_INFINITY], type: 'DOUBLE' }]);
    const { columns } = await read(bytes);
    expect(columns[0]!.firstText).toEqual({ line: 2 ** 28 + 2, text: 'Infinity' });
  });

  it('holds a million cells and more than one turn of the event loop', async () => {
    const data = Array.from({ length: 120_000 }, (_, i) => i / 8);
    const table = await read(write([{ name: 'n', data, type: 'DOUBLE' }], 50_000), {}, '', 1 << 20);
    expect(valuesOf(table)[0]).toEqual(data);
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['cut off', write(mixed).subarray(0, -7), /cannot be read/],
    ['of four bytes', Buffer.from('PAR1'), /cannot be read/],
    ['damaged', write(mixed).fill(0xff, 4, 60), /cannot be read/],
    ['of lists', write([{ name: 'l', data: [[1, 2], [3]] as never }]), /"l" holds/],
    ['without rows', write([{ name: 'n', data: [], type: 'DOUBLE' }]), /no rows/],
    ['within gzip', gzipSync(write(mixed)), /Parquet file within gzip.*as it is/],
  ])('%s is refused', async (_, bytes, message) => {
    expect(await refusal(bytes)).toMatch(message);
  });

  it('is larger than the limits', async () => {
    const bytes = write(mixed);
    expect(await refusal(bytes, { rows: 3 })).toMatch(/4 rows of 6 columns; at most 3 rows/);
    expect(await refusal(bytes, { cells: 23 })).toMatch(/23 cells is taken/);
    expect(await refusal(bytes, { columns: 5 })).toMatch(/6 columns; at most 5/);
    expect(await refusal(bytes, { encodedBytes: bytes.length - 1 })).toMatch(/larger than/);
    expect(await refusal(bytes, { decodedBytes: 50 })).toMatch(/once decompressed; at most 50/);
  });

  it('is one that was sent as one', async () => {
    const message = await refusal(Buffer.from('a,b\n1,2\n'), {}, 'application/vnd.apache.parquet');
    expect(message).toMatch(/does not begin like Parquet/);
    expect((await read(Buffer.from('a,b\n1,2\n'), {}, 'text/csv')).rows).toBe(1);
  });

  it('is read with the errors of what it comes from', async () => {
    async function* broken() {
      yield write(mixed).subarray(0, 50);
      throw new Error('connection lost');
    }
    await expect(readFile(broken(), defaultTableLimits)).rejects.toThrow('connection lost');
  });
});
