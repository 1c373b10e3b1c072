import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const server = fileURLToPath(new URL('../dist/server.js', import.meta.url));

export interface ServerProcess {
  child: ChildProcess;
  /** All that it has written so far. */
  output(): string;
  /** Resolves when it has said that it is ready; rejects where it ends before. */
  ready: Promise<string>;
  /** Its exit code. */
  ended: Promise<number | null>;
}

/** The built process as it is started for real, with nothing but these settings. */
export function startServerProcess(environment: NodeJS.ProcessEnv, args: string[] = []): ServerProcess {
  const child = fork(server, args, { env: environment, execArgv: [], silent: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  // Not its `close`: that does not come once the channel to it was closed from here.
  const closed = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'close'));
  const ended = Promise.all([once(child, 'exit'), ...closed]).then(([[code]]) => code as number | null);
  const ready = new Promise<string>((resolve, reject) => {
    child.on('message', (message: { ready: boolean; url: string }) => resolve(message.url));
    ended.then((code) => reject(new Error(`Ended with ${code} before it was ready: ${output}`)));
  });
  ready.catch(() => {});
  return { child, output: () => output, ready, ended };
}
