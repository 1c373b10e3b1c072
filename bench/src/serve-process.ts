import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const holdfast = fileURLToPath(new URL('../../apps/cli/bin/holdfast.js', import.meta.url));

export interface Serving {
  url: string;
  /** Of `holdfast serve`, the parent of the services. */
  pid: number;
  stop(): Promise<void>;
}

/** `holdfast serve` on a folder, on a free port; its queue on Redis where that is given. */
export async function startServing(home: string, threads: number, redisUrl?: string): Promise<Serving> {
  const flags = ['serve', '--port', '0', '--home', home, '--threads', String(threads)];
  if (redisUrl) flags.push('--redis-url', redisUrl);
  const service: ChildProcess = spawn(process.execPath, [holdfast, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: Ctrl-C reaches the bench, which then stops it.
    detached: true,
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    service.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /Ready in .* at (http\S+)/.exec(text)?.[1];
      if (found) resolve(found);
    });
    service.once('exit', (code) => reject(new Error(`The service ended with ${code}:\n${text}`)));
  });
  return {
    url,
    pid: service.pid!,
    async stop() {
      if (service.exitCode !== null) return;
      const gone = once(service, 'exit');
      service.kill('SIGINT');
      await gone;
    },
  };
}
