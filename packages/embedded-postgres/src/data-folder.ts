import { mkdir, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { serverMajorVersion } from './server-binaries.ts';

const advice: Readonly<Record<string, string>> = {
  EACCES: 'it is not writable; choose another data folder or change its owner',
  EPERM: 'it is not writable; choose another data folder or change its owner',
  EROFS: 'its file system is read-only; choose another data folder',
  ENOTDIR: 'a file stands in its way; choose another data folder',
  EEXIST: 'a file stands in its place; choose another data folder',
  ENOENT: 'it cannot be created there; choose another data folder',
  ENOSPC: 'the disk is full; free space or choose another data folder',
  EDQUOT: 'the disk quota is used up; free space or choose another data folder',
};

/** The error of an operation in the data folder, with the way out where it is known. */
export function dataFolderError(folder: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  const known = advice[code];
  return known
    ? new EmbeddedPostgresError(`Data folder ${folder}: ${known} (${code}).`, { cause: error })
    : error;
}

/**
 * Creates the folder where it is missing and checks that it can be written.
 * @returns its absolute path without symbolic links, as Postgres reports it
 */
export async function prepareDataFolder(dataFolder: string): Promise<string> {
  if (dataFolder === '' || /[\n\r\0]/.test(dataFolder)) {
    throw new EmbeddedPostgresError('The data folder must be a path on one line, and not empty.');
  }
  const wanted = resolve(dataFolder);
  try {
    await mkdir(wanted, { recursive: true, mode: 0o700 });
    const folder = await realpath(wanted);
    const probe = join(folder, `.writable-${process.pid}-${Math.trunc(performance.now() * 1e6)}`);
    const handle = await open(probe, 'wx', 0o600);
    await handle.close();
    await rm(probe, { force: true });
    return folder;
  } catch (error) {
    throw dataFolderError(wanted, error);
  }
}

export function clusterFolder(dataFolder: string): string {
  return join(dataFolder, 'data');
}

/**
 * @returns whether the folder holds an initialised cluster
 * @throws EmbeddedPostgresError where it is of another major version, or is something else
 */
export async function hasCluster(dataFolder: string): Promise<boolean> {
  const cluster = clusterFolder(dataFolder);
  if (!(await stat(cluster).catch(() => null))) return false;
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EACCES') throw dataFolderError(cluster, error);
      throw new EmbeddedPostgresError(
        `${cluster} exists but holds no Postgres data; move it away or choose another data folder.`,
      );
    },
  );
  if (version.trim() !== String(serverMajorVersion)) {
    throw new EmbeddedPostgresError(
      `${cluster} was written by Postgres ${version.trim()}, and this one is ${serverMajorVersion}: choose another data ` +
        'folder, or dump it with that version and restore it here, or set DATABASE_URL to a server of that version.',
    );
  }
  return true;
}

const passwordFile = 'holdfast.password';

/** The superuser's password lies in the cluster itself, so that the two cannot part. */
export function passwordPath(cluster: string): string {
  return join(cluster, passwordFile);
}

export async function readPassword(cluster: string): Promise<string> {
  const text = await readFile(passwordPath(cluster), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new EmbeddedPostgresError(
      `The password in ${passwordPath(cluster)} cannot be read (${error.code}); start as the user who owns the folder, ` +
        'or put the file back from a backup.',
    );
  });
  return text.trim();
}
