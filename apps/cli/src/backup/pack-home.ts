import { execFile } from 'node:child_process';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { takeInstanceLock } from '@holdfast/embedded-postgres/instance-lock';
import { startPostgres } from '@holdfast/embedded-postgres/start-postgres';
import { UsageError } from '../command/usage-error.ts';

const run = promisify(execFile);

/**
 * Packs a data folder: its Postgres, stopped in order, and the evaluator's key; logs are left out. The archive is there whole
 * or not at all.
 * @throws UsageError where a service runs on the folder, or there is none in it
 */
export async function packHome(home: string, archive: string): Promise<void> {
  const names: string[] = await readdir(home).catch(() => []);
  if (!names.includes('postgres')) {
    throw new UsageError(
      `${home} is no data folder: it has no postgres in it. A Postgres of your own is backed up by pg_dump; see docs/how-to.md.`,
    );
  }
  await shutDownCleanly(home);
  const target = resolve(archive);
  const partial = join(dirname(target), `.${basename(target)}.partial`);
  try {
    const kept = names.filter((name) => name === 'postgres' || name === 'evaluator');
    await run('tar', ['-czf', partial, '-C', home, ...kept]).catch(explainTar);
    await rename(partial, target);
  } finally {
    await rm(partial, { force: true });
  }
}

/**
 * Unpacks an archive into a folder that is not there yet, or empty.
 * @throws UsageError where something is in the folder
 */
export async function unpackHome(archive: string, home: string): Promise<void> {
  const names: string[] = await readdir(home).catch(() => []);
  if (names.length > 0) {
    throw new UsageError(
      `${home} is not empty. Name another by --home, or move it away: nothing is overwritten.`,
    );
  }
  await mkdir(home, { recursive: true });
  await run('tar', ['-xzf', resolve(archive), '-C', home]).catch(explainTar);
}

/** A Postgres that an earlier kill -9 left running or in need of recovery is recovered and stopped. */
async function shutDownCleanly(home: string): Promise<void> {
  const server = await startPostgres({ dataFolder: join(home, 'postgres') });
  const lock = await takeInstanceLock(server.url, { onLost: () => undefined });
  if (!lock) throw new UsageError(`A Holdfast runs on ${home}. Stop it first, so that the backup is whole.`);
  await lock.release();
  await server.stop();
}

function explainTar(error: Error & { stderr?: string }): never {
  throw new Error(`tar failed: ${error.stderr?.trim() || error.message}`);
}
