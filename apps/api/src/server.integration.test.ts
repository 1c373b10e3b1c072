import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmptyDatabase } from '../../../packages/db/test/database.ts';
import { type CuttableProxy, startCuttableProxy } from '../test/cuttable-proxy.ts';
import { startServerProcess } from '../test/server-process.ts';

let database: Awaited<ReturnType<typeof createEmptyDatabase>>;
let proxy: CuttableProxy;

beforeAll(async () => {
  database = await createEmptyDatabase();
  proxy = await startCuttableProxy(database.url);
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});

const settings = () => ({ DATABASE_URL: proxy.url, PORT: '0' });

describe('the process', () => {
  it('makes its tables, says that it is ready, answers, and ends at SIGTERM', async () => {
    const server = startServerProcess(settings());
    const url = await server.ready;
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${url}/v1/searches`)).json()).toEqual({ items: [], nextCursor: null });
    expect(await (await fetch(url)).text()).toBeTruthy();
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    const lines = server.output().trim().split('\n');
    expect(lines.filter((line) => line.includes(`Ready on ${url}`))).toHaveLength(1);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ app: 'api', level: expect.any(Number) });
  });

  it('ends when its parent goes away', async () => {
    const server = startServerProcess(settings());
    await server.ready;
    server.child.disconnect();
    expect(await server.ended).toBe(0);
  });

  it('ends at SIGTERM also where the database has gone', async () => {
    const server = startServerProcess(settings());
    const url = await server.ready;
    proxy.cut();
    try {
      expect((await fetch(`${url}/v1/searches`)).status).toBe(503);
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      server.child.kill('SIGTERM');
      expect(await server.ended).toBe(0);
    } finally {
      proxy.mend();
    }
  });

  it('says in a line each what is wrong with its settings', async () => {
    const wrong = startServerProcess({ DATABASE_URL: 'here', PORT: 'http', REDIS_URL: '' });
    expect(await wrong.ended).toBe(1);
    const lines = wrong.output().trim().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['PORT', 'DATABASE_URL']);
    const open = startServerProcess({ ...settings(), HOST: '0.0.0.0' });
    expect(await open.ended).toBe(1);
    expect(open.output()).toMatch(/^HOLDFAST_KEY is not set[^\n]*\n$/m);
  });

  it('names a port that is taken', async () => {
    const first = startServerProcess(settings());
    const { port } = new URL(await first.ready);
    const second = startServerProcess({ ...settings(), PORT: port });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(port);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  });

  it('explains itself with --help', async () => {
    const help = startServerProcess({}, ['--help']);
    expect(await help.ended).toBe(0);
    expect(help.output()).toContain('DATABASE_URL');
  });
});
