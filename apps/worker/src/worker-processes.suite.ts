import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../dist/worker.js', import.meta.url));

type WorkerProcess = ChildProcess & { output: () => string };

/** Workers as processes of their own; a test ends by `killAll`. */
export class WorkerProcesses {
  readonly #children: ChildProcess[] = [];

  run(environment: Record<string, string>, args: string[] = []): WorkerProcess {
    const child = fork(entry, args, {
      env: { PATH: process.env.PATH, HOLDFAST_THREADS: '2', LOG_LEVEL: 'warn', ...environment },
      silent: true,
    });
    this.#children.push(child);
    let text = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    }
    return Object.assign(child, { output: () => text });
  }

  /** Resolves when the worker takes work. */
  async start(environment: Record<string, string>): Promise<WorkerProcess & { workerId: string }> {
    const child = this.run(environment);
    const [message] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`The worker ended: ${child.output()}`))),
    ])) as [{ ready: boolean; id: string }];
    if (!message.ready) throw new Error(`The worker is not ready: ${JSON.stringify(message)}`);
    return Object.assign(child, { workerId: message.id });
  }

  async killAll(): Promise<void> {
    for (const child of this.#children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    }
  }
}
