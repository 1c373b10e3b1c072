import { constants } from 'node:fs';
import { access, chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** The folder that holds `bin`, `lib` and `share` of one Postgres build. */
export interface ServerBinaries {
  readonly folder: string;
  /** The npm package's version, for instance `18.4.0-beta.17`. */
  readonly version: string;
}

export const serverMajorVersion = 18;

const suffix = process.platform === 'win32' ? '.exe' : '';

export function programPath(folder: string, program: 'initdb' | 'postgres' | 'pg_ctl'): string {
  return join(folder, 'bin', program + suffix);
}

/** @throws EmbeddedPostgresError where no package of binaries is installed for this platform */
export async function locateBinaries(): Promise<ServerBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `No Postgres binaries for ${platform}-${process.arch}: the optional package ${name} is not installed. ` +
        'Install with optional dependencies, or set DATABASE_URL to a Postgres server of your own.',
    );
  }
  const packageFolder = dirname(dirname(entry));
  const manifest = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  return { folder: join(packageFolder, 'native'), version: String(manifest.version) };
}

interface LinkEntry {
  readonly source: string;
  readonly target: string;
}

async function missingLinks(folder: string): Promise<LinkEntry[]> {
  let listing: string;
  try {
    listing = await readFile(join(folder, 'pg-symlinks.json'), 'utf8');
  } catch {
    return []; // Windows needs no links and ships no listing.
  }
  const missing: LinkEntry[] = [];
  for (const { source, target } of JSON.parse(listing) as LinkEntry[]) {
    // The listing names its paths from the package, whose folder is always called native.
    const entry = {
      source: join(folder, relative('native', source)),
      target: join(folder, relative('native', target)),
    };
    if (!(await lstat(entry.target).catch(() => null))) missing.push(entry);
  }
  return missing;
}

/**
 * Creates what the package's postinstall would have created, for installs that skip scripts.
 * @returns false where the folder is incomplete and cannot be written
 */
export async function completeBinaries(folder: string): Promise<boolean> {
  try {
    for (const { source, target } of await missingLinks(folder)) {
      await symlink(relative(dirname(target), source), target).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
    if (process.platform !== 'win32') {
      for (const program of ['initdb', 'postgres'] as const) {
        const path = programPath(folder, program);
        await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
      }
    }
    return true;
  } catch {
    return false;
  }
}

const copyPrefix = 'binaries-';

/** Copies the binaries below `dataFolder`, for a server user that cannot read node_modules; 0.2 s, 74 MB, once a version. */
export async function copyBinaries(binaries: ServerBinaries, dataFolder: string): Promise<string> {
  const copy = join(dataFolder, copyPrefix + binaries.version);
  if (await lstat(copy).catch(() => null)) return copy;
  const staging = await mkdtemp(join(dataFolder, '.copy-'));
  try {
    await cp(binaries.folder, staging, { recursive: true, verbatimSymlinks: true });
    await chmod(staging, 0o755);
    if (!(await completeBinaries(staging))) {
      throw new EmbeddedPostgresError(
        `Could not create the library links of Postgres in ${dataFolder}; choose a data folder on a file system ` +
          'with symbolic links, or let the postinstall script of @embedded-postgres run.',
      );
    }
    await rename(staging, copy).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  for (const other of await readdir(dataFolder)) {
    if (other.startsWith(copyPrefix) && other !== basename(copy)) {
      await rm(join(dataFolder, other), { recursive: true, force: true });
    }
  }
  return copy;
}
