import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildPackage, builtFolder, connect } from '../test/launcher-process.ts';
import { isPostmaster } from './postmaster.ts';
import {
  createDatabase,
  dropDatabase,
  startTemporaryPostgres,
  type TemporaryPostgres,
} from './temporary-postgres.ts';

const timeout = 60_000;
let server: TemporaryPostgres;

beforeAll(async () => {
  buildPackage();
  server = await startTemporaryPostgres();
}, timeout);
afterAll(() => server.stop(), timeout);

test('databases are apart, can be copied, and dropped in use', { timeout }, async () => {
  const name = 'Odd name "é"';
  const original = await createDatabase(server.url, name);
  const client = await connect(original);
  await client.query('CREATE TABLE t AS SELECT 7 AS n');
  await client.end();
  const copy = await connect(await createDatabase(server.url, 'copy', name));
  expect((await copy.query('SELECT n FROM t')).rows).toEqual([{ n: 7 }]);
  const apart = await connect(server.url);
  await expect(apart.query('SELECT n FROM t')).rejects.toMatchObject({ code: '42P01' });

  await expect(createDatabase(server.url, 'copy')).rejects.toMatchObject({ code: '42P04' });
  await dropDatabase(server.url, 'copy');
  await dropDatabase(server.url, 'copy');
  await connect(await createDatabase(server.url, 'copy'));
});

test.each(['', 'x'.repeat(64)])('refuses the name "%s"', async (name) => {
  await expect(createDatabase(server.url, name)).rejects.toThrow('no name for a database');
});

test('stop removes server and folder', { timeout }, async () => {
  const own = await startTemporaryPostgres({ settings: { work_mem: '5MB' } });
  const client = await connect(own.url);
  const { rows } = await client.query(
    "SELECT current_setting('fsync') AS fsync, current_setting('work_mem') AS work_mem",
  );
  expect(rows).toEqual([{ fsync: 'off', work_mem: '5MB' }]);
  await own.stop();
  expect(await isPostmaster(own.pid, join(own.dataFolder, 'data'))).toBe(false);
  await expect(stat(own.dataFolder)).rejects.toThrow('ENOENT');
});

test('both go too where the process that started it is killed', { timeout }, async () => {
  const module = pathToFileURL(join(builtFolder, 'temporary-postgres.js')).href;
  const script = `import { startTemporaryPostgres } from ${JSON.stringify(module)};
    const { pid, dataFolder } = await startTemporaryPostgres();
    console.log(JSON.stringify({ pid, dataFolder }));
    process.stdin.resume();`;
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(starter.stdout, 'data');
  const { pid, dataFolder } = JSON.parse(String(line));
  expect(await isPostmaster(pid, join(dataFolder, 'data'))).toBe(true);
  starter.kill('SIGKILL');
  await vi.waitUntil(async () => !(await isPostmaster(pid, join(dataFolder, 'data'))), { timeout: 20_000 });
  await vi.waitUntil(
    () =>
      stat(dataFolder).then(
        () => false,
        () => true,
      ),
    { timeout: 20_000 },
  );
});
