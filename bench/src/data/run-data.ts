import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { startServing } from '../serve-process.ts';
import { peakMemory } from './peak-memory.ts';
import { writeTable } from './write-table.ts';

export interface DataFigures {
  rows: number;
  columns: number;
  megabytes: number;
  uploadSeconds: number;
  megabytesPerSecond: number;
  search: {
    trials: number;
    folds: number;
    epochs: number;
    weightCount: number;
    seconds: number;
    best: number | null;
  };
  /** Of each process of the service, megabytes; `null` where there is no /proc. */
  peakMegabytes: Record<string, number> | null;
}

/** A large CSV from disk to a leaderboard, through a service of its own. */
export async function runData(options: {
  rows: number;
  columns: number;
  trials: number;
  epochs: number;
  threads: number;
  say: (line: string) => void;
}): Promise<DataFigures> {
  const { rows, columns, trials, epochs, threads, say } = options;
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-data-'));
  const path = join(folder, 'table.csv');
  const serving = await startServing(join(folder, 'home'), threads);
  try {
    say(`Writing ${rows} rows of ${columns} columns …`);
    const megabytes = (await writeTable(path, rows, columns)) / 1e6;
    say(`Sending ${megabytes.toFixed(0)} MB …`);
    const client = new HoldfastClient({ url: serving.url });
    const began = performance.now();
    const dataset = await client.uploadDataset({ name: 'table', target: 'target' }, await openAsBlob(path));
    const uploadSeconds = (performance.now() - began) / 1000;
    say(`${uploadSeconds.toFixed(1)} s; ${dataset.rows.train} training rows. Searching …`);
    const folds = 3;
    const submitted = performance.now();
    const { id } = await client.createSearch({
      dataset: dataset.id,
      space: {
        hiddenLayers: [[32]],
        learningRate: { min: 0.001, max: 0.01, scale: 'log' },
        batchSize: 512,
        epochs,
      },
      strategy: { kind: 'random', trials },
      crossValidation: { kind: 'stratified', folds },
    });
    const ended = await client.search(id).waitUntilFinished();
    if (ended.status !== 'completed') throw new Error(`The search is ${ended.status}: ${ended.reason}`);
    const seconds = (performance.now() - submitted) / 1000;
    const board = await client.getLeaderboard(id);
    const peaks = peakMemory(serving.pid);
    return {
      rows,
      columns,
      megabytes,
      uploadSeconds,
      megabytesPerSecond: megabytes / uploadSeconds,
      search: {
        trials,
        folds,
        epochs,
        weightCount: board.items[0]?.weightCount ?? 0,
        seconds,
        best: board.items[0]?.score.mean ?? null,
      },
      peakMegabytes:
        peaks &&
        Object.fromEntries(Object.entries(peaks).map(([name, bytes]) => [name, Math.round(bytes / 1e6)])),
    };
  } finally {
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
