import { chmod, cp, mkdir, readdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  buildPackage,
  builtFolder,
  closedFolder,
  connect,
  packageFolder,
  runLauncher,
} from '../test/launcher-process.ts';
import { locateBinaries } from './server-binaries.ts';

const timeout = 60_000;

beforeAll(buildPackage, timeout);

/** An installation of the built package of its own: its postinstall has not run; only its owner enters a closed one. */
async function install({
  binaries,
  mode = 0o700,
}: {
  binaries: boolean;
  mode?: number;
}): Promise<{ dist: string; binaries: string }> {
  const folder = await closedFolder();
  await chmod(folder, mode);
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await cp(builtFolder, join(folder, 'dist'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await symlink(await realpath(join(packageFolder, 'node_modules', 'pg')), join(modules, 'pg'));
  const source = dirname((await locateBinaries()).folder);
  const name = source.split(/[\\/]/).slice(-2);
  const target = join(modules, ...name);
  if (binaries) {
    const links = new Set(await linkTargets(join(source, 'native')));
    await cp(source, target, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !links.has(path) && path !== join(source, 'node_modules'),
    });
  }
  return { dist: join(folder, 'dist'), binaries: join(target, 'native') };
}

async function linkTargets(native: string): Promise<string[]> {
  const listing: { target: string }[] = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  return listing.map(({ target }) => join(dirname(native), target));
}

async function startsAndStops(
  dataFolder: string,
  dist = builtFolder,
  environment = process.env,
): Promise<void> {
  const launcher = await runLauncher(dataFolder, dist, environment);
  expect(launcher.answer.error, launcher.answer.message).toBeUndefined();
  await connect(launcher.answer.url);
  await launcher.stop();
  await expect(stat(join(dataFolder, 'data', 'postmaster.pid'))).rejects.toThrow('ENOENT');
}

test('creates the links of the libraries where the postinstall has not run', { timeout }, async () => {
  const { dist, binaries } = await install({ binaries: true });
  const folder = await closedFolder();
  await startsAndStops(folder, dist);
  for (const link of await linkTargets(binaries)) await stat(link);
  expect((await readdir(folder)).filter((name) => name.startsWith('binaries-'))).toEqual([]);
});

test('says what to do where the package of binaries is not installed', { timeout }, async () => {
  const { dist } = await install({ binaries: false });
  // Vitest's own command puts all packages of the workspace on this path.
  const { NODE_PATH: _, ...environment } = process.env;
  const { answer } = await runLauncher(await closedFolder(), dist, environment);
  expect(answer.error).toBe('EmbeddedPostgresError');
  expect(answer.message).toContain('set DATABASE_URL');
});

// Root alone needs another way to run Postgres; for any other user there is nothing to choose.
if (process.platform === 'linux' && process.getuid?.() === 0) {
  describe('as root', () => {
    /** PATH with commands in front that fail as a container's do. */
    async function refusing(...commands: string[]): Promise<NodeJS.ProcessEnv> {
      const folder = await closedFolder();
      await chmod(folder, 0o755);
      for (const command of commands) {
        const path = join(folder, command);
        await writeFile(path, `#!/bin/sh\necho "${command}: Operation not permitted" >&2\nexit 1\n`, {
          mode: 0o755,
        });
      }
      return { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    }

    test('below the home folder', { timeout }, async () => {
      await startsAndStops(await closedFolder(homedir()));
    });

    test('as nobody where unshare is refused, with a copy of binaries that lie in a closed folder', {
      timeout,
    }, async () => {
      const { dist } = await install({ binaries: true });
      const folder = await closedFolder();
      await startsAndStops(folder, dist, await refusing('unshare', 'setpriv'));
      expect((await readdir(folder)).filter((name) => name.startsWith('binaries-'))).toHaveLength(1);
      expect((await stat(join(folder, 'data'))).uid).not.toBe(0);
      // The next start goes on as the owner of the data, with unshare at hand too.
      await startsAndStops(folder, dist);
    });

    test('as nobody with setpriv below a closed folder where unshare is refused', { timeout }, async () => {
      // The capability opens folders, but a program still looks for itself by its user's own rights.
      const { dist } = await install({ binaries: true, mode: 0o755 });
      const parent = await closedFolder();
      await startsAndStops(join(parent, 'x'), dist, await refusing('unshare'));
      expect((await stat(parent)).mode & 0o777).toBe(0o700);
    });

    test('one clear error where no way is left', { timeout }, async () => {
      const folder = join(await closedFolder(), 'x');
      const { answer } = await runLauncher(folder, builtFolder, await refusing('unshare', 'setpriv'));
      expect(answer.error).toBe('EmbeddedPostgresError');
      expect(answer.message).toContain('Start as an ordinary user');
      expect(answer.message).not.toContain('\n');
      expect(await readdir(folder)).toEqual([]);
    });
  });
}
