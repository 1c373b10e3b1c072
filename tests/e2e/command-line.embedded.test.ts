import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startNode } from './node-process.ts';
import type { RunningService } from './service.ts';
import { holdfastBin, startEmbedded } from './start-embedded.ts';

const examples = resolve(import.meta.dirname, '../../examples');
let service: RunningService;
let folder: string;

/** Runs a command to its end. */
function holdfast(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, HOLDFAST_URL: service.url };
  return new Promise((done) => {
    execFile(process.execPath, [holdfastBin, ...args], { env, cwd: folder }, (error, out, err) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
  });
}

beforeAll(async () => {
  service = await startEmbedded({ threads: 1 });
  folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
});

afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

test('from a file to a board, by commands alone', async () => {
  const added = await holdfast('datasets', 'add', join(examples, 'data/iris.csv'), '--target', 'species');
  expect(added).toMatchObject({ code: 0, out: expect.stringContaining('30 locked away') });

  await writeFile(
    join(folder, 'search.yaml'),
    'dataset: iris\nspace:\n  hiddenLayers: [[4], [8]]\n  epochs: 5\n',
  );
  const small = ['submit', 'search.yaml', '--set', 'learningRate=[0.01, 0.1]'];
  const dry = await holdfast(...small, '--dry-run');
  expect(dry.out).toMatch(/^4 trials, 20 fold runs/);
  expect((await holdfast('searches', 'list')).out).toMatch(/^No such search/);

  const run = await holdfast(...small, '--watch');
  expect(run).toMatchObject({
    code: 0,
    out: expect.stringMatching(/4\/4 trials · 20\/20 folds .* completed/),
  });

  const id = (await holdfast('searches', 'list', '--json')).out.match(/se_[0-9a-z]{20}/)![0];
  const board = await holdfast('leaderboard', id, '--json');
  expect(board.out).toBe(`${await (await fetch(`${service.url}/v1/searches/${id}/leaderboard`)).text()}\n`);
  expect((await holdfast('leaderboard')).out).toMatch(/rank +95 % +trial +accuracy/);
  expect((await holdfast('leaderboard', '--csv', '--columns', 'cv_results')).out).toContain(
    'mean_test_score',
  );
  expect((await holdfast('trial', 'latest', '0')).out).toMatch(/┤.*●[\s\S]*└─+/);
  expect((await holdfast('compare', 'latest', '0', '1')).out).toContain('corrected resampled t-test');
  expect((await holdfast('workers')).out).toContain('0.1.0');
  expect(await holdfast('doctor')).toMatchObject({ code: 0, out: expect.stringContaining('is ready') });
});

test('exit codes and messages name the way out', async () => {
  expect(await holdfast('lederboard')).toMatchObject({
    code: 2,
    err: expect.stringContaining('leaderboard?'),
  });
  expect(await holdfast('submit', 'absent.yaml')).toMatchObject({ code: 2 });
  expect(await holdfast('watch', '--url', 'http://127.0.0.1:1')).toMatchObject({
    code: 3,
    err: expect.stringContaining('HOLDFAST_URL'),
  });
  expect(await holdfast('trial', `se_${'a'.repeat(20)}`, '0')).toMatchObject({ code: 5 });
  expect(await holdfast('submit', '--dataset', 'iris', '--set', 'epochs=many')).toMatchObject({
    code: 6,
    err: expect.stringContaining('/space/epochs'),
  });
});

test('Ctrl-C in watch leaves the search running and says so', async () => {
  const spec = ['--set', 'epochs=20000', '--set', 'hiddenLayers=[[256]]', '--quiet'];
  const id = (await holdfast('submit', '--dataset', 'iris', ...spec)).out.trim();
  const watching = startNode(holdfastBin, ['watch', id, '--url', service.url], {});
  await watching.until(/trials · /);
  expect(await watching.end('SIGINT')).toBe(130);
  expect(watching.output()).toContain(`holdfast cancel ${id}`);
  expect((await service.client.getSearch(id)).status).toMatch(/queued|running/);

  expect((await holdfast('pause', id)).out).toContain('is paused');
  expect((await holdfast('resume', id)).out).toMatch(/is (queued|running)/);
  expect((await holdfast('cancel', id)).out).toContain('is cancelled');
  expect(await holdfast('watch', id)).toMatchObject({ code: 7 });
});

test('the client waits for the end, tells of progress and reads whole lists', async () => {
  const search = await service.client.submitSearch({
    dataset: 'iris',
    space: { hiddenLayers: [[4]], learningRate: [0.01, 0.02, 0.03], epochs: 5 },
  });
  const seen: number[] = [];
  const ended = await search.waitUntilFinished({
    onProgress: ({ progress }) => seen.push(progress.folds.completed),
  });
  expect(ended.status).toBe('completed');
  expect(seen.at(-1)).toBe(15);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  const trials: number[] = [];
  for await (const { trial } of search.items()) trials.push(trial);
  expect(trials.sort()).toEqual([0, 1, 2]);
  const names: string[] = [];
  for await (const { name } of service.client.eachDataset()) names.push(name);
  expect(names).toEqual(['iris']);
});
