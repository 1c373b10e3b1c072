import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@holdfast/contracts/dataset';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryOf } from './memory-of.ts';
import { childOf, type EmbeddedService, startEmbedded } from './start-embedded.ts';

// Numbers that stand nowhere else, as text and as the eight bytes that rows are stored in.
const locked = [271828.1828459045, -314159.2653589793];
const trained = 161803.3988749895;
const lockedGroup = 'canary-herd';
const seeds = { generator: 1234509876, split: 987650123 };

const bytesOf = (value: number) => Buffer.from(Float64Array.of(value).buffer);
const lockedNeedles = new Map<string, Buffer>([
  ...locked.flatMap((value): [string, Buffer][] => [
    [`${value} as text`, Buffer.from(String(value))],
    [`${value} as bytes`, bytesOf(value)],
    // As a dump shows bytes.
    [`${value} in hexadecimal`, Buffer.from(bytesOf(value).toString('hex'))],
  ]),
  ['the group of test rows', Buffer.from(lockedGroup)],
]);
const trainedNeedles = new Map([
  ['a training row as bytes', bytesOf(trained)],
  ['a training row in hexadecimal', Buffer.from(bytesOf(trained).toString('hex'))],
]);

let service: EmbeddedService;
let database: Client;

beforeAll(async () => {
  service = await startEmbedded({ threads: 1 });
  database = new Client({ connectionString: service.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database.end();
  await service.stop();
});

async function upload(): Promise<Dataset> {
  const header = 'x,y,herd,kind\n';
  const training = Array.from(
    { length: 60 },
    (_, i) => `${i === 7 ? trained : i},${i % 7},h${i % 12},${'ab'[i % 2]}`,
  );
  const test = Array.from(
    { length: 12 },
    (_, i) => `${locked[i] ?? 1000 + i},${i % 7},${lockedGroup}-${i},${'ab'[i % 2]}`,
  );
  const form = new FormData();
  const spec = { name: 'canary', target: 'kind', group: 'herd', test: { kind: 'file' } };
  form.append('spec', JSON.stringify(spec));
  form.append('file', new Blob([header + training.join('\n')]), 'canary.csv');
  form.append('test', new Blob([header + test.join('\n')]), 'canary-test.csv');
  const answer = await fetch(`${service.url}/v1/datasets`, { method: 'POST', body: form });
  expect(answer.status, await answer.clone().text()).toBe(201);
  return (await answer.json()) as Dataset;
}

/** Everything below a folder, one file at a time. */
async function inFiles(folder: string, needles: ReadonlyMap<string, Buffer>): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // Postgres may just have removed it.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    for (const [name, needle] of needles) if (bytes.includes(needle)) found.push(`${name}: ${path}`);
  }
  return found;
}

/** Every table of every schema, row by row as a dump would have them. */
async function inTables(needles: ReadonlyMap<string, Buffer>): Promise<string[]> {
  const { rows: tables } = await database.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'm', 'p')
       AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`,
  );
  const found: string[] = [];
  for (const table of tables) {
    const { rows } = await database.query<{ text: string }>(`SELECT t::text AS text FROM ${table.name} t`);
    const text = Buffer.from(rows.map((row) => row.text).join('\n'));
    for (const [name, needle] of needles) if (text.includes(needle)) found.push(`${name}: ${table.name}`);
  }
  return found;
}

/** In the memory of the worker, where the system lets one look. */
async function inMemory(needles: ReadonlyMap<string, Buffer>): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const worker = await childOf(service.process, 'worker');
  return [...(await memoryOf(worker, needles))].map((name) => `${name}: memory of a worker`);
}

async function lookEverywhere(needles: ReadonlyMap<string, Buffer>): Promise<string[]> {
  // What Postgres still holds in memory goes to its files.
  await database.query('CHECKPOINT');
  return [
    ...(await inFiles(service.home, needles)),
    ...(await inTables(needles)),
    ...(await inMemory(needles)),
  ];
}

test('what stands in test rows stands nowhere but in the sealed box, before and after a reveal', async () => {
  const { client } = service;
  const dataset = await upload();
  expect(dataset.rows).toEqual({ train: 60, test: 12 });
  const { rows } = await database.query('SELECT sum(length(bytes))::int AS bytes FROM sealed.test_chunks');
  expect(rows[0].bytes).toBeGreaterThan(12 * 2 * 8);
  const search = await client.submitSearch({
    dataset: 'canary',
    space: { hiddenLayers: [[4], [8]], learningRate: 0.05, epochs: 20 },
    crossValidation: { kind: 'grouped', folds: 3 },
  });
  await search.waitUntilFinished();
  expect(await lookEverywhere(lockedNeedles)).toEqual([]);
  // The search would find them: a training row stands in a file, a table and the worker's memory.
  const trainedPlaces = await lookEverywhere(trainedNeedles);
  for (const place of ['/base/', 'training_chunks', ...(process.platform === 'linux' ? ['memory'] : [])]) {
    expect(trainedPlaces.join('\n')).toContain(place);
  }

  const ordered = await fetch(`${service.url}/v1/searches/${search.id}/reveal`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(ordered.status, await ordered.clone().text()).toBe(202);
  const status = async () => {
    const answer = await fetch(`${service.url}/v1/searches/${search.id}/reveals`);
    return ((await answer.json()) as { items: { status: string }[] }).items[0]!.status;
  };
  await expect.poll(status, { timeout: 60_000 }).toBe('completed');
  expect(await lookEverywhere(lockedNeedles)).toEqual([]);
});

test('what a worker may read carries neither the seed of a generator nor that of a split', async () => {
  const made = await fetch(`${service.url}/v1/datasets`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      name: 'seeds',
      source: { kind: 'spiral', samplesPerClass: 20, seed: seeds.generator },
      test: { kind: 'random', fraction: 0.2, seed: seeds.split },
    }),
  });
  expect(made.status, await made.clone().text()).toBe(201);
  const { rows: readable } = await database.query<{ name: string; columns: string }>(
    `SELECT c.oid::regclass::text AS name, string_agg(format('%I', a.attname), ', ') AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relkind IN ('r', 'v', 'm', 'p') AND has_schema_privilege('holdfast_worker', c.relnamespace, 'USAGE')
       AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
       AND has_column_privilege('holdfast_worker', c.oid, a.attnum, 'SELECT')
     GROUP BY c.oid`,
  );
  expect(readable.map(({ name }) => name)).toContain('datasets');
  for (const { name, columns } of readable) {
    const { rows } = await database.query<{ text: string }>(
      `SELECT ROW (${columns})::text AS text FROM ${name}`,
    );
    for (const { text } of rows) {
      for (const seed of Object.values(seeds)) expect(text, name).not.toContain(String(seed));
    }
  }
});
