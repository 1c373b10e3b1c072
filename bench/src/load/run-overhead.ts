import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { openDatabase } from '@holdfast/db/open-database';
import { startPostgres } from '@holdfast/embedded-postgres/start-postgres';
import { startServing } from '../serve-process.ts';
import { processorSecondsOfService } from './processor-seconds.ts';

export interface OverheadFigures {
  /** Milliseconds that a fold run trained, in the mean. */
  foldMilliseconds: number;
  foldRuns: number;
  /** Of the search, from its first claim to its last result. */
  seconds: number;
  /** Those of all trainings added, divided by the threads. */
  idealSeconds: number;
  ratio: number;
  /** Of each fold run: what the worker took beside its training threads' wall time, what API and Postgres took. */
  workerCpuMs: number;
  apiCpuMs: number;
  postgresCpuMs: number;
  /** Statements that changed or read something, each a transaction of its own, for a fold run; the queue's too. */
  transactions: number;
}

const folds = 5;

/** Searches of fold runs of about so many milliseconds each, beside the time of their trainings alone. */
export async function runOverhead(options: {
  milliseconds: readonly number[];
  seconds: number;
  threads: number;
  redisUrl?: string | undefined;
}): Promise<OverheadFigures[]> {
  const { threads } = options;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-overhead-'));
  const home = join(folder, 'home');
  const serving = await startServing(home, threads, options.redisUrl);
  // It runs already: this is how to find it.
  const postgres = await startPostgres({ dataFolder: join(home, 'postgres') });
  const db = openDatabase({ url: postgres.url, name: 'bench', poolSize: 1 });
  try {
    const client = new HoldfastClient({ url: serving.url });
    await client.generateDataset({ name: 'spiral', source: { kind: 'spiral', samplesPerClass: 300 } });
    const count = async () => {
      const { rows } = await db.pool.query<{ commits: number }>(
        'SELECT xact_commit::float8 AS commits FROM pg_stat_database WHERE datname = current_database()',
      );
      return { ...(await processorSecondsOfService(serving.pid, postgres.pid)), ...rows[0]! };
    };
    const run = async (trials: number, epochs: number): Promise<OverheadFigures> => {
      const space = {
        hiddenLayers: [[16]],
        learningRate: { min: 0.001, max: 0.01, scale: 'log' as const },
        epochs,
      };
      const before = await count();
      const { id } = await client.createSearch({
        dataset: 'spiral',
        space,
        strategy: { kind: 'random', trials },
      });
      for await (const event of client.watchSearch(id)) if (event.name === 'end') break;
      const after = await count();
      const { startedAt, finishedAt } = await client.getSearch(id);
      const seconds = (Date.parse(finishedAt!) - Date.parse(startedAt!)) / 1000;
      let trained = 0;
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await client.getLeaderboard(id, { limit: 1000, ...(cursor && { cursor }) });
        for (const item of page.items) trained += item.seconds ?? 0;
        cursor = page.nextCursor;
      }
      const foldRuns = trials * folds;
      const idealSeconds = trained / threads;
      const each = (total: number) => Number(((total * 1000) / foldRuns).toFixed(3));
      return {
        foldMilliseconds: Number(((trained / foldRuns) * 1000).toFixed(2)),
        foldRuns,
        seconds,
        idealSeconds: Number(idealSeconds.toFixed(3)),
        ratio: Number((seconds / idealSeconds).toFixed(3)),
        workerCpuMs: each(after.worker - before.worker - trained),
        apiCpuMs: each(after.api - before.api),
        postgresCpuMs: each(after.postgres - before.postgres),
        transactions: Number(((after.commits - before.commits) / foldRuns).toFixed(3)),
      };
    };
    // The first warms the engine up, the second says how long an epoch takes.
    await run(4, 20);
    const millisecondsPerEpoch = (await run(8, 50)).foldMilliseconds / 50;
    const figures: OverheadFigures[] = [];
    for (const milliseconds of options.milliseconds) {
      const trials = Math.ceil((options.seconds * 1000 * threads) / (milliseconds * folds));
      const epochsOf = (each: number) => Math.max(1, Math.round(milliseconds / each));
      // Epochs of longer fold runs are shorter: what they begin with is shared among more.
      const guess = epochsOf(millisecondsPerEpoch);
      const epochs = epochsOf((await run(4, guess)).foldMilliseconds / guess);
      // So many that no thread is idle at the end for want of a last fold run.
      figures.push(await run(Math.ceil(trials / threads) * threads, epochs));
    }
    return figures;
  } finally {
    await db.close();
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
