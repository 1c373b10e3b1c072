import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import multipart from '@fastify/multipart';
import { datasetPreviewSchema, datasetSchema } from '@holdfast/contracts/dataset';
import { problemSchema } from '@holdfast/contracts/problem';
import { loadTrainingRows } from '@holdfast/db/datasets';
import { publishEvaluatorKey } from '@holdfast/db/evaluator-keys';
import { migrate } from '@holdfast/db/migrate';
import { type Database, openDatabase } from '@holdfast/db/open-database';
import { openTestRows } from '@holdfast/db/seal-test-rows';
import { loadSealedTest } from '@holdfast/db/sealed-tests';
import { createDatabase, dropDatabase } from '@holdfast/embedded-postgres/temporary-postgres';
import Fastify from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import sodium from 'libsodium-wrappers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../app-instance.ts';
import { answerProblems } from '../plugins/problem-json.ts';
import { datasetsRoutes } from './datasets.routes.ts';
import { defaultTableLimits } from './table-builder.ts';

const server = process.env.HOLDFAST_TEST_POSTGRES_URL!;
const name = `datasets_${randomUUID().replaceAll('-', '')}`;
const examples = fileURLToPath(new URL('../../../../examples/data/', import.meta.url));

let database: Database;
let app: App;
let address: string;
let keys: { publicKey: Uint8Array; privateKey: Uint8Array };

beforeAll(async () => {
  const url = await createDatabase(server, name);
  await migrate(url);
  database = openDatabase({ url, name: 'test' });
  app = Fastify({ bodyLimit: 1 << 20 }).withTypeProvider<ZodTypeProvider>() as unknown as App;
  app.setSerializerCompiler(serializerCompiler);
  answerProblems(app);
  await app.register(async (scope) => {
    await scope.register(multipart);
    await scope.register(datasetsRoutes, {
      database,
      limits: { ...defaultTableLimits, encodedBytes: 4 << 20 },
    });
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  await sodium.ready;
  keys = sodium.crypto_box_keypair();
});
afterAll(async () => {
  await app?.close();
  await database?.close();
  await dropDatabase(server, name);
});

interface Sent {
  spec?: unknown;
  file?: string | Uint8Array | undefined;
  fileFirst?: boolean;
  headers?: Record<string, string>;
}

async function upload({ spec, file, fileFirst = false, headers = {} }: Sent): Promise<Response> {
  const form = new FormData();
  const parts = [
    () => spec !== undefined && form.append('spec', JSON.stringify(spec)),
    () => file !== undefined && form.append('file', new Blob([file as BlobPart]), 'data.csv'),
  ];
  for (const append of fileFirst ? parts.reverse() : parts) append();
  return fetch(`${address}/v1/datasets`, { method: 'POST', body: form, headers });
}

async function created(answer: Promise<Response>) {
  const response = await answer;
  const body = await response.json();
  expect(body).toMatchObject({ id: expect.any(String) });
  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe(`/v1/datasets/${body.id}`);
  return datasetSchema.strict().parse(body);
}

async function problem(answer: Promise<Response>, status: number, type: string) {
  const response = await answer;
  const body = problemSchema.parse(await response.json());
  expect(body).toMatchObject({ status, type: `/docs/errors#${type}` });
  expect(response.status).toBe(status);
  return { ...body, headers: response.headers };
}

const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${address}/v1/datasets`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
const get = (path: string) => fetch(`${address}/v1/datasets${path}`);
const remove = (path: string) => fetch(`${address}/v1/datasets/${path}`, { method: 'DELETE' });

const spiral = { source: { kind: 'spiral', samplesPerClass: 50 } };

describe('data sets over HTTP', () => {
  it('wait for the evaluator, unless there is nothing to lock away', async () => {
    const refused = await problem(post({ name: 'early', ...spiral }), 503, 'unavailable');
    expect(refused.detail).toMatch(/evaluator has not published its key yet/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const open = await created(post({ name: 'open', ...spiral, test: { kind: 'none' } }));
    expect(open).toMatchObject({ rows: { train: 150, test: 0 }, test: { locked: false, commitment: null } });
    await publishEvaluatorKey(database, Buffer.from(keys.publicKey).toString('base64'));
  });

  it('tell at once of every leak from the test rows to the training rows', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      x: (i * 37) % 101,
      copy: i % 2 === 0 ? 'even' : 'odd',
      same: 5,
      who: `person ${i % 7}`,
      // The last ten are the first ten once more, and no later.
      when: i < 50 ? i : i - 50,
      kind: i % 2,
    }));
    for (let i = 50; i < 60; i++) rows[i]!.x = rows[i - 50]!.x;
    const { leaks } = await created(
      post({
        name: 'leaks',
        target: 'kind',
        group: 'who',
        time: 'when',
        rows,
        test: { kind: 'rows', from: 50 },
        allowLeak: true,
      }),
    );
    expect(leaks.duplicatesAcrossSplit).toBe(10);
    const told = Object.fromEntries(leaks.warnings.map(({ code, message }) => [code, message]));
    expect(told).toMatchObject({
      duplicatesAcrossSplit: expect.stringContaining('10 of 10 test rows'),
      groupAcrossSplit: expect.stringContaining('7 groups have rows on both sides'),
      timeOrderBroken: expect.stringContaining('10 of 10 test rows are earlier'),
      targetInFeatures: expect.stringContaining('"copy" tells the target "kind" exactly'),
      constantFeatures: expect.stringContaining('"same"'),
    });
  });

  it('are made of iris and digits, whichever part comes first', async () => {
    const iris = await created(
      upload({ spec: { name: 'iris', target: 'species' }, file: await readFile(`${examples}iris.csv`) }),
    );
    expect(iris).toMatchObject({
      name: 'iris',
      task: 'classification',
      target: ['species'],
      classes: ['setosa', 'versicolor', 'virginica'],
      rows: { train: 120, test: 30 },
      rowsPerClass: { setosa: 40, versicolor: 40, virginica: 40 },
      test: { locked: true, kind: 'random', revealBudget: 1, revealsUsed: 0 },
    });
    expect(iris.features[0]).toEqual({ name: 'sepal_length_cm', kind: 'number' });
    const digits = await created(
      upload({
        spec: { name: 'digits', target: 'digit' },
        file: await readFile(`${examples}digits.csv.gz`),
        fileFirst: true,
      }),
    );
    expect(digits).toMatchObject({ rows: { train: 1438, test: 359 }, classes: [...'0123456789'] });
    expect(digits.leaks.duplicatesAcrossSplit).toBe(0);
    expect(digits.leaks.nearDuplicates).toBe(0);
  });

  it('are found by id and by name, listed newest first, previewed and deleted', async () => {
    const made = await created(post({ name: 'to go', ...spiral }));
    expect(await (await get(`/${made.id}`)).json()).toEqual(made);
    expect(await (await get(`/${encodeURIComponent('to go')}`)).json()).toEqual(made);
    const list = (await (await get('?limit=2')).json()) as { items: unknown[]; nextCursor: string };
    expect(list.items[0]).toEqual(made);
    const next = (await (await get(`?limit=1&cursor=${list.nextCursor}`)).json()) as {
      items: { id: string }[];
    };
    expect(next.items[0]!.id).not.toBe(made.id);

    const preview = datasetPreviewSchema.parse(await (await get(`/${made.id}/preview?limit=3`)).json());
    expect(preview.columns).toEqual(['x', 'y', 'class']);
    expect(preview.rows).toHaveLength(3);
    expect(preview.rows[0]).toEqual([expect.any(Number), expect.any(Number), '0']);
    expect((await (await get(`/${made.id}/preview?limit=2&offset=1`)).json()).rows).toEqual(
      preview.rows.slice(1),
    );
    expect(datasetPreviewSchema.parse(await (await get('/iris/preview')).json()).rows).toHaveLength(20);
    expect((await (await get('/to%20go/preview?limit=1000')).json()).rows).toHaveLength(made.rows.train);

    expect((await remove(made.id)).status).toBe(204);
    expect(await loadSealedTest(database, made.id)).toBeNull();
    await problem(get(`/${made.id}`), 404, 'not-found');
    await problem(get(`/${made.id}/preview`), 404, 'not-found');
    await problem(remove(made.id), 404, 'not-found');
    await problem(get('?limit=0'), 400, 'invalid-request');
    await problem(get('?cursor=nonsense'), 400, 'invalid-request');
  });

  it('keep their test rows in the box alone', async () => {
    const canary = 918273.6455;
    const rows = Array.from(
      { length: 40 },
      (_, i) => `${i < 30 ? i * 1.5 : canary},${i % 2 ? 'a' : 'b'},t${i}`,
    );
    const made = await created(
      upload({
        spec: { name: 'canary', target: 'c', drop: ['note'], test: { kind: 'rows', from: 30 } },
        file: `x,c,note\n${rows.join('\n')}\n`,
      }),
    );
    const training = await loadTrainingRows(database, made.id);
    expect([...training.features]).toEqual(Array.from({ length: 30 }, (_, i) => i * 1.5));

    const trace = Buffer.from(Float64Array.of(canary).buffer).toString('hex');
    const { rows: tables } = await database.pool.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.map((table) => table.name)).toContain('sealed.test_chunks');
    for (const table of tables) {
      const { rows: hits } = await database.pool.query(
        `SELECT 1 FROM ${table.name} AS t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, '918273.6') > 0`,
        [trace],
      );
      expect({ table: table.name, hits: hits.length }).toEqual({ table: table.name, hits: 0 });
    }

    const opened = await openTestRows(
      (await loadSealedTest(database, made.id))!,
      keys,
      made.test.commitment!,
    );
    expect([...opened.rows.features]).toEqual(new Array(10).fill(canary));
    expect(opened.provenance.split).toEqual({ kind: 'rows', from: 30 });
  });

  it('have the same digest and other commitments when made again', async () => {
    const first = await created(post({ name: 'twin 1', ...spiral }));
    const second = await created(post({ name: 'twin 2', ...spiral }));
    expect(second.digest).toBe(first.digest);
    expect(second.test.commitment).not.toBe(first.test.commitment);
    expect(first.leaks.warnings.map((warning) => warning.code)).toContain('regenerable');
  });

  it('are made once for one Idempotency-Key', async () => {
    const sent = {
      spec: { name: 'once', target: 'c' },
      file: `x,c\n${'1,a\n2,b\n'.repeat(10)}`,
      headers: { 'idempotency-key': 'key-1' },
    };
    const first = await created(upload(sent));
    expect(await created(upload({ ...sent, fileFirst: true }))).toEqual(first);
    await problem(upload({ ...sent, file: `${sent.file}3,a\n` }), 422, 'idempotency-mismatch');
    await problem(upload({ ...sent, headers: {} }), 409, 'name-taken');
  });

  it('of rows with groups, or of the latest, are split that way', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${i},${(i * 7919) % 61},g${i % 12},${i % 2 ? 'a' : 'b'}`,
    );
    const file = `x,t,g,c\n${rows.join('\n')}\n`;
    const grouped = await created(
      upload({ spec: { name: 'grouped', target: 'c', drop: ['t'], group: 'g' }, file }),
    );
    expect(grouped.test.kind).toBe('grouped');
    expect(grouped.leaks.warnings.map((warning) => warning.code)).not.toContain('groupAcrossSplit');
    const latest = await created(
      upload({
        spec: { name: 'latest', target: 'c', drop: ['g'], time: 't', test: { kind: 'latest' } },
        file,
      }),
    );
    const { times } = await loadTrainingRows(database, latest.id);
    expect([...times!]).toEqual([...times!].sort((a, b) => a - b));
    const binary = await created(
      upload({
        spec: { name: 'two', target: ['p', 'q'], task: 'binary' },
        file: `x,p,q\n${'1,0,1\n2,1,0\n3,1,1\n4,0,0\n'.repeat(9)}`,
      }),
    );
    expect(binary).toMatchObject({ classes: ['p', 'q'], target: ['p', 'q'] });
    expect((await (await get('/two/preview?limit=1')).json()).rows[0]).toHaveLength(3);
    const regression = await created(
      upload({ spec: { name: 'price', target: 'x', task: 'regression', drop: ['g', 'c'] }, file }),
    );
    expect(regression).toMatchObject({ classes: [], rowsPerClass: {} });
  });
});

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
    const sealed = await loadSealedTest(database, made.id);
    const opened = await openTestRows(sealed!, keys, made.test.commitment!);
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
    expect((await loadTrainingRows(database, made.id)).features[2 * 3]).toBe(3.5);
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
      return fetch(`${address}/v1/datasets`, { method: 'POST', body: form });
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
      (await loadSealedTest(database, made.id))!,
      keys,
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
    const { targets } = await loadTrainingRows(database, made.id);
    expect(targets.filter((value) => value > 0)).toHaveLength(8);
  });
});

describe('data sets that are refused', () => {
  const good = `x,c\n${'1,a\n2,b\n'.repeat(10)}`;

  it.each<[name: string, sent: Sent, status: number, type: string, errors: object[]]>([
    [
      'ragged rows',
      { spec: { name: 'n', target: 'c' }, file: `${good}3\n` },
      422,
      'invalid-dataset',
      [{ pointer: '', message: expect.stringMatching(/^Line 22: Expected 2 cells/) }],
    ],
    [
      'text in a numeric column',
      { spec: { name: 'n', target: 'c' }, file: gzipSync(`${good}three,a\n`) },
      422,
      'invalid-dataset',
      [{ pointer: '', message: expect.stringMatching(/^Line 22, column 1 \("x"\)/) }],
    ],
    [
      'a missing target',
      { spec: { name: 'n' }, file: good },
      422,
      'invalid-dataset',
      [{ pointer: '/target', message: expect.any(String) }],
    ],
    [
      'an unknown field and a prototype',
      { spec: { name: 'n', target: 'c', constructorr: {} }, file: good },
      422,
      'invalid-dataset',
      [{ pointer: '/constructorr', message: expect.stringContaining('Unknown field') }],
    ],
    [
      'values of the wrong type',
      { spec: { name: 'n', target: 'c', revealBudget: '1', drop: null }, file: good },
      422,
      'invalid-dataset',
      [
        { pointer: '/drop', message: expect.any(String) },
        { pointer: '/revealBudget', message: expect.any(String) },
      ],
    ],
    [
      'a file and a source',
      { spec: { name: 'n', ...spiral }, file: good },
      422,
      'invalid-dataset',
      [{ pointer: '/source', message: expect.any(String) }],
    ],
    [
      'no spec',
      { file: good },
      400,
      'invalid-request',
      [{ pointer: '', message: expect.stringContaining('"spec"') }],
    ],
    [
      'no file',
      { spec: { name: 'n' } },
      400,
      'invalid-request',
      [{ pointer: '', message: expect.stringContaining('"file"') }],
    ],
    [
      'too large a file',
      { spec: { name: 'n' }, file: Buffer.alloc(5 << 20, '1,2\n') },
      413,
      'too-large',
      [{ pointer: '', message: expect.any(String) }],
    ],
  ])('%s', async (_, sent, status, type, errors) => {
    for (const fileFirst of [false, true]) {
      expect((await problem(upload({ ...sent, fileFirst }), status, type)).errors).toEqual(errors);
    }
  });

  it('other parts, parts twice and specs that are no JSON', async () => {
    const send = (...parts: [name: string, text: string][]) => {
      const form = new FormData();
      for (const [part, text] of parts) form.append(part, text);
      return fetch(`${address}/v1/datasets`, { method: 'POST', body: form });
    };
    const unknown = await problem(send(['spec', '{}'], ['data', good]), 400, 'invalid-request');
    expect(unknown.detail).toContain('no part "data"');
    expect((await problem(send(['spec', '{}'], ['spec', '{}']), 400, 'invalid-request')).detail).toContain(
      'twice',
    );
    await problem(send(['spec', '{"name":'], ['file', good]), 400, 'malformed-json');
    const unsafe = await problem(
      send(['spec', '{"name":"n","__proto__":{}}'], ['file', good]),
      422,
      'invalid-dataset',
    );
    expect(unsafe.errors![0]!.pointer).toBe('/__proto__');
  });

  it('bodies that are broken', async () => {
    const send = (body: string, type: string) =>
      fetch(`${address}/v1/datasets`, { method: 'POST', body, headers: { 'content-type': type } });
    await problem(send('--b\r\nnonsense', 'multipart/form-data; boundary=b'), 400, 'invalid-request');
    await problem(send('anything', 'multipart/form-data'), 400, 'invalid-request');
    const cut = '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nx,c\n1,a\n';
    await problem(send(cut, 'multipart/form-data; boundary=b'), 400, 'invalid-request');
    await problem(send('x,c\n1,a\n', 'text/csv'), 415, 'unsupported-media-type');
    await problem(send('{', 'application/json'), 400, 'malformed-json');
    await problem(send('[]', 'application/json'), 422, 'invalid-dataset');
  });

  it('generated data with columns that they do not have', async () => {
    const refused = await problem(
      post({ name: 'n', ...spiral, target: 'c', group: 'g', task: 'binary' }),
      422,
      'invalid-dataset',
    );
    expect(refused.errors!.map((error) => error.pointer)).toEqual([
      '/target',
      '/task',
      '/group',
      '/test/kind',
    ]);
    expect((await problem(post({ name: 'n' }), 422, 'invalid-dataset')).errors![0]!.pointer).toBe('/source');
    const noise = { source: { kind: 'spiral', noise: 1e9 } };
    expect((await problem(post({ name: 'n', ...noise }), 422, 'invalid-dataset')).errors![0]!.pointer).toBe(
      '/source/noise',
    );
    await problem(post({ name: 'iris', ...spiral }), 409, 'name-taken');
  });

  it('while a client still sends: it gets its answer, and the connection serves on', async () => {
    const { port } = new URL(address);
    const socket = connect(Number(port), '127.0.0.1');
    const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nx,c\n1\n';
    const rest = Buffer.alloc(8 << 20, '1,2\n');
    const tail = '\r\n--b--\r\n';
    const length = head.length + rest.length + tail.length;
    socket.write(
      `POST /v1/datasets HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: ${length}\r\n\r\n${head}`,
    );
    socket.write(rest);
    socket.write(`${tail}GET /v1/datasets?limit=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    let answers = '';
    for await (const chunk of socket) answers += chunk;
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 422', 'HTTP/1.1 200']);
  });

  it('of clients that hang up, and leave nothing behind', async () => {
    const { port } = new URL(address);
    const before = await (await get('?limit=1000')).json();
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /v1/datasets HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 100000\r\n\r\n' +
        '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nx,c\n1,a\n',
      () => socket.destroy(),
    );
    await new Promise((resolve) => socket.on('close', resolve));
    expect(await (await get('?limit=1000')).json()).toEqual(before);
  });
});
