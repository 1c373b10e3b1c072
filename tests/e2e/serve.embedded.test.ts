import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NodeProcess, startNode } from './node-process.ts';
import { holdfastBin } from './start-embedded.ts';

const tableLine = /^\s+1\s+(?:\d+[–-]\d+\s+)?(\d+)\s+(0\.\d+)/m;

describe('holdfast serve', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-serve-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const serve = (args: string[] = [], environment: Record<string, string> = {}): NodeProcess =>
    startNode(holdfastBin, ['serve', '--home', join(folder, 'home'), ...args], environment, folder);

  /** As a terminal does it: the signal goes to the whole process group. */
  async function pressCtrlC(serving: NodeProcess): Promise<void> {
    const gone = new Promise((resolve) => serving.child.once('exit', resolve));
    process.kill(-serving.child.pid!, 'SIGINT');
    await gone;
  }

  async function processesOn(path: string): Promise<string> {
    return promisify(execFile)('pgrep', ['-f', path]).then(
      ({ stdout }) => stdout,
      () => '',
    );
  }

  /** The service that the next test finds running. */
  let running: NodeProcess;
  let best: RegExpMatchArray | null;

  it('runs the example on an empty store, and stops whole', async () => {
    const first = serve(['--port', '0', '--demo']);
    await first.until(/Serving\. Ctrl-C stops/);
    expect(first.output()).toMatch(/Loading the example data: spiral, iris, digits/);
    expect(first.output()).toMatch(/90\/90 folds/);
    best = first.output().match(tableLine);
    expect(Number(best?.[2])).toBeGreaterThan(0.9);
    await pressCtrlC(first);
    expect(first.output()).toMatch(/Stopped\.\n$/);
    expect(await processesOn(folder)).toBe('');
  });

  it('finds everything again', async () => {
    running = serve(['--port', '0', '--demo']);
    await running.until(/Serving\. Ctrl-C stops/);
    expect(running.output()).not.toMatch(/Loading the example data/);
    expect(running.output().match(tableLine)?.slice(1)).toEqual(best?.slice(1));
  });

  const urlOf = async () => (await running.until(/Ready in .* at (http\S+)/))[1]!;

  it('says in one line that another instance has the folder', async () => {
    const second = serve(['--port', '0']);
    await new Promise((resolve) => second.child.once('exit', resolve));
    expect(second.child.exitCode).toBe(1);
    expect(second.output()).toMatch(
      /Another Holdfast \(process \d+, http\S+\) runs on the folder home\. Stop it/,
    );
    expect((await fetch(`${await urlOf()}/readyz`)).status).toBe(200);
  });

  it('goes on with what a kill -9 of everything left unfinished', async () => {
    const response = await fetch(`${await urlOf()}/v1/searches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'interrupted',
        dataset: 'iris',
        space: { hiddenLayers: [[8], [16]], learningRate: { min: 0.001, max: 0.1, points: 20 }, epochs: 40 },
      }),
    });
    expect(response.status).toBe(202);
    await running.end('SIGKILL');
    const second = serve(['--port', '0', '--demo']);
    await second.until(/Serving\. Ctrl-C stops/);
    expect(second.output()).toMatch(/Leaderboard of "interrupted" \(completed\)/);
    await pressCtrlC(second);
    expect(await processesOn(folder)).toBe('');
  });

  it('says in one line that the port is taken, and leaves nothing behind', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const serving = serve([], { PORT: String(port) });
    await new Promise((resolve) => serving.child.once('exit', resolve));
    server.close();
    expect(serving.child.exitCode).toBe(1);
    expect(serving.output()).toMatch(
      new RegExp(`Port ${port} is taken\\. Choose another with --port N or PORT`),
    );
    expect(await processesOn(folder)).toBe('');
  });

  it('refuses wrong settings, each in a line', async () => {
    const serving = serve([], { PORT: '80800', DATABASE_URL: 'mysql://x', HOLDFAST_THREADS: 'two' });
    await new Promise((resolve) => serving.child.once('exit', resolve));
    expect(serving.child.exitCode).toBe(2);
    for (const line of [
      /^PORT must be a whole number from 0 to 65535 \(it is "80800"\)$/m,
      /^DATABASE_URL must be postgres:\/\//m,
      /^HOLDFAST_THREADS must be a whole number from 1/m,
    ])
      expect(serving.output()).toMatch(line);
  });

  it('says in one line that the data folder cannot be used', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const serving = startNode(holdfastBin, ['serve', '--home', join(file, 'home')], {}, folder);
    await new Promise((resolve) => serving.child.once('exit', resolve));
    expect(serving.child.exitCode).toBe(1);
    expect(serving.output()).toMatch(/The data folder .* is not a folder\. Choose another with --home DIR/);
  });
});
