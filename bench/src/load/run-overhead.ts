import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { startServing } from '../serve-process.ts';

export interface OverheadFigures {
  /** Milliseconds that a fold run trained, in the mean. */
  foldMilliseconds: number;
  foldRuns: number;
  /** Of the search, from its first claim to its last result. */
  seconds: number;
  /** Those of all trainings added, divided by the threads. */
  idealSeconds: number;
  ratio: number;
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
  const serving = await startServing(join(folder, 'home'), threads, options.redisUrl);
  try {
    const client = new HoldfastClient({ url: serving.url });
    await client.generateDataset({ name: 'spiral', source: { kind: 'spiral', samplesPerClass: 300 } });
    const run = async (trials: number, epochs: number): Promise<OverheadFigures> => {
      const space = {
        hiddenLayers: [[16]],
        learningRate: { min: 0.001, max: 0.01, scale: 'log' as const },
        epochs,
      };
      const { id } = await client.createSearch({
        dataset: 'spiral',
        space,
        strategy: { kind: 'random', trials },
      });
      for await (const event of client.watchSearch(id)) if (event.name === 'end') break;
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
      const foldMilliseconds = (trained / foldRuns) * 1000;
      return { foldMilliseconds, foldRuns, seconds, idealSeconds, ratio: seconds / idealSeconds };
    };
    // The first warms the engine up, the second says how long an epoch takes.
    await run(4, 20);
    const millisecondsPerEpoch = (await run(8, 50)).foldMilliseconds / 50;
    const figures: OverheadFigures[] = [];
    for (const milliseconds of options.milliseconds) {
      const epochs = Math.max(1, Math.round(milliseconds / millisecondsPerEpoch));
      const trials = Math.ceil((options.seconds * 1000 * threads) / (milliseconds * folds));
      figures.push(await run(trials, epochs));
    }
    return figures;
  } finally {
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
