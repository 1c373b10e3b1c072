import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Reveal, RevealState } from '@holdfast/contracts/reveal';
import { afterEach, expect, test } from 'vitest';
import { followReveal } from './follow-reveal.ts';

const reveal: Reveal = {
  id: `rv_${'0'.repeat(20)}`,
  search: `se_${'0'.repeat(20)}`,
  dataset: `ds_${'0'.repeat(20)}`,
  status: 'queued',
  reason: null,
  protocol: 'reveal',
  metric: 'accuracy',
  trials: [
    {
      trial: 3,
      parametersDigest: null,
      validation: { mean: 0.9, standardError: 0.1, corrected: null },
      test: null,
      verdict: null,
      reason: null,
    },
  ],
  opening: null,
  revealsUsed: 1,
  revealBudget: 1,
  ledgerEntry: 7,
  resultEntry: null,
  createdAt: '2026-01-02T03:04:05.678Z',
  finishedAt: null,
};

let server: Server;
afterEach(() => server.close());

/** A service whose reveal is in these states, one after the other; the last one stays. */
async function service(...states: RevealState[]): Promise<HoldfastClient> {
  server = createServer((_request, response) => {
    const status = states.length > 1 ? states.shift()! : states[0]!;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ items: [{ ...reveal, status }] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new HoldfastClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

test('tells each state once, and gives the reveal as it ended', async () => {
  const out = new PassThrough();
  const { signal } = new AbortController();
  const made = await followReveal(await service('queued', 'running', 'completed'), reveal, { out, signal });
  expect(made).toMatchObject({ status: 'completed' });
  expect(String(out.read()).trim().split('\n')).toEqual([
    'Ordered (entry 7 of the ledger): waits for the evaluator …',
    'The evaluator trains the trial, then opens the locked rows …',
    'The reveal is completed.',
  ]);
});

test('Ctrl-C leaves it running, and says how to see what came of it', async () => {
  const client = await service('running');
  const out = new PassThrough();
  const stopping = new AbortController();
  const following = followReveal(client, reveal, { out, signal: stopping.signal });
  await once(out, 'data');
  stopping.abort();
  expect(await following).toBeNull();
  expect(String(out.read())).toContain(`goes on; it is paid for. See what came of it: holdfast reveals se_`);
});
