import { spawn } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { buildPackage, closedFolder, connect, runLauncher } from '../test/launcher-process.ts';
import { isPostmaster } from './postmaster.ts';
import { type EmbeddedPostgres, startPostgres } from './start-postgres.ts';

const timeout = 60_000;
/** For tests that do not look at durability. */
const settings = { fsync: 'off' };

beforeAll(buildPackage, timeout);

function stopAfterwards(server: EmbeddedPostgres): EmbeddedPostgres {
  onTestFinished(() => server.stop());
  return server;
}

test('kill -9 of the process that started it: the next start adopts the server', { timeout }, async () => {
  const folder = await closedFolder();
  const launcher = await runLauncher(folder);
  const { url, pid, port } = launcher.answer;
  const client = await connect(url);
  await launcher.kill();
  expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);

  const adopted = stopAfterwards(await startPostgres({ dataFolder: folder, settings }));
  expect(adopted).toMatchObject({ adopted: true, url, pid, port });
  await adopted.stop();
  expect(await isPostmaster(pid, join(folder, 'data'))).toBe(false);
});

test('Ctrl-C in the terminal does not reach the server', { timeout }, async () => {
  const server = stopAfterwards(await startPostgres({ dataFolder: await closedFolder(), settings }));
  // A signal to a negative number reaches the process group of that number: the server leads one of its own.
  expect(process.kill(-server.pid, 0)).toBe(true);
  expect(server.pid).not.toBe(process.pid);
});

test('kill -9 of the server amid writes: whatever was committed is there again', { timeout }, async () => {
  const folder = await closedFolder();
  const first = stopAfterwards(await startPostgres({ dataFolder: folder }));
  await (await connect(first.url)).query('CREATE TABLE written (writer int, n int)');
  const committed = [0, 0, 0, 0];
  const writers = committed.map(async (_, writer) => {
    const client = await connect(first.url);
    try {
      for (let n = 1; ; n += 1) {
        await client.query('INSERT INTO written VALUES ($1, $2)', [writer, n]);
        committed[writer] = n;
      }
    } catch {
      // The connection ends with the server.
    }
  });
  await vi.waitUntil(() => committed.every((n) => n >= 50), { timeout: 20_000 });
  process.kill(first.pid, 'SIGKILL');
  // At once, while its child processes may still be ending.
  const second = stopAfterwards(await startPostgres({ dataFolder: folder }));
  await Promise.all(writers);
  expect(second.pid).not.toBe(first.pid);
  expect(second.adopted).toBe(false);
  const { rows } = await (await connect(second.url)).query<{ count: number; max: number }>(
    'SELECT count(*)::int AS count, max(n) AS max FROM written GROUP BY writer ORDER BY writer',
  );
  expect(rows).toHaveLength(committed.length);
  rows.forEach(({ count, max }, writer) => {
    expect(count).toBe(max);
    expect(max).toBeGreaterThanOrEqual(committed[writer]!);
    // The one insert whose answer was lost may have been committed.
    expect(max).toBeLessThanOrEqual(committed[writer]! + 1);
  });
});

if (process.platform === 'linux') {
  test('kill -9 of the server amid a query without end: the next start ends what is left', {
    timeout,
  }, async () => {
    const folder = await closedFolder();
    const first = stopAfterwards(await startPostgres({ dataFolder: folder, settings }));
    const busy = await connect(first.url);
    const endless = 'WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT 1 FROM r) SELECT count(*) FROM r';
    const query = busy.query(endless).catch(() => 'lost');
    const observer = await connect(first.url);
    await vi.waitUntil(async () => {
      const active = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'WITH RECURSIVE%'";
      return (await observer.query(active)).rowCount === 1;
    });
    process.kill(first.pid, 'SIGKILL');
    const second = stopAfterwards(await startPostgres({ dataFolder: folder, settings }));
    expect(second.adopted).toBe(false);
    expect(await query).toBe('lost');
  });
}

test('two processes that start on one new folder end with one server', { timeout }, async () => {
  const folder = await closedFolder();
  const launchers = await Promise.all([runLauncher(folder), runLauncher(folder)]);
  for (const { answer } of launchers) expect(answer.error, answer.message).toBeUndefined();
  expect(new Set(launchers.map(({ answer }) => answer.pid)).size).toBe(1);
  expect(launchers.map(({ answer }) => answer.adopted).sort()).toEqual([false, true]);
  for (const { answer } of launchers) await connect(answer.url);
  await launchers[0]!.stop();
});

test('four starts at once after a crash end with one server', { timeout }, async () => {
  const folder = await closedFolder();
  const first = stopAfterwards(await startPostgres({ dataFolder: folder, settings }));
  process.kill(first.pid, 'SIGKILL');
  const servers = await Promise.all([1, 2, 3, 4].map(() => startPostgres({ dataFolder: folder, settings })));
  onTestFinished(() => servers[0]!.stop());
  expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
  expect(servers[0]!.pid).not.toBe(first.pid);
  for (const { url } of servers) await connect(url);
});

test('a start during the stop waits for it and starts anew', { timeout }, async () => {
  const folder = await closedFolder();
  const first = stopAfterwards(await startPostgres({ dataFolder: folder, settings }));
  await connect(first.url);
  const [second] = await Promise.all([
    vi
      .waitUntil(() => isStopping(folder), { timeout: 10_000, interval: 1 })
      .then(() => startPostgres({ dataFolder: folder, settings })),
    first.stop(),
  ]);
  stopAfterwards(second);
  expect(second.pid).not.toBe(first.pid);
  await connect(second.url);
});

async function isStopping(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => null);
  return text === null || text.includes('stopping');
}

test('a process that has got the number of a killed server is neither adopted nor in the way', {
  timeout,
}, async () => {
  const folder = await closedFolder();
  const pidFile = join(folder, 'data', 'postmaster.pid');
  const first = stopAfterwards(await startPostgres({ dataFolder: folder, settings }));
  await copyFile(pidFile, join(folder, 'kept'));
  await first.stop();
  const stranger = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  onTestFinished(() => void stranger.kill('SIGKILL'));
  const lines = (await readFile(join(folder, 'kept'), 'utf8')).split('\n');
  await writeFile(pidFile, [String(stranger.pid), ...lines.slice(1)].join('\n'));

  const second = stopAfterwards(await startPostgres({ dataFolder: folder, settings }));
  expect(second.adopted).toBe(false);
  await connect(second.url);
  await second.stop();
  expect(stranger.exitCode).toBeNull();
  expect(stranger.signalCode).toBeNull();
});
