import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TableError } from './dataset-error.ts';
import { readTable } from './read-table.ts';
import { defaultTableLimits, type Table, type TableLimits } from './table-builder.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function read(text: string | Uint8Array, limits: Partial<TableLimits> = {}, size = 1 << 20): Promise<Table> {
  return readTable(pieces(Buffer.from(text as string), size), { ...defaultTableLimits, ...limits });
}

async function refusal(text: string | Uint8Array, limits: Partial<TableLimits> = {}, size?: number) {
  const error = await read(text, limits, size).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TableError)) throw new Error(`expected a TableError, got ${error}`);
  return error;
}

/** The table as rows of cells. */
function toRows(table: Table): (string | number)[][] {
  return Array.from({ length: table.rows }, (_, row) =>
    table.columns.map((column) =>
      column.kind === 'number' ? column.values[row]! : column.texts[column.codes[row]!]!,
    ),
  );
}

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

describe('a table that can be read', () => {
  it('has columns of numbers and columns of text', async () => {
    const table = await read('a,b\n1,x\n-2.5e3,y\n.5,x\n');
    expect(toRows(table)).toEqual([
      [1, 'x'],
      [-2500, 'y'],
      [0.5, 'x'],
    ]);
    expect(table.columns.map((column) => column.kind)).toEqual(['number', 'text']);
    expect(table.columns[1]).toMatchObject({ name: 'b', number: 2, firstText: { line: 2, text: 'x' } });
  });

  it.each([
    ['CRLF', 'a,b\r\n1,x\r\n2,y\r\n'],
    ['CR', 'a,b\r1,x\r2,y\r'],
    ['LF without the last', 'a,b\n1,x\n2,y'],
    ['mixed', 'a,b\r\n1,x\n2,y\r\n'],
    ['empty lines at the end', 'a,b\n1,x\n2,y\n\n\r\n'],
    ['a byte order mark', '\uFEFFa,b\n1,x\n2,y\n'],
    ['quotes around all', '"a","b"\n"1","x"\n"2","y"\n'],
  ])('with %s', async (_, text) => {
    const table = await read(text);
    expect(table.columns.map((column) => column.name)).toEqual(['a', 'b']);
    expect(toRows(table)).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
    expect([...table.lines]).toEqual([2, 3]);
  });

  it('is the same wherever its bytes are cut, gzip or not', async () => {
    const text =
      '\uFEFFnäme,"b ""q""",c\r\n1,"x\r\ny",\r\n2,😀,-0.1234567890123456\r\n\r\n,"a,b",7\r\n,,\r\n3.25,"",.5\r\n';
    for (const bytes of [Buffer.from(text), gzipSync(text)]) {
      const whole = await read(bytes);
      expect(toRows(whole)).toEqual([
        [1, 'x\r\ny', Number.NaN],
        [2, '😀', -0.1234567890123456],
        [Number.NaN, 'a,b', 7],
        [3.25, '', 0.5],
      ]);
      expect([...whole.lines]).toEqual([2, 4, 6, 8]);
      for (let cut = 1; cut < bytes.length; cut++) {
        async function* halves() {
          yield bytes.subarray(0, cut);
          yield bytes.subarray(cut);
        }
        expect(await readTable(halves())).toEqual(whole);
      }
      expect(await read(bytes, {}, 1)).toEqual(whole);
    }
  });

  it('gives back any table that is written as CSV', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', 'a,b', 'c\nd', 'e\r\nf', "'", ' g ', 'é'),
    );
    const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    const cell = text.filter((value) => !value.includes('\0') && !/^\s*([+-]?nan)?\s*$/i.test(value));
    const table = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }))
      .chain(([numbers, texts, rows]) =>
        fc.array(
          fc.tuple(
            fc.array(number, { minLength: numbers, maxLength: numbers }),
            fc.array(cell, { minLength: texts, maxLength: texts }),
          ),
          { minLength: rows, maxLength: rows },
        ),
      );
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        async (rows, ending, zip, size) => {
          const names = [...rows[0]![0].map((_, i) => `n${i}`), ...rows[0]![1].map((_, i) => `t${i}`)];
          const written = rows.map(([numbers, texts]) => [
            ...numbers.map((n) => (Object.is(n, -0) ? '-0' : String(n))),
            ...texts,
          ]);
          const csv = [names, ...written].map((row) => row.map(quoted).join(',')).join(ending) + ending;
          const read = await readTable(pieces(zip ? gzipSync(csv) : Buffer.from(csv), size));
          const numbers = rows[0]![0].length;
          expect(read.rows).toBe(rows.length);
          for (const [i, column] of read.columns.entries()) {
            if (i < numbers) {
              expect(column.kind === 'number' && [...column.values]).toEqual(rows.map((row) => row[0][i]));
            } else {
              // A column of texts that are all numbers is one of numbers.
              const expected = rows.map((row) => row[1][i - numbers]!.trim());
              if (column.kind === 'text' && column.firstRewritten === null) {
                expect([...column.codes].map((code) => column.texts[code])).toEqual(expected);
              } else if (column.kind === 'number') {
                expect([...column.values]).toEqual(expected.map(Number));
              }
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('remembers what may be at fault, for whoever uses the column', async () => {
    const table = await read('a,b,c\n1,,1.0\n2,3,x\nNaN,4,2\n');
    expect(table.columns.map((column) => column.firstMissing)).toEqual([
      { line: 4, text: 'NaN' },
      { line: 2, text: '' },
      null,
    ]);
    expect(table.columns[2]).toMatchObject({
      firstRewritten: { line: 2, text: '1.0' },
      firstText: { line: 3, text: 'x' },
    });
  });

  it('gives up the texts of a column that has too many, and no others', async () => {
    const rows = Array.from({ length: 300 }, (_, i) => `id${i},${i % 2 ? 'x' : 'y'},${i}`).join('\n');
    const table = await read(`id,class,n\n${rows}\n`, { textBytes: 4096 });
    expect(table.columns[0]).toMatchObject({ firstDiscarded: { line: expect.any(Number) }, texts: [] });
    expect(toRows(table).map((row) => row.slice(1))).toEqual(
      Array.from({ length: 300 }, (_, i) => [i % 2 ? 'x' : 'y', i]),
    );
  });
});

describe('a messy table', () => {
  const notes = (table: Table) => table.notes!.map(({ code }) => code);

  it('may have empty lines before, between and after its rows', async () => {
    const table = await read('\n\r\na,b\n\n1,x\n  \n2,y\n\n');
    expect(toRows(table)).toHaveLength(2);
    expect([...table.lines]).toEqual([5, 7]);
    expect(notes(table)).toEqual([]);
  });

  it('may have rows of empty cells, which are left out and told', async () => {
    const text = 'a;b;c\n1;x;2\n;;\n; ;\n3;;4\n;;\n';
    const table = await read(text);
    expect(toRows(table)).toEqual([
      [1, 'x', 2],
      [3, '', 4],
    ]);
    expect(table.notes).toEqual([
      {
        code: 'emptyRows',
        message: '3 rows without any value were left out, the first in line 3.',
      },
    ]);
    const kept = await readTable(pieces(Buffer.from(text), 5), defaultTableLimits, { keepEmptyRows: true });
    expect(kept.rows).toBe(5);
  });

  it.each([
    ['in all lines', 'a;b;\n1;x;\n2;y;\n', ['emptyColumns']],
    ['in the header', 'a;b;\n1;x\n2;y\n', ['emptyColumns']],
    ['in the rows', 'a;b\n1;x;;\n2;y;\n', []],
  ])('may have separators at the end of its lines: %s', async (_, text, told) => {
    const table = await read(text);
    expect(table.columns.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(toRows(table)).toEqual([
      [1, 'x'],
      [2, 'y'],
    ]);
    expect(notes(table)).toEqual(told);
  });

  it('may have columns without a name, or with that of another', async () => {
    const table = await read(',a,b,a,a (2)\n0,1,x,3,4\n1,2,y,4,5\n');
    expect(table.columns.map(({ name }) => name)).toEqual(['column 1', 'a', 'b', 'a (3)', 'a (2)']);
    expect(notes(table)).toEqual(['repeatedNames', 'unnamedColumns']);
    expect(table.repeated).toEqual(['a']);
  });

  it('may have lines of text before its header row, which are told', async () => {
    for (const size of [1, 4, 1 << 20]) {
      const table = await read('Übersicht 2024\n\n# export\na;b\n1;x\n2;y\n', {}, size);
      expect(table.columns.map(({ name }) => name)).toEqual(['a', 'b']);
      expect([...table.lines]).toEqual([5, 6]);
      expect(notes(table)).toEqual(['titleLines']);
    }
  });

  it('may have blanks around its cells and their quotes', async () => {
    for (const size of [1, 3, 1 << 20]) {
      const table = await read('a, b ,"c, d" ,e\n1, "x, y" , z,  "" \n 2 ,"v"," w ",u\n', {}, size);
      expect(table.columns.map(({ name }) => name)).toEqual(['a', 'b', 'c, d', 'e']);
      expect(toRows(table)).toEqual([
        [1, 'x, y', 'z', ''],
        [2, 'v', 'w', 'u'],
      ]);
    }
  });

  it('says where a row has too many cells, or too few', async () => {
    expect((await refusal('a;b;\n1;x\n2\n')).message).toMatch(/^Line 3: Expected 3 cells/);
    expect((await refusal('a;b\n1;x;;9\n')).message).toMatch(/found 4/);
  });
});

describe('a table that cannot be read', () => {
  it.each<[name: string, text: string | Uint8Array, place: object, message: RegExp]>([
    ['short row', 'a,b\n1,2\n3\n', { line: 3 }, /^Line 3: Expected 2 cells.* found 1: "b"/],
    ['long row', 'a,b\r\n1,2\r\n3,4,5\r\n', { line: 3 }, /found 3/],
    ['ragged after a cell over lines', 'a,b\n"x\ny\nz",2\n3\n', { line: 5 }, /found 1/],
    ['empty', '', {}, /The file is empty/],
    ['nothing but gzip', gzipSync(''), {}, /The file is empty/],
    ['no rows', 'a,b\n', { line: 1 }, /no other rows/],
    ['empty line inside one column', 'a\n1\n\n\n3\n', { line: 3 }, /The line is empty and rows follow/],
    ['no header', '5.1,3.5,setosa\n4.9,3,setosa\n', { line: 1, column: { number: 1 } }, /header row missing/],
    [
      'no header of integers',
      '1,0,1\n1,2,3\n',
      { line: 1, column: { number: 3 } },
      /column 1 too.*header row missing/,
    ],
    ['a prototype', '__proto__,c\n1,2\n', { line: 1, column: { number: 1 } }, /__proto__/],
    ['two separators', '"a;b"\n1\n', { line: 1 }, /separated by commas, semicolons, tabs/],
    [
      'a line before the header that is short',
      'sep=;\r\na;b\r\n1;2\r\n3\r\n',
      { line: 4 },
      /Expected 2 cells/,
    ],
    ['a separator too many', 'a;b\n1;2\n1;2;3\n', { line: 3 }, /a ";" in it needs quotes/],
    ['open quote', 'a,b\n1,2\n3,"x\n4,5\n', { line: 3, column: { number: 2 } }, /never closed/],
    [
      'text after a quote',
      'a,b\n1,2\n"3"x,4\n',
      { line: 3, column: { number: 1 } },
      /Text follows the quote/,
    ],
    ['quote inside', 'a,b\n1,2\n3,4"5\n', { line: 3, column: { number: 2 } }, /inside a cell/],
    ['UTF-16', Buffer.from('\uFEFFa,b\n1,2\n', 'utf16le'), { byte: 1 }, /UTF-16/],
    ['UTF-16 without a mark', Buffer.from('a,b\n1,2\n', 'utf16le'), { line: 1, byte: 2 }, /UTF-16/],
    ['Latin-1', Buffer.from('a,b\n1,caf\xe9 x\n', 'latin1'), { line: 2, byte: 10 }, /0xE9 is not UTF-8/],
    ['a cut character', Buffer.from('a,b\n1,é').subarray(0, 7), { line: 2, byte: 7 }, /not UTF-8/],
    ['a zero byte', 'a,b\n1,2\n\0,3\n', { line: 3, byte: 9 }, /binary/],
    ['a workbook', Buffer.from('504b0304140000000800', 'hex'), { byte: 1 }, /Excel/],
    ['JSON', '\uFEFF[\n  { "a": 1, "b": 2 }\n]\n', { byte: 1 }, /is JSON\. .*"rows"/],
    ['JSON lines', '{ "a": 1, "b": 2 }\n{ "a": 1, "b": 3 }\n', { byte: 1 }, /is JSON/],
    ['a web page', '<!DOCTYPE html>\n<table>', { byte: 1 }, /web page/],
    ['gzip twice', gzipSync(gzipSync('a,b\n1,2\n')), { byte: 1 }, /gzip twice/],
    ['gzip cut off', gzipSync('a,b\n1,2\n').subarray(0, -5), {}, /cut off/],
    [
      'gzip and something',
      Buffer.concat([gzipSync('a,b\n1,2\n'), Buffer.from('junk')]),
      {},
      /other bytes follow/,
    ],
  ])('%s', async (_, text, place, message) => {
    for (const size of [1 << 20, 3, 1]) {
      const error = await refusal(text, {}, size);
      expect(error.message).toMatch(message);
      expect(error.place).toMatchObject(place);
      expect(error.errors).toEqual([{ pointer: '', message: error.message }]);
    }
  });

  it('names the line with carriage returns alone too', async () => {
    for (const size of [1 << 20, 4, 1]) {
      expect((await refusal(Buffer.from('a,b\r1,2\r3,\xff\r', 'latin1'), {}, size)).place.line).toBe(3);
    }
  });

  it('is larger than the limits', async () => {
    const rows = `a,b\n${'1,2\n'.repeat(1000)}`;
    expect(await refusal(rows, { encodedBytes: 4003 })).toMatchObject({ type: 'too-large' });
    await expect(
      read(rows, { encodedBytes: 4004, decodedBytes: 4004, rows: 1000, cells: 2000 }),
    ).resolves.toBeDefined();
    expect((await refusal(rows, { decodedBytes: 4003 }, 4)).message).toMatch(/Line 1001: .*larger than 4003/);
    expect((await refusal(rows, { rows: 999 })).place.line).toBe(1001);
    expect((await refusal(rows, { cells: 1999 })).place.line).toBe(1001);
    expect((await refusal(rows, { columns: 1 })).message).toMatch(/2 columns; at most 1/);
  });

  it('is a small file that becomes a large one', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, '1,2\n'));
    expect(bomb.length).toBeLessThan(100_000);
    expect((await refusal(bomb, { decodedBytes: 1_000_000 })).message).toMatch(/larger than 1000000 bytes/);
  });

  it('has a line, a row or a cell without end', async () => {
    const limits = { lineBytes: 100_000 };
    expect((await refusal(`a,b\n1,${'x'.repeat(200_000)}\n`, limits)).place.line).toBe(2);
    expect((await refusal(`a,b\n1,2\n3,"${'x\n'.repeat(200_000)}"\n`, limits)).place.line).toBe(3);
    const commas = `"\n"${','.repeat(90_000)}`;
    expect((await refusal(`a,b\n${commas.repeat(20)}\n`, limits)).message).toMatch(/^Line 2: The row/);
    expect((await refusal(`${'c,'.repeat(1_000_000)}\n1\n`)).message).toMatch(/1000001 columns/);
  });

  it('comes to its end with the error of what it is read from', async () => {
    async function* broken() {
      yield Buffer.from('a,b\n1,2\n');
      throw new Error('connection lost');
    }
    await expect(readTable(broken())).rejects.toThrow('connection lost');
    async function* brokenZip() {
      yield gzipSync('a,b\n1,2\n').subarray(0, 12);
      throw new Error('connection lost');
    }
    await expect(readTable(brokenZip())).rejects.toThrow('connection lost');
  });
});
