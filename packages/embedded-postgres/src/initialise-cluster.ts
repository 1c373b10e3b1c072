import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServerRuntime } from './choose-server-user.ts';
import { clusterFolder, dataFolderError, passwordPath } from './data-folder.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { runProgram } from './run-program.ts';
import { programPath } from './server-binaries.ts';
import { lastLines } from './server-log.ts';

export const superuser = 'holdfast';

async function removeAbandoned(dataFolder: string): Promise<void> {
  for (const name of await readdir(dataFolder)) {
    const pid = /^\.new-(\d+)-/.exec(name)?.[1];
    if (!pid) continue;
    try {
      process.kill(Number(pid), 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') continue;
      await rm(join(dataFolder, name), { recursive: true, force: true });
    }
  }
}

/**
 * Makes the cluster in a folder aside and renames it into place: a crash leaves no half of one, and of two starts at once
 * one wins and the other uses the winner's.
 *
 * @throws EmbeddedPostgresError with initdb's last lines where it fails
 */
export async function initialiseCluster(
  dataFolder: string,
  runtime: ServerRuntime,
  durable: boolean,
): Promise<void> {
  await removeAbandoned(dataFolder);
  const staging = join(dataFolder, `.new-${process.pid}-${randomBytes(4).toString('hex')}`);
  const cluster = join(staging, 'data');
  const secret = join(staging, 'password');
  try {
    await mkdir(staging, { mode: 0o700 });
    await mkdir(cluster, { mode: 0o700 });
    // Hexadecimal needs no escaping in a URL.
    await writeFile(secret, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
    const { owner } = runtime.user;
    if (owner) for (const path of [secret, cluster, staging]) await chown(path, owner.uid, owner.gid);
    const { code, output } = await runProgram(
      runtime.user,
      programPath(runtime.binaries, 'initdb'),
      [
        ...['-D', cluster, '-U', superuser, `--pwfile=${secret}`, '--auth=scram-sha-256', '--encoding=UTF8'],
        // Sorts by code point alike on every platform, whatever C library is there.
        ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-instructions'],
        ...(durable ? [] : ['--no-sync']),
      ],
      dataFolder,
    );
    if (code !== 0) {
      if (/no space left on device|disk quota exceeded/i.test(output)) {
        throw dataFolderError(dataFolder, Object.assign(new Error(lastLines(output)), { code: 'ENOSPC' }));
      }
      throw new EmbeddedPostgresError(
        `initdb failed in ${dataFolder}: ${lastLines(output) || `exit code ${code}`}`,
      );
    }
    await rename(secret, passwordPath(cluster));
    await rename(cluster, clusterFolder(dataFolder)).catch((error: NodeJS.ErrnoException) => {
      if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code ?? '')) throw error;
    });
    if (durable && process.platform !== 'win32') {
      const handle = await open(dataFolder, 'r');
      await handle.sync().finally(() => handle.close());
    }
  } catch (error) {
    throw dataFolderError(dataFolder, error);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
