import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { datasetPreviewSchema } from '@holdfast/contracts/dataset';
import { loadTrainingRows } from '@holdfast/db/datasets';
import { openTestRows } from '@holdfast/db/seal-test-rows';
import { loadSealedTest } from '@holdfast/db/sealed-tests';
import { describe, expect, it } from 'vitest';
import { created, problem, serveDatasets } from '../../test/dataset-service.ts';

const examples = fileURLToPath(new URL('../../../../examples/data/', import.meta.url));
const service = serveDatasets();
const { get, post, remove, upload } = service;
const spiral = { source: { kind: 'spiral', samplesPerClass: 50 } };

describe('data sets over HTTP', () => {
  it('wait for the evaluator, unless there is nothing to lock away', async () => {
    const refused = await problem(post({ name: 'early', ...spiral }), 503, 'unavailable');
    expect(refused.detail).toMatch(/evaluator has not published its key yet/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const open = await created(post({ name: 'open', ...spiral, test: { kind: 'none' } }));
    expect(open).toMatchObject({ rows: { train: 150, test: 0 }, test: { locked: false, commitment: null } });
    await service.publishKey();
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
    expect(await loadSealedTest(service.database, made.id)).toBeNull();
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
    const training = await loadTrainingRows(service.database, made.id);
    expect([...training.features]).toEqual(Array.from({ length: 30 }, (_, i) => i * 1.5));

    const trace = Buffer.from(Float64Array.of(canary).buffer).toString('hex');
    const { rows: tables } = await service.database.pool.query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(tables.map((table) => table.name)).toContain('sealed.test_chunks');
    for (const table of tables) {
      const { rows: hits } = await service.database.pool.query(
        `SELECT 1 FROM ${table.name} AS t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, '918273.6') > 0`,
        [trace],
      );
      expect({ table: table.name, hits: hits.length }).toEqual({ table: table.name, hits: 0 });
    }

    const opened = await openTestRows(
      (await loadSealedTest(service.database, made.id))!,
      service.keys,
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
    const { times } = await loadTrainingRows(service.database, latest.id);
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
