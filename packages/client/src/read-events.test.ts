import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpError, UnreachableError } from './http-error.ts';
import { readEvents } from './read-events.ts';
import { requestJson, sendRequest } from './send-request.ts';

const servers: Server[] = [];

async function listen(handler: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handler as never).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('reading events', () => {
  it('goes on from the last event where the connection broke', async () => {
    const asked: (string | undefined)[] = [];
    const url = await listen((request, response) => {
      asked.push(request.headers['last-event-id'] as string | undefined);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (asked.length === 1) {
        response.write(': hello\n\nid: 4\nevent: fold\ndata: {"trial":0,"repeat":0,"fold":1,"sta');
        response.write('te":"completed"}\n\nid: 5\nevent: tri', () => response.destroy());
      } else {
        response.end('id: 5\nevent: trial\ndata: {"trial":0,"status":"completed"}\n\n');
      }
    });
    const seen: string[] = [];
    const told: string[] = [];
    for await (const event of readEvents({ url }, 'se_1', undefined, (state) => told.push(state))) {
      seen.push(`${event.id} ${event.name}`);
      if (event.name === 'trial') break;
    }
    expect(seen).toEqual(['4 fold', '5 trial']);
    expect(asked).toEqual([undefined, '4']);
    expect(told).toEqual(['open', 'lost', 'open']);
  });
});

describe('sending requests', () => {
  it('turns a problem into an error that names the places', async () => {
    const problem = {
      type: '/docs/errors#invalid-search',
      title: 'The search cannot be run',
      status: 422,
      detail: 'The search cannot be run as it stands.',
      errors: [{ pointer: '/space/learningRate/min', message: 'must be below max' }],
    };
    const url = await listen((_request, response) => {
      response.writeHead(422, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    });
    const refusal = await sendRequest({ url }, '/v1/searches', { method: 'POST', body: {} }).catch(
      (error) => error,
    );
    expect(refusal).toBeInstanceOf(HttpError);
    expect(refusal).toMatchObject({ status: 422, problem });
    expect(refusal.message).toMatch(/\/space\/learningRate\/min: must be below max/);
  });

  it('sends a list as one parameter for each item', async () => {
    const asked: (string | undefined)[] = [];
    const url = await listen((request, response) => {
      asked.push(request.url);
      response.end();
    });
    await sendRequest({ url }, '/v1/x', { query: { where: ['a:1..2', 'b:x|y'], limit: 3, none: undefined } });
    expect(asked).toEqual(['/v1/x?where=a%3A1..2&where=b%3Ax%7Cy&limit=3']);
  });

  it('tries again what may be repeated, and only that', async () => {
    let requests = 0;
    const url = await listen((_request, response) => {
      requests++;
      if (requests === 1) response.writeHead(503, { 'retry-after': '0' }).end();
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"items":[]}');
    });
    const { workersSchema } = await import('@holdfast/contracts/worker');
    expect(await requestJson({ url }, workersSchema, '/v1/workers')).toEqual({ items: [] });
    expect(requests).toBe(2);
    requests = 0;
    await expect(sendRequest({ url }, '/v1/x', { method: 'POST', body: {} })).rejects.toBeInstanceOf(
      HttpError,
    );
    expect(requests).toBe(1);
  });

  it('says where nothing answers', async () => {
    const connection = { url: 'http://127.0.0.1:9' };
    await expect(sendRequest(connection, '/v1/searches', { method: 'POST' })).rejects.toThrow(
      new UnreachableError(connection.url, undefined).message,
    );
  });
});
