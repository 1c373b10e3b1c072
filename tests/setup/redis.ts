import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';

// Standard input closes when this process ends, however it ends: then the server is ended too.
const endWithThisProcess = 'redis-server "$@" & server=$!; cat >/dev/null; kill -9 $server; wait $server';

/** One Redis for all test files; its address is in HOLDFAST_TEST_REDIS_URL. Test files take key prefixes of their own. */
export default async function startRedis(): Promise<() => Promise<void>> {
  const port = await freePort();
  const settings = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
  ];
  const server = spawn('sh', ['-c', endWithThisProcess, 'redis', ...settings], {
    cwd: tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-4000);
    });
  }
  const deadline = performance.now() + 20_000;
  while (!(await answersPing(port))) {
    if (performance.now() > deadline) {
      server.stdin.end();
      throw new Error(`redis-server gave no answer on port ${port} within 20 s. Is it installed?\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.env.HOLDFAST_TEST_REDIS_URL = `redis://127.0.0.1:${port}`;
  return async () => {
    const ended = once(server, 'exit');
    server.stdin.end();
    await ended;
  };
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, 'close');
  return port;
}

async function answersPing(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data');
    return String(answer).startsWith('+PONG');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
