import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findFreePort } from './free-port.ts';

/** A Redis of the campaign's own. What it holds is on disk only where `snapshot` put it. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  #server: ChildProcess | null = null;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
    process.once('exit', () => this.#server?.kill('SIGKILL'));
  }

  static async start(folder: string): Promise<RedisServer> {
    const redis = new RedisServer(await findFreePort(), folder);
    await redis.#start();
    return redis;
  }

  /** Sends one command and gives the first line of the answer. */
  async command(...words: string[]): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    socket.setTimeout(5000, () => socket.destroy(new Error('Redis is silent')));
    try {
      await once(socket, 'connect');
      const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
      socket.write(`*${words.length}\r\n${parts.join('')}`);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      return answer.toString().split('\r\n', 1)[0]!;
    } finally {
      socket.destroy();
    }
  }

  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  }

  /** Starts it again on the same port: empty, or with what the snapshot holds. */
  async restart(from: 'nothing' | 'snapshot'): Promise<void> {
    const dump = join(this.#folder, 'dump.rdb');
    if (from === 'snapshot') await copyFile(this.#snapshotFile, dump).catch(() => {});
    else await rm(dump, { force: true });
    await this.#start();
    await rm(dump, { force: true });
  }

  async snapshot(): Promise<void> {
    await this.command('SAVE');
    await copyFile(join(this.#folder, 'dump.rdb'), this.#snapshotFile);
  }

  get #snapshotFile(): string {
    return join(this.#folder, 'snapshot.rdb');
  }

  async #start(): Promise<void> {
    const settings = `--port ${this.port} --bind 127.0.0.1 --appendonly no --maxmemory-policy noeviction`;
    const args = [...settings.split(' '), '--save', '', '--dir', this.#folder];
    const server = spawn('redis-server', args, { stdio: 'ignore' });
    const failed = once(server, 'error').then(([error]) => Promise.reject(error));
    failed.catch(() => {});
    this.#server = server;
    const deadline = performance.now() + 20_000;
    for (;;) {
      try {
        const answer = await Promise.race([this.command('PING'), failed]);
        if (answer === '+PONG') return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
