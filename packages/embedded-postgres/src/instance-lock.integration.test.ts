import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildPackage, builtFolder, connect } from '../test/launcher-process.ts';
import { takeInstanceLock } from './instance-lock.ts';
import { startTemporaryPostgres, type TemporaryPostgres } from './temporary-postgres.ts';

const timeout = 60_000;
let server: TemporaryPostgres;

beforeAll(async () => {
  buildPackage();
  server = await startTemporaryPostgres();
}, timeout);
afterAll(() => server.stop(), timeout);

const impatient = { patienceMilliseconds: 0 };

test('one holder at a time, until it releases', { timeout }, async () => {
  const first = await takeInstanceLock(server.url, impatient);
  expect(first).not.toBeNull();
  expect(await takeInstanceLock(server.url, impatient)).toBeNull();
  const other = await takeInstanceLock(server.url, { ...impatient, name: 'something else' });
  expect(other).not.toBeNull();
  await first!.release();
  await first!.release();
  const second = await takeInstanceLock(server.url);
  expect(second).not.toBeNull();
  await Promise.all([second!.release(), other!.release()]);
});

test('the lock of a process that is killed is free again', { timeout }, async () => {
  const module = pathToFileURL(join(builtFolder, 'instance-lock.js')).href;
  const script = `import { takeInstanceLock } from ${JSON.stringify(module)};
    console.log((await takeInstanceLock(${JSON.stringify(server.url)})) === null ? 'refused' : 'held');
    process.stdin.resume();`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [said] = await once(holder.stdout, 'data');
  expect(String(said).trim()).toBe('held');
  expect(await takeInstanceLock(server.url, impatient)).toBeNull();
  holder.kill('SIGKILL');
  const lock = await takeInstanceLock(server.url, { patienceMilliseconds: 10_000 });
  expect(lock).not.toBeNull();
  await lock!.release();
});

test('a lost connection is told once, and the lock can be taken again', { timeout }, async () => {
  const reasons: Error[] = [];
  const lock = await takeInstanceLock(server.url, { onLost: (reason) => reasons.push(reason) });
  const client = await connect(server.url);
  await client.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'holdfast instance lock'",
  );
  await vi.waitUntil(() => reasons.length > 0, { timeout: 10_000 });
  const again = await takeInstanceLock(server.url);
  expect(again).not.toBeNull();
  await lock!.release();
  expect(await takeInstanceLock(server.url, impatient)).toBeNull();
  await again!.release();
  expect(reasons).toHaveLength(1);
});

test('release is no loss', { timeout }, async () => {
  const reasons: Error[] = [];
  const lock = await takeInstanceLock(server.url, { onLost: (reason) => reasons.push(reason) });
  await lock!.release();
  expect(reasons).toEqual([]);
});

test('a server that is not there is an error, not a lock held elsewhere', { timeout }, async () => {
  await expect(takeInstanceLock('postgres://holdfast:x@127.0.0.1:1/holdfast')).rejects.toThrow();
});
