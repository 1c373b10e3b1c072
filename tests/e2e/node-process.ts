import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface NodeProcess {
  child: ChildProcess;
  /** All that it wrote so far, on both streams. */
  output(): string;
  /** Resolves with the first match of `pattern` in its output; fails with the output where it ends before. */
  until(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Sends the signal, waits for the end, gives the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Runs a script of this repository with Node, in a process group of its own. */
export function startNode(
  script: string,
  args: string[],
  environment: Record<string, string>,
  cwd?: string,
): NodeProcess {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    cwd,
  });
  let text = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  }
  return {
    child,
    output: () => text,
    until(pattern) {
      return new Promise((resolve, reject) => {
        const check = () => {
          const match = text.match(pattern);
          if (!match) return;
          listeners.delete(check);
          resolve(match);
        };
        listeners.add(check);
        child.once('exit', (code) =>
          reject(new Error(`${script} ended with ${code} before ${pattern}:\n${text}`)),
        );
        check();
      });
    },
    async end(signal) {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill(signal);
        await gone;
      }
      return child.exitCode;
    },
  };
}
