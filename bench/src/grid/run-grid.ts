import { spawn } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoldfastClient } from '@holdfast/client/holdfast-client';

export interface GridFigures {
  /** From submitting the search to its last result. */
  seconds: number;
  trials: number;
  foldRuns: number;
  threads: number;
  best: number | null;
}

const holdfast = fileURLToPath(new URL('../../../apps/cli/bin/holdfast.js', import.meta.url));
const digits = fileURLToPath(new URL('../../../examples/data/digits.csv.gz', import.meta.url));
const batchSize = 128;

/** Trains the grid of docs/performance.md through a service of its own, by HTTP alone. */
export async function runGrid(threads: number): Promise<GridFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-grid-'));
  const flags = ['serve', '--port', '0', '--home', join(folder, 'home'), '--threads', String(threads)];
  const service = spawn(process.execPath, [holdfast, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => service.once('exit', () => resolve()));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      service.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        const found = /Ready in .* at (http\S+)/.exec(text);
        if (found) resolve(found[1]!);
      });
      service.once('exit', (code) => reject(new Error(`The service ended with ${code}:\n${text}`)));
    });
    const client = new HoldfastClient({ url });
    // No rows are sealed, so that training takes as many as the peer's.
    const test = { kind: 'none' };
    await client.uploadDataset(
      { name: 'digits', target: 'digit', test },
      await openAsBlob(digits),
      'digits.csv.gz',
    );
    const started = performance.now();
    const search = await client.submitSearch({
      name: 'grid',
      dataset: 'digits',
      space: {
        hiddenLayers: [[32], [64], [64, 32]],
        l2Weights: [1e-4, 1e-3, 1e-2].map((alpha) => alpha / (2 * batchSize)),
        regularizeOutput: true,
        learningRate: [1e-3, 3e-3, 1e-2],
        optimizer: 'adam',
        scaler: 'none',
        batchSize,
        epochs: 50,
      },
      crossValidation: { kind: 'stratified', folds: 5 },
    });
    const { status, reason } = await search.waitUntilFinished();
    if (status !== 'completed') throw new Error(`The search is ${status}: ${reason}`);
    const seconds = (performance.now() - started) / 1000;
    const board = await search.leaderboard();
    return { seconds, trials: 27, foldRuns: 135, threads, best: board.items[0]?.score.mean ?? null };
  } finally {
    service.kill('SIGINT');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}
