import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNode } from './node-process.ts';
import { type EmbeddedService, holdfastBin, startEmbedded } from './start-embedded.ts';

const iris = resolve(import.meta.dirname, '../../examples/data/iris.csv');
let service: EmbeddedService;
let folder: string;

function holdfast(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, TMPDIR: folder, HOLDFAST_URL: service.url };
  return new Promise((done) => {
    execFile(process.execPath, [holdfastBin, ...args], { env, cwd: folder }, (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
  });
}

beforeAll(async () => {
  service = await startEmbedded({ threads: 1 });
  folder = await mkdtemp(join(tmpdir(), 'holdfast-try-'));
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

test('try searches a messy file with no service at hand, writes one page and leaves nothing else', async () => {
  const comma = (value: number) => String(value).replace('.', ',');
  const rows = Array.from(
    { length: 60 },
    (_, n) => `K${n};${comma(n / 2)};${(n % 28) + 1}.2.2024;${comma(n * 1.5 + 0.25)};`,
  );
  const text = `\uFEFFid;x;seen;y;\r\n${rows.join('\r\n\r\n')}\r\n;;;;\r\n`;
  await writeFile(join(folder, 'line.csv'), text);
  const small = ['--trials', '3', '--epochs', '5'];
  const tried = await holdfast('try', 'line.csv', '--target', 'y', ...small, '-o', 'r.html');
  expect(tried).toMatchObject({ code: 0, out: expect.stringContaining('regression of y') });
  expect(tried.out).toMatch(/^Left out id: .*48 different texts in 48 rows/m);
  expect(tried.out).toMatch(/^Note: 1 row without any value/m);
  expect((await readdir(folder)).sort()).toEqual(['line.csv', 'r.html', 'r.model.json', 'r.model.onnx']);
  const report = await readFile(join(folder, 'r.html'), 'utf8');
  expect(report).toContain('12 test rows are locked');
  expect(report).toMatch(/<path class="validation" d="M[\d.]/);
  expect(report).not.toMatch(/undefined|NaN|<script|(src|href)="/);
});

test('try leaves nothing behind where nobody reads it any more', async () => {
  const { PATH = '', HOME = '' } = process.env;
  const own = await mkdtemp(join(folder, 'unread-'));
  await writeFile(join(folder, 'short.csv'), 'x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n9,a\n10,b\n');
  const tried = spawn(
    process.execPath,
    [holdfastBin, 'try', 'short.csv', '--target', 'y', '-o', join(own, 'r.html')],
    { cwd: folder, env: { PATH, HOME, TMPDIR: own }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(tried, 'exit');
  await once(tried.stdout, 'data');
  await expect.poll(() => readdir(own), { timeout: 30_000 }).not.toEqual([]);
  // As `| head -1` does, and a terminal that is closed.
  tried.stdout.destroy();
  tried.stderr.destroy();
  await ended;
  expect(await readdir(own)).toEqual([]);
});

test('an export is run again elsewhere to the same bytes, own trials too; other bytes are told', async () => {
  await service.client.uploadDataset({ name: 'iris', target: 'species' }, new Blob([await readFile(iris)]));
  const search = await service.client.createSearch({
    dataset: 'iris',
    space: { hiddenLayers: [[4]], learningRate: [0.01, 0.1], epochs: 5 },
  });
  await service.client.pauseSearch(search.id);
  await service.client.addTrial(search.id, {
    params: { hiddenLayers: [3], learningRate: 0.02 },
    note: 'mine',
  });
  await service.client.resumeSearch(search.id);
  await service.client.search(search.id).waitUntilFinished();

  expect(await holdfast('export', search.id, '-o', 'search.json.gz')).toMatchObject({ code: 0 });
  const again = await holdfast('reproduce', 'search.json.gz', '--embedded');
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('The same bytes: 3 trials') });

  expect(await holdfast('import', 'search.json.gz')).toMatchObject({ code: 0 });
  expect((await service.client.listDatasets()).items.map(({ name }) => name)).toEqual(['iris']);

  expect(await holdfast('export', search.id, '-o', 'search.json')).toMatchObject({ code: 0 });
  const text = await readFile(join(folder, 'search.json'), 'utf8');
  const changed = JSON.parse(text) as { board: { items: { score: { mean: number } }[] } };
  changed.board.items[0]!.score.mean = 0.5;
  await writeFile(join(folder, 'changed.json'), JSON.stringify(changed));
  expect(await holdfast('reproduce', 'changed.json')).toMatchObject({
    code: 8,
    out: expect.stringContaining('"mean": 0.5'),
  });
  await writeFile(join(folder, 'broken.json'), '{}');
  expect(await holdfast('reproduce', 'broken.json')).toMatchObject({ code: 2 });
});

test('a search whose folds follow groups is exported without its rows, and run again on the same file', async () => {
  const { client } = service;
  const rows = Array.from(
    { length: 40 },
    (_, n) => `${n / 10},${n % 3},herd ${n % 8},${n < 20 ? 'low' : 'high'}`,
  );
  const file = new Blob([`x,y,herd,kind\n${rows.join('\n')}\n`]);
  await client.uploadDataset({ name: 'herds', target: 'kind', group: 'herd' }, file);
  const { id } = await client.submitSearch({
    dataset: 'herds',
    space: { hiddenLayers: [[2]], learningRate: [0.01, 0.1], epochs: 2 },
  });
  await client.search(id).waitUntilFinished();
  expect(await holdfast('export', id, '-o', 'herds.json')).toMatchObject({
    code: 1,
    err: expect.stringContaining('--no-data'),
  });
  expect(await holdfast('export', id, '--no-data', '-o', 'herds.json')).toMatchObject({ code: 0 });
  expect(await holdfast('reproduce', 'herds.json')).toMatchObject({
    code: 0,
    out: expect.stringContaining('The same bytes: 2 trials'),
  });
  expect(JSON.parse((await holdfast('searches', 'show', 'latest', '--json')).out)).toMatchObject({ id });
  expect(await holdfast('reproduce', 'herds.json', '--embedded')).toMatchObject({
    code: 1,
    err: expect.stringContaining('--group herd'),
  });
});

test('a backup is refused while the service runs, and restored into a folder that serves the same', async () => {
  const { home } = service;
  const dataset = await service.client.getDataset('iris');
  expect(await holdfast('backup', 'kept.tar.gz', '--home', home)).toMatchObject({
    code: 2,
    err: expect.stringContaining('Stop it first'),
  });
  await service.process.end('SIGINT');

  expect(await holdfast('backup', 'kept.tar.gz', '--home', home)).toMatchObject({ code: 0 });
  expect(await holdfast('backup', 'kept.tar.gz', '--home', home)).toMatchObject({
    code: 2,
    err: expect.stringContaining('kept.tar.gz is there already'),
  });
  expect(await holdfast('backup', 'kept.tar.gz', '--home', home, '--force')).toMatchObject({ code: 0 });
  expect(await holdfast('restore', 'kept.tar.gz', '--home', home)).toMatchObject({ code: 2 });
  const second = join(folder, 'second');
  expect(await holdfast('restore', 'kept.tar.gz', '--home', second)).toMatchObject({ code: 0 });
  const again = startNode(holdfastBin, ['serve', '--home', second, '--port', '0', '--threads', '1'], {});
  const [, newUrl = ''] = await again.until(/Ready in .* at (http\S+)/);
  expect(await new HoldfastClient({ url: newUrl }).getDataset('iris')).toEqual(dataset);
  const key = (place: string) => readFile(join(place, 'evaluator/sealing-key.json'), 'utf8');
  expect(await key(second)).toBe(await key(home));
  await again.end('SIGINT');
});
