import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface TemporaryRedis {
  url: string;
  /** As kill -9: what it held is lost. */
  kill(): Promise<void>;
  /** Starts again on the same port, empty. */
  restart(): Promise<void>;
}

/**
 * A Redis server of one's own for tests, in memory alone; it ends with this process.
 * @throws where `redis-server` is not installed.
 */
export async function startTemporaryRedis(): Promise<TemporaryRedis> {
  const port = await findFreePort();
  let kill = await start(port);
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => kill(),
    restart: async () => {
      kill = await start(port);
    },
  };
}

async function start(port: number): Promise<() => Promise<void>> {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', settings, { stdio: ['ignore', 'pipe', 'ignore'] });
  const killNow = () => server.kill('SIGKILL');
  process.once('exit', killNow);
  const output: string[] = [];
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`redis-server does not start: ${error.message}`)));
    server.once('exit', () => reject(new Error(`redis-server ended: ${output.join('\n')}`)));
    createInterface({ input: server.stdout }).on('line', (line) => {
      output.push(line);
      if (line.includes('Ready to accept connections')) resolve();
    });
  });
  return async () => {
    process.off('exit', killNow);
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    killNow();
    await ended;
  };
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}
