import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { startPostgres } from '@holdfast/embedded-postgres/start-postgres';
import { startServing } from '../serve-process.ts';
import { Latencies } from './latencies.ts';
import { processorSecondsOfService, type ServiceSeconds } from './processor-seconds.ts';

export interface LoadFigures {
  clients: number;
  streams: number;
  seconds: number;
  /** Of each poll of a leaderboard with its ETag, milliseconds, once it has gone on for a while. */
  polls: ReturnType<Latencies['summary']>;
  /** Of those before: all clients come within a second to a service that has just begun. */
  firstPolls: ReturnType<Latencies['summary']>;
  notModified: number;
  failed: number;
  /** Of small searches posted meanwhile. */
  submissions: ReturnType<Latencies['summary']>;
  /** Of searches of 10,000 trials, posted one after the other while all that goes on. */
  largePosts: ReturnType<Latencies['summary']>;
  eventsHeard: number;
  /** Fold runs that were trained meanwhile. */
  foldRuns: number;
  /** Processor seconds that each took for a second of the load, training included: 1 is a core. */
  cores: ServiceSeconds & { clients: number };
}

/** Seconds in which code that has not run yet is compiled and the first board is worked out. */
const firstSeconds = 5;

const space = { hiddenLayers: [[16]], learningRate: { min: 0.001, max: 0.1, scale: 'log' as const } };

/** Polls, streams and submits for a while on a service of its own that trains meanwhile. */
export async function runLoad(options: {
  clients: number;
  streams: number;
  seconds: number;
  threads: number;
}): Promise<LoadFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-load-'));
  const home = join(folder, 'home');
  const serving = await startServing(home, options.threads);
  // It runs already: this is how to find it.
  const postgres = await startPostgres({ dataFolder: join(home, 'postgres') });
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  try {
    const client = new HoldfastClient({ url: serving.url });
    await client.generateDataset({ name: 'spiral', source: { kind: 'spiral', samplesPerClass: 200 } });
    const { id } = await client.createSearch({
      dataset: 'spiral',
      space: { ...space, epochs: 300 },
      strategy: { kind: 'random', trials: 2000 },
    });
    const polls = new Latencies();
    const firstPolls = new Latencies();
    const submissions = new Latencies();
    const largePosts = new Latencies();
    const counts = { notModified: 0, failed: 0, eventsHeard: 0 };
    const secondsBefore = await processorSecondsOfService(serving.pid, postgres.pid);
    const clientBefore = process.cpuUsage();
    const began = performance.now();
    const until = began + options.seconds * 1000;

    async function poll(number: number): Promise<void> {
      await pause((number / options.clients) * 1000);
      let etag: string | undefined;
      while (performance.now() < until) {
        const sent = performance.now();
        try {
          const answer = await ask(`${serving.url}/v1/searches/${id}/leaderboard`, agent, etag);
          etag = answer.headers.etag;
          if (answer.statusCode === 304) counts.notModified += 1;
          else if (answer.statusCode !== 200) counts.failed += 1;
          (sent - began < firstSeconds * 1000 ? firstPolls : polls).add(performance.now() - sent);
        } catch {
          counts.failed += 1;
        }
        await pause(1000 - (performance.now() - sent));
      }
    }

    async function listen(): Promise<void> {
      const aborted = AbortSignal.timeout(options.seconds * 1000);
      for await (const _event of client.watchSearch(id, aborted)) counts.eventsHeard += 1;
    }

    async function submit(): Promise<void> {
      while (performance.now() < until) {
        const began = performance.now();
        const { id: small } = await client.createSearch({
          dataset: 'spiral',
          space: { ...space, epochs: 1 },
        });
        submissions.add(performance.now() - began);
        await client.cancelSearch(small).catch(() => {});
        await pause(2000);
      }
    }

    async function postLarge(): Promise<void> {
      while (performance.now() < until) {
        const began = performance.now();
        const strategy = { kind: 'random' as const, trials: 10_000 };
        const { id: large } = await client.createSearch({
          dataset: 'spiral',
          space: { ...space, epochs: 1 },
          strategy,
        });
        largePosts.add(performance.now() - began);
        await client.cancelSearch(large).catch(() => {});
        await pause(4000);
      }
    }

    await Promise.all([
      ...Array.from({ length: options.clients }, (_, number) => poll(number)),
      ...Array.from({ length: options.streams }, listen),
      submit(),
      postLarge(),
    ]);
    const { user, system } = process.cpuUsage(clientBefore);
    const secondsAfter = await processorSecondsOfService(serving.pid, postgres.pid);
    const took = (performance.now() - began) / 1000;
    const cores = (seconds: number) => Number((seconds / took).toFixed(2));
    const { folds } = (await client.getSearch(id)).progress;
    return {
      ...options,
      ...counts,
      polls: polls.summary(),
      firstPolls: firstPolls.summary(),
      submissions: submissions.summary(),
      largePosts: largePosts.summary(),
      foldRuns: folds.completed,
      cores: {
        api: cores(secondsAfter.api - secondsBefore.api),
        worker: cores(secondsAfter.worker - secondsBefore.worker),
        postgres: cores(secondsAfter.postgres - secondsBefore.postgres),
        clients: cores((user + system) / 1e6),
      },
    };
  } finally {
    agent.destroy();
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function ask(url: string, agent: Agent, etag: string | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: etag ? { 'if-none-match': etag } : {} }, (answer) => {
      answer.on('end', () => resolve(answer));
      answer.on('error', reject);
      answer.resume();
    });
    request.on('error', reject);
  });
}

const pause = (milliseconds: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
