import { chmod, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { closedFolder, connect } from '../test/launcher-process.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { isPostmaster } from './postmaster.ts';
import { startPostgres } from './start-postgres.ts';

const timeout = 60_000;
/** For tests that do not look at durability. */
const settings = { fsync: 'off' };

async function start(
  dataFolder: string,
  options: Omit<Parameters<typeof startPostgres>[0], 'dataFolder'> = {},
) {
  const server = await startPostgres({ dataFolder, ...options });
  onTestFinished(() => server.stop());
  return server;
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EmbeddedPostgresError);
  const { message } = error as Error;
  expect(message).not.toContain('\n');
  return message;
}

test('keeps data, password and port from one start to the next, and leaves no process', {
  timeout,
}, async () => {
  const folder = join(await closedFolder(), 'data set', "it's");
  const first = await start(folder);
  expect(first.adopted).toBe(false);
  const client = await connect(first.url);
  await client.query('CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  await first.stop();
  expect(await isPostmaster(first.pid, join(folder, 'data'))).toBe(false);
  await expect(stat(join(folder, 'data', 'postmaster.pid'))).rejects.toThrow('ENOENT');

  const second = await start(folder);
  expect(second).toMatchObject({ adopted: false, url: first.url, port: first.port });
  const again = await connect(second.url);
  expect((await again.query('SELECT answer FROM kept')).rows).toEqual([{ answer: 42 }]);
});

test('is durable, closed to the outside, and sorts by code point', { timeout }, async () => {
  const folder = await closedFolder();
  const server = await start(folder, { settings: { work_mem: '7MB', application_name: "it's \\ quoted" } });
  const client = await connect(server.url);
  const { rows } = await client.query<{ name: string; setting: string }>(
    'SELECT name, setting FROM pg_settings',
  );
  const setting = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  expect(setting).toMatchObject({
    fsync: 'on',
    synchronous_commit: 'on',
    max_connections: '200',
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    server_encoding: 'UTF8',
    work_mem: String(7 * 1024),
  });
  const reset = await client.query("SELECT reset_val FROM pg_settings WHERE name = 'application_name'");
  expect(reset.rows).toEqual([{ reset_val: "it's \\ quoted" }]);
  const sorted = await client.query(
    "SELECT string_agg(w, '' ORDER BY w) AS w FROM unnest(ARRAY['b','B','ä','a']) w",
  );
  expect(sorted.rows).toEqual([{ w: 'Babä' }]);

  const wrong = new URL(server.url);
  wrong.password = 'wrong';
  await expect(connect(wrong.href)).rejects.toMatchObject({ code: '28P01' });
  const mode = (await stat(join(folder, 'data', 'holdfast.password'))).mode & 0o777;
  expect(mode).toBe(0o600);
});

test('row contents of failing statements do not reach the log', { timeout }, async () => {
  const folder = await closedFolder();
  const server = await start(folder, { settings });
  const client = await connect(server.url);
  await client.query('CREATE TABLE secret (v text PRIMARY KEY)');
  await client.query("INSERT INTO secret VALUES ('canary-1')");
  await expect(client.query("INSERT INTO secret VALUES ('canary-1')")).rejects.toMatchObject({
    code: '23505',
  });
  await server.stop();
  const log = await readFile(join(folder, 'server.log'), 'utf8');
  expect(log).toContain('duplicate key');
  expect(log).not.toContain('canary');
});

test('a folder named through a symbolic link is the same server', { timeout }, async () => {
  const parent = await closedFolder();
  const folder = join(parent, 'real');
  await mkdir(folder);
  await symlink(folder, join(parent, 'link'));
  const server = await start(folder, { settings });
  expect(await startPostgres({ dataFolder: join(parent, 'link') })).toMatchObject({
    adopted: true,
    pid: server.pid,
  });
});

test('finds another port where the remembered one was taken in the meantime', { timeout }, async () => {
  const folder = await closedFolder();
  const first = await start(folder, { settings });
  await first.stop();
  const occupier = createServer();
  onTestFinished(() => void occupier.close());
  await new Promise<void>((resolve) => occupier.listen(first.port, '127.0.0.1', resolve));
  const second = await start(folder, { settings });
  expect(second.port).not.toBe(first.port);
  await connect(second.url);
  expect(
    await refusal(startPostgres({ dataFolder: await closedFolder(), port: first.port, settings })),
  ).toContain(`Port ${first.port}`);
});

test('a folder below a file', { timeout }, async () => {
  const file = join(await closedFolder(), 'file');
  await writeFile(file, '');
  expect(await refusal(startPostgres({ dataFolder: join(file, 'x') }))).toContain(
    'choose another data folder',
  );
});

test('a folder that is not writable', { timeout }, async () => {
  // Root writes where modes forbid it, but not into the kernel's own file system.
  let folder = '/sys/kernel/holdfast';
  if (process.getuid?.() !== 0) {
    const parent = await closedFolder();
    await chmod(parent, 0o500);
    folder = join(parent, 'x');
  }
  expect(await refusal(startPostgres({ dataFolder: folder }))).toMatch(
    /Data folder .*(not writable|read-only)/,
  );
});

test('a folder of another major version, and one that is no cluster', { timeout }, async () => {
  const folder = await closedFolder();
  await mkdir(join(folder, 'data'));
  expect(await refusal(startPostgres({ dataFolder: folder }))).toContain('holds no Postgres data');
  await writeFile(join(folder, 'data', 'PG_VERSION'), '17\n');
  expect(await refusal(startPostgres({ dataFolder: folder }))).toContain('written by Postgres 17');
});

test('a setting that Postgres refuses, with its own words', { timeout }, async () => {
  const folder = await closedFolder();
  const message = await refusal(
    startPostgres({ dataFolder: folder, settings: { ...settings, shared_buffers: 'plenty' } }),
  );
  expect(message).toContain('shared_buffers');
  expect(message).toContain('server.log');
  // The folder is not spoilt by that.
  await start(folder, { settings });
});

test.each([0, 65536, 1.5, Number.NaN])('port %s', async (port) => {
  expect(await refusal(startPostgres({ dataFolder: await closedFolder(), port }))).toContain('not a port');
});
