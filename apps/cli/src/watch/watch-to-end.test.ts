import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Search } from '@holdfast/contracts/search';
import { resolvedSearchSpecSchema } from '@holdfast/contracts/search-spec';
import { afterEach, expect, test, vi } from 'vitest';
import { watchToEnd } from './watch-to-end.ts';

const id = `se_${'0'.repeat(20)}`;
const dataset = `ds_${'0'.repeat(20)}`;
const search: Search = {
  id,
  name: 'watched',
  tags: [],
  trainer: 'holdfast',
  dataset,
  status: 'running',
  reason: null,
  repeatable: true,
  testSeen: false,
  progress: {
    trials: { total: 4, waiting: 0, running: 0, completed: 1, pruned: 0, failed: 0, cancelled: 3 },
    folds: { total: 20, completed: 7 },
    etaSeconds: null,
  },
  best: null,
  diagnosis: [],
  spec: resolvedSearchSpecSchema.parse({
    dataset,
    space: {},
    strategy: { kind: 'grid' },
    crossValidation: { kind: 'stratified' },
    objective: { metric: 'accuracy' },
  }),
  numericsVersion: 1,
  parent: null,
  nestedIn: null,
  createdAt: '2026-01-02T03:04:05.678Z',
  startedAt: '2026-01-02T03:04:05.678Z',
  finishedAt: null,
};

let server: Server;
afterEach(() => {
  server.close();
  vi.restoreAllMocks();
});

/** A service with a search that ends while it is watched. */
async function service(end: Pick<Search, 'status' | 'reason'>): Promise<HoldfastClient> {
  let state = search;
  server = createServer((request, response) => {
    if (request.url!.endsWith('/events')) {
      state = { ...search, ...end };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`id: 9\nevent: end\ndata: ${JSON.stringify(state)}\n\n`);
      return;
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(state));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new HoldfastClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

test('tells why a search ended and where it goes on', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const reason = `Numerics version 1, and this service trains with version 2: it starts again as ${id}.`;
  const code = await watchToEnd(await service({ status: 'cancelled', reason }), id, { quiet: true });
  expect(code).toBe(7);
  const output = written.mock.calls.map(([text]) => String(text)).join('');
  expect(output).toMatch(/7\/20 folds · cancelled\n/);
  expect(output.replaceAll('\n', ' ')).toContain(reason);
});

test('says nothing more of one that completed', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const completed = await service({ status: 'completed', reason: null });
  expect(await watchToEnd(completed, id, { quiet: true })).toBe(0);
  expect(String(written.mock.calls.at(-1)![0])).toMatch(/completed\n$/);
});
