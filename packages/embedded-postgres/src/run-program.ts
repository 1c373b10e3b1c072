import { spawn } from 'node:child_process';

/** How a program of Postgres is started so that it does not run as root. */
export interface ServerUser {
  readonly description: string;
  /** Program and arguments that go before the real ones; each `exec`s, so the pid stays the same. */
  readonly prefix: readonly string[];
  /** Set by spawn itself. */
  readonly spawnAs: { readonly uid: number; readonly gid: number } | null;
  /** Owner that the data files must have; null leaves them as they are created. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

export interface ProgramResult {
  readonly code: number | null;
  /** Standard output and standard error together. */
  readonly output: string;
}

const inherited = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'SYSTEMROOT', 'TEMP', 'TMP', 'windir', 'COMSPEC'];

/**
 * The environment of Postgres's programs: neither PG* variables, which change what they do, nor the service's secrets,
 * which a server that outlives the service would keep.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of inherited) {
    if (process.env[name] !== undefined) environment[name] = process.env[name];
  }
  return environment;
}

export function userCommand(user: ServerUser, program: string, args: readonly string[]): [string, string[]] {
  const [command = program, ...rest] = [...user.prefix, program, ...args];
  return [command, rest];
}

/** Runs a program to its end; one that cannot be started gives `code: null` and the reason. */
export async function runProgram(
  user: ServerUser,
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<ProgramResult> {
  const [command, rest] = userCommand(user, program, args);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const finish = (code: number | null, reason = '') =>
      resolve({ code, output: Buffer.concat(chunks).toString('utf8') + reason });
    try {
      const child = spawn(command, rest, {
        cwd,
        env: serverEnvironment(),
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
        ...user.spawnAs,
      });
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.once('error', (error) => finish(null, error.message));
      child.once('close', (code) => finish(code));
    } catch (error) {
      finish(null, error instanceof Error ? error.message : String(error));
    }
  });
}
