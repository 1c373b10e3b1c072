import { datasetPreviewSchema } from '@holdfast/contracts/dataset';
import { loadTrainingRows } from '@holdfast/db/datasets';
import { openTestRows } from '@holdfast/db/seal-test-rows';
import { loadSealedTest } from '@holdfast/db/sealed-tests';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeAll, describe, expect, it } from 'vitest';
import { created, problem, serveDatasets } from '../../test/dataset-service.ts';

const service = serveDatasets();
const { get, post, upload } = service;
beforeAll(service.publishKey);

describe('columns of other kinds than numbers', () => {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const plan = i === 39 ? 'gold' : ['basic', 'pro', ''][i % 3];
    return `${i % 7 === 0 ? 'NA' : 20 + i},${plan},${i % 2 === 0 ? 'yes' : 'no'},2024-01-${String((i % 28) + 1).padStart(2, '0')},${i % 4 < 2 ? 'stay' : 'leave'}`;
  });
  const file = `age,plan,member,since,end\n${rows.join('\n')}\n`;

  it('are told, with the categories of the training rows, and shown as they were written', async () => {
    const made = await created(
      upload({ spec: { name: 'mixed', target: 'end', test: { kind: 'rows', from: 30 } }, file }),
    );
    expect(made.features).toEqual([
      { name: 'age', kind: 'number', missing: { rows: 5, filledWith: 'median' } },
      {
        name: 'plan',
        kind: 'category',
        categories: ['basic', 'pro'],
        missing: { rows: 10, filledWith: 'ownCategory' },
      },
      { name: 'member', kind: 'boolean' },
      { name: 'since', kind: 'date' },
    ]);
    const preview = datasetPreviewSchema.parse(await (await get('/mixed/preview?limit=3')).json());
    expect(preview.rows).toEqual([
      [null, 'basic', 'true', '2024-01-01T00:00:00.000Z', 'stay'],
      [21, 'pro', 'false', '2024-01-02T00:00:00.000Z', 'stay'],
      [22, null, 'true', '2024-01-03T00:00:00.000Z', 'leave'],
    ]);
    const sealed = await loadSealedTest(service.database, made.id);
    const opened = await openTestRows(sealed!, service.keys, made.test.commitment!);
    expect(opened.description.kinds).toEqual(made.features);
    // "gold" is in no training row.
    expect(opened.rows.features[9 * 4 + 1]).toBe(-1);
  });

  it('are what the spec says, and that is in the digest', async () => {
    const spec = { target: 'end', test: { kind: 'none' } };
    const guessed = await created(upload({ spec: { name: 'guessed', ...spec }, file }));
    const columns = { member: 'category', age: { missing: 'mostFrequent' } };
    const asked = await created(upload({ spec: { name: 'asked', ...spec, columns }, file }));
    expect(asked.features).toMatchObject([
      { name: 'age', kind: 'number', missing: { filledWith: 'mostFrequent' } },
      { name: 'plan', categories: ['basic', 'gold', 'pro'] },
      { name: 'member', kind: 'category', categories: ['no', 'yes'] },
      { name: 'since', kind: 'date' },
    ]);
    expect(asked.digest).not.toBe(guessed.digest);
  });
});

describe('data as people have them', () => {
  it('come with semicolons, decimal commas and Windows line ends', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},5;1e-${i % 3};${i % 2 ? 'ja' : 'nein'}`);
    const made = await created(
      upload({
        spec: { name: 'european', target: 'c', test: { kind: 'none' } },
        file: `\uFEFFx;y;c\r\n${rows.join('\r\n')}\r\n`,
      }),
    );
    expect(made.features).toEqual([
      { name: 'x', kind: 'number' },
      { name: 'y', kind: 'number' },
    ]);
    expect((await loadTrainingRows(service.database, made.id)).features[2 * 3]).toBe(3.5);
    const mixed = 'x;y;c\r\n1,5;1.5;a\r\n2,5;2.5;b\r\n3,5;3.5;a\r\n4,5;4.5;b\r\n';
    const refused = await problem(
      upload({ spec: { name: 'mixed forms', target: 'c', test: { kind: 'none' } }, file: mixed }),
      422,
      'invalid-dataset',
    );
    expect(refused.errors).toEqual([
      {
        pointer: '',
        message: expect.stringMatching(/^Line 2, column 2 \("y"\): "1.5" has a decimal point and "1,5"/),
      },
    ]);
  });

  it('come as messy as programs write them, and what was made of that is told', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, i) => `K${i}; ${i},25 ;"a ""${i % 3}""\nb";${(i % 28) + 1}.2.2024;${i % 2 ? ' ja' : 'nein '};`,
    );
    const file = `\uFEFFReport\r\n\r\n;x;x;since;bought;\r\n${rows.join('\r\n\r\n')}\r\n;;;;;\r\n`;
    const spec = { name: 'messy', target: 'bought', test: { kind: 'none' } };
    const refused = await problem(upload({ spec, file }), 422, 'invalid-dataset');
    expect(refused.errors).toEqual([
      {
        pointer: '',
        message: expect.stringMatching(/^Column 1 \("column 1"\): 40 different texts/),
        suggestion: { drop: ['column 1'] },
      },
    ]);
    const made = await created(upload({ spec: { ...spec, ...refused.errors![0]!.suggestion }, file }));
    expect(made).toMatchObject({
      classes: ['ja', 'nein'],
      rows: { train: 40, test: 0 },
      features: [
        { name: 'x', kind: 'number' },
        { name: 'x (2)', kind: 'category', categories: ['a "0"\nb', 'a "1"\nb', 'a "2"\nb'] },
        { name: 'since', kind: 'date' },
      ],
    });
    expect(made.leaks.warnings.map(({ code }) => code)).toEqual([
      'titleLines',
      'repeatedNames',
      'emptyColumns',
      'unnamedColumns',
      'emptyRows',
      'rowsPerClass',
      'noTestRows',
    ]);
  });

  it('come as Parquet, and have the digest of the same rows as CSV', async () => {
    const n = Array.from({ length: 40 }, (_, i) => (i % 9 === 0 ? null : i / 8));
    const c = n.map((_, i) => (i % 3 === 0 ? 'b' : 'a'));
    const since = n.map((_, i) => new Date(Date.UTC(2024, 0, 1 + i)));
    const table = parquetWriteBuffer({
      columnData: [
        { name: 'n', data: n, type: 'DOUBLE' },
        { name: 'since', data: since, type: 'TIMESTAMP' },
        { name: 'c', data: c, type: 'STRING' },
      ],
    });
    const csv = n.map((value, i) => `${value ?? ''},${since[i]!.toISOString()},${c[i]}`).join('\n');
    const asParquet = await created(
      upload({ spec: { name: 'parquet', target: 'c' }, file: new Uint8Array(table) }),
    );
    const asCsv = await created(upload({ spec: { name: 'csv', target: 'c' }, file: `n,since,c\n${csv}\n` }));
    expect(asParquet.features).toEqual([
      { name: 'n', kind: 'number', missing: { rows: expect.any(Number), filledWith: 'median' } },
      { name: 'since', kind: 'date' },
    ]);
    expect(asParquet.digest).toBe(asCsv.digest);
    const cut = await problem(
      upload({ spec: { name: 'cut', target: 'c' }, file: new Uint8Array(table).subarray(0, 200) }),
      422,
      'invalid-dataset',
    );
    expect(cut.detail).toMatch(/Parquet file cannot be read/);
  });

  it('come as JSON, where a text is a text', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({
      zip: String(10_000 + (i % 4)),
      size: i === 3 ? null : i,
      ...(i % 5 !== 0 && { new: i % 2 === 0 }),
      price: 3 * i,
    }));
    const made = await created(
      post({ name: 'json', target: 'price', task: 'regression', test: { kind: 'none' }, rows }),
    );
    expect(made.features).toMatchObject([
      { name: 'zip', kind: 'category', categories: ['10000', '10001', '10002', '10003'] },
      { name: 'size', kind: 'number', missing: { rows: 1 } },
      { name: 'new', kind: 'boolean', missing: { rows: 4, filledWith: 'mostFrequent' } },
    ]);
    const refused = await problem(
      post({
        name: 'j2',
        target: 'y',
        task: 'regression',
        rows: [
          { x: 1, y: 2 },
          { x: 1, y: '3' },
        ],
      }),
      422,
      'invalid-dataset',
    );
    expect(refused.errors![0]!.message).toMatch(/^Row 2, column 2 \("y"\): "3" is a text; send numbers/);
  });

  it('come with test rows of their own', async () => {
    const file = `x,k,c\n${'1,red,a\n2,blue,b\n3,red,a\n'.repeat(5)}`;
    const send = (test: string | undefined, spec: object = { test: { kind: 'file' } }) => {
      const form = new FormData();
      if (test !== undefined) form.append('test', new Blob([test]), 'test.csv');
      form.append('file', new Blob([file]), 'data.csv');
      form.append('spec', JSON.stringify({ name: 'two files', target: 'c', ...spec }));
      return fetch(`${service.address}/v1/datasets`, { method: 'POST', body: form });
    };
    const errorOf = async (answer: Promise<Response>) =>
      (await problem(answer, 422, 'invalid-dataset')).errors![0]!;
    expect(await errorOf(send(undefined))).toMatchObject({ pointer: '/test' });
    expect(await errorOf(send('c,x,k\na,1,red\n', {}))).toMatchObject({ pointer: '/test' });
    expect((await errorOf(send('c,x\na,1\n'))).message).toMatch(/do not have "k"/);
    expect((await errorOf(send('c,x,k\na,1,red\nb,two,red\n'))).message).toMatch(
      /^Test rows, line 3, column 1 \("x"\): "two" is not a number/,
    );
    const made = await created(send('c,x,k\nb,9,green\na,8,red\n'));
    expect(made).toMatchObject({ rows: { train: 15, test: 2 }, test: { kind: 'file' } });
    expect(made.features[1]).toMatchObject({ categories: ['blue', 'red'] });
    const { rows } = await openTestRows(
      (await loadSealedTest(service.database, made.id))!,
      service.keys,
      made.test.commitment!,
    );
    expect([...rows.features]).toEqual([9, -1, 8, 1]);
    expect([...rows.targets]).toEqual([1, 0]);
  });

  it('are divided into blocks of time, with gaps', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${i},${(i * 37) % 100},${i % 2 ? 'a' : 'b'}`);
    const made = await created(
      upload({
        spec: { name: 'blocks', target: 'c', time: 't', test: { kind: 'blocks', count: 10, gap: 2 } },
        file: `t,x,c\n${rows.join('\n')}\n`,
      }),
    );
    const { train, test } = made.rows;
    expect(test).toBe(20);
    expect(train).toBeLessThan(80);
    const gap = made.leaks.warnings.find(({ code }) => code === 'gapRows');
    expect(gap!.message).toMatch(new RegExp(`^${100 - train - test} rows`));
  });

  it('keep the target’s spread on both sides of a regression', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => `${i},${i < 90 ? 0 : 1000 + i}`);
    const spec = { name: 'skewed', target: 'y', task: 'regression' };
    const made = await created(upload({ spec, file: `x,y\n${rows.join('\n')}\n` }));
    const { targets } = await loadTrainingRows(service.database, made.id);
    expect(targets.filter((value) => value > 0)).toHaveLength(8);
  });
});
