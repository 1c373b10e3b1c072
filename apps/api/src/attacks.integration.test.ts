import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { openDatabase } from '@holdfast/db/open-database';
import { migrateQueues } from '@holdfast/queue/queue-tables';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase } from '../../../packages/db/test/database.ts';
import { type ServerProcess, startServerProcess } from '../test/server-process.ts';
import { addDataset } from '../test/service.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let server: ServerProcess;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateQueues(database.url);
  server = startServerProcess({ PATH: process.env.PATH, DATABASE_URL: database.logins.api, PORT: '0' });
  url = await server.ready;
});
afterAll(async () => {
  server.child.kill('SIGKILL');
  await server.ended;
  await database.close();
});

async function createSearch(): Promise<string> {
  const db = openDatabase({ url: database.url, name: 'attack test' });
  const { id } = await addDataset(db, 'attacked');
  await db.close();
  const answer = await fetch(`${url}/v1/searches`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ dataset: id }),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}

/** Sends a request's head a byte at a time and never ends it. Resolves when it is thrown out. */
async function trickle(port: number, opened: () => void): Promise<void> {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  opened();
  socket.write('GET /v1/searches HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
  const timer = setInterval(() => socket.writable && socket.write('a'), 500);
  socket.resume();
  await once(socket, 'close');
  clearInterval(timer);
}

it('answers others while hundreds of connections trickle, and throws those out', async () => {
  const port = Number(new URL(url).port);
  let open = 0;
  const slow = Promise.all(Array.from({ length: 300 }, () => trickle(port, () => (open += 1))));
  await expect.poll(() => open, { timeout: 60_000 }).toBe(300);
  expect((await fetch(`${url}/v1/searches`)).status).toBe(200);
  await slow;
  expect((await fetch(`${url}/v1/searches`)).status).toBe(200);
});

it('ends at SIGTERM with 500 event streams open, each of which is told', async () => {
  const search = await createSearch();
  const streams = await Promise.all(
    Array.from({ length: 500 }, async () => {
      const [answer] = (await once(
        get(`${url}/v1/searches/${search}/events`, { agent: false }),
        'response',
      )) as [IncomingMessage];
      answer.resume();
      return answer;
    }),
  );
  expect(new Set(streams.map(({ statusCode }) => statusCode))).toEqual(new Set([200]));
  const ends = streams.map((stream) => once(stream, 'close'));
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  await Promise.all(ends);
  // Whole, not cut off.
  for (const stream of streams) expect(stream.complete).toBe(true);
});
