import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The last line that a program prints; on core `core` alone where Linux's taskset is at hand and a core is given. */
export async function lastLine(
  program: string,
  args: readonly string[],
  core: number | null,
  environment: Record<string, string> = {},
): Promise<string> {
  const options = { env: { ...process.env, ...environment }, maxBuffer: 16 * 1024 * 1024 };
  const pinned = core !== null && process.platform === 'linux';
  const { stdout } = pinned
    ? await run('taskset', ['-c', String(core), program, ...args], options)
    : await run(program, [...args], options);
  return stdout.trimEnd().split('\n').at(-1) ?? '';
}
