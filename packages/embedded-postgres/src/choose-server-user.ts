import { chmod, chown, mkdtemp, rm, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { runProgram, type ServerUser } from './run-program.ts';
import { completeBinaries, copyBinaries, locateBinaries, programPath } from './server-binaries.ts';

export interface ServerRuntime {
  readonly user: ServerUser;
  /** Folder with `bin`, `lib`, `share` that this user can read and execute. */
  readonly binaries: string;
}

const self: ServerUser = { description: 'the current user', prefix: [], spawnAs: null, owner: null };

// Postgres refuses to run as root. In a user namespace root is called nobody, yet opens its own files and folders.
const mappedToNobody: ServerUser = {
  description: 'unshare --user',
  prefix: ['unshare', '--user', '--map-user=65534', '--map-group=65534'],
  spawnAs: null,
  owner: null,
};

function otherUser(uid: number, gid: number): ServerUser {
  return { description: `user ${uid}`, prefix: [], spawnAs: { uid, gid }, owner: { uid, gid } };
}

// Containers refuse user namespaces by default but leave root this capability, which opens a folder such as /root.
function otherUserPassingFolders(uid: number, gid: number): ServerUser {
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  return {
    description: `user ${uid} with setpriv`,
    prefix: ['setpriv', ...ids, '--inh-caps=+dac_override', '--ambient-caps=+dac_override'],
    spawnAs: null,
    owner: { uid, gid },
  };
}

// initdb looks up its user's name, and the owner of a container's mounted folder may be a number that has none.
function namelessUser(uid: number, gid: number): ServerUser {
  return { ...otherUser(uid, gid), description: `user ${uid} with unshare`, prefix: mappedToNobody.prefix };
}

async function nobody(): Promise<[number, number]> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map((flag) => runProgram(self, 'id', [flag, 'nobody'], '/')),
  );
  return [Number.parseInt(uid?.output ?? '', 10) || 65534, Number.parseInt(gid?.output ?? '', 10) || 65534];
}

function hasUserName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

async function candidates(dataFolder: string, cluster: string | null): Promise<ServerUser[]> {
  if (process.platform === 'win32') return [self];
  if (process.getuid?.() !== 0) {
    return hasUserName() ? [self] : [mappedToNobody, self];
  }
  const { uid, gid } = await stat(cluster ?? dataFolder);
  if (cluster && uid === 0) return [mappedToNobody];
  if (cluster) return [otherUser(uid, gid), otherUserPassingFolders(uid, gid)];
  const ids = await nobody();
  if (uid !== 0) {
    const named = (await runProgram(self, 'id', ['-un', String(uid)], '/')).code === 0;
    const owner = named ? [otherUser(uid, gid), otherUserPassingFolders(uid, gid)] : [namelessUser(uid, gid)];
    return [...owner, otherUserPassingFolders(...ids)];
  }
  return [mappedToNobody, otherUser(...ids), otherUserPassingFolders(...ids)];
}

/** @returns null where `user` can write `folder`, otherwise the reason */
async function whyNotWritable(user: ServerUser, folder: string): Promise<string | null> {
  const script = 'cd "$0" && test -w . && echo reached';
  const { output } = await runProgram(user, '/bin/sh', ['-c', script, folder], '/');
  return output.includes('reached') ? null : output.trim() || 'it cannot write the data folder';
}

/**
 * Finds a user under which Postgres runs and reaches the data folder, and a copy of the binaries that this user can read.
 *
 * @param cluster the initialised data directory, or null before the first start
 * @throws EmbeddedPostgresError naming each way that was tried
 */
export async function chooseServerRuntime(
  dataFolder: string,
  cluster: string | null,
): Promise<ServerRuntime> {
  const binaries = await locateBinaries();
  const complete = await completeBinaries(binaries.folder);
  const failures: string[] = [];
  for (const user of await candidates(dataFolder, cluster)) {
    if (user !== self) {
      const probe = cluster ?? (await mkdtemp(join(dataFolder, '.probe-')));
      try {
        if (user.owner) {
          if (!cluster) await chown(probe, user.owner.uid, user.owner.gid);
          // Passing through is enough: all below the data folder has modes of its own.
          const { mode, uid } = await stat(dataFolder);
          if (uid !== user.owner.uid && !(mode & 0o001)) await chmod(dataFolder, (mode & 0o777) | 0o011);
        }
        const reason = await whyNotWritable(user, probe);
        if (reason !== null) {
          failures.push(`${user.description}: ${reason}`);
          continue;
        }
      } finally {
        if (!cluster) await rm(probe, { recursive: true, force: true });
      }
    }
    // Unlike --version, this looks for its own program and for postgres as a real start does.
    const tryOut = (folder: string) =>
      runProgram(user, programPath(folder, 'initdb'), ['--show', '-D', dataFolder], dataFolder);
    const inPlace = complete ? await tryOut(binaries.folder) : null;
    if (inPlace?.code === 0) return { user, binaries: binaries.folder };
    const copy = await copyBinaries(binaries, dataFolder);
    const copied = await tryOut(copy);
    if (copied.code === 0) return { user, binaries: copy };
    failures.push(`${user.description}: ${copied.output.trim()}`);
  }
  const tried = failures.join('; ').replaceAll('\n', ' ');
  const asRoot = process.getuid?.() === 0;
  throw new EmbeddedPostgresError(
    asRoot
      ? `Postgres does not run as root, and no other way reached ${dataFolder} (${tried}). ` +
          'Start as an ordinary user, choose a data folder that other users can enter, or set DATABASE_URL.'
      : `The Postgres binaries do not run here (${tried}). They need glibc Linux (not Alpine), macOS or Windows, and a ` +
          'file system mounted with exec; otherwise set DATABASE_URL to a Postgres server of your own.',
  );
}
