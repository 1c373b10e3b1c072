import { spawn } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import { startServing } from '../serve-process.ts';
import { fetchTables, type PublicTable } from './public-tables.ts';

const script = fileURLToPath(new URL('../../peers/sklearn_pipelines.py', import.meta.url));

const network = { units: [32], batch: 64, rate: 0.003, epsilon: 1e-8, epochs: 40, folds: 5, repeats: 2 };

export interface Score {
  /** Over folds, each the mean over seeds. */
  mean: number;
  /** Of that over folds. */
  standardError: number;
  /** Of the same fold by another seed, averaged over folds. */
  seedDeviation: number;
}

export interface Comparison {
  table: string;
  metric: string;
  seeds: number;
  holdfast: Score;
  scikitLearn: Score;
  /** Means over seeds, fold by fold on the same rows: Holdfast's less scikit-learn's. */
  paired: { mean: number; standardError: number };
  /** The difference of the means over the larger standard error. */
  difference: number;
}

/** Validation rows of each fold, repeat after repeat. */
type Folds = number[][];
/** By fold, by seed. */
type FoldScores = number[][];

/**
 * The same pipelines here and in scikit-learn, fitted in each fold: fills, one-hot inputs, scaling, and a network that starts and
 * moves by the same rules. On the very same folds; `seeds` times on either side, since what one seed draws is no difference of
 * pipelines.
 */
export async function runScikit(python: string, seeds: number): Promise<Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-scikit-'));
  const serving = await startServing(join(folder, 'home'), 2);
  try {
    const client = new HoldfastClient({ url: serving.url });
    const measured = [];
    for (const table of await fetchTables(folder)) {
      measured.push({ table, ...(await measure(client, table, seeds)) });
    }
    const peers = await askPython(
      python,
      measured.map(({ table, folds }) => ({ ...table, folds, seeds })),
    );
    return measured.map(({ table, scores }) => compare(table, scores, peers[table.name]!));
  } finally {
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function compare(table: PublicTable, ours: FoldScores, theirs: FoldScores): Comparison {
  const [holdfast, scikitLearn] = [summarize(ours), summarize(theirs)];
  const paired = ours.map((scores, fold) => meanOf(scores) - meanOf(theirs[fold]!));
  return {
    table: table.name,
    metric: metricOf(table),
    seeds: ours[0]!.length,
    holdfast,
    scikitLearn,
    paired: { mean: meanOf(paired), standardError: deviationOf(paired) / Math.sqrt(paired.length) },
    difference:
      Math.abs(holdfast.mean - scikitLearn.mean) /
      Math.max(holdfast.standardError, scikitLearn.standardError),
  };
}

function summarize(scores: FoldScores): Score {
  const folds = scores.map(meanOf);
  return {
    mean: meanOf(folds),
    standardError: deviationOf(folds) / Math.sqrt(folds.length),
    seedDeviation: meanOf(scores.map(deviationOf)),
  };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** With n − 1. */
function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

const metricOf = ({ task }: PublicTable) => (task === 'classification' ? 'accuracy' : 'r2');

async function measure(
  client: HoldfastClient,
  table: PublicTable,
  seeds: number,
): Promise<{ folds: Folds; scores: FoldScores }> {
  const { name, target, task, kinds } = table;
  const spec = { name, target, task, columns: kinds, test: { kind: 'none' } };
  const dataset = await client.uploadDataset(spec, await openAsBlob(table.path));
  const { units, batch, rate, epsilon, epochs, folds, repeats } = network;
  const bySeed: number[][] = [];
  let search = '';
  for (let seed = 0; seed < seeds; seed++) {
    const { id } = await client.createSearch({
      dataset: dataset.id,
      seed,
      space: {
        hiddenLayers: [units],
        learningRate: rate,
        epsilon,
        batchSize: batch,
        epochs,
        scaler: 'standard',
        initializer: 'glorotUniform',
      },
      crossValidation: { kind: task === 'classification' ? 'stratified' : 'plain', folds, repeats, seed: 0 },
      objective: { metric: metricOf(table) },
    });
    search = id;
    const ended = await client.search(id).waitUntilFinished();
    if (ended.status !== 'completed') throw new Error(`${name}: ${ended.status}, ${ended.reason}`);
    bySeed.push((await client.getLeaderboard(id)).items[0]!.score.folds as number[]);
  }
  return {
    folds: await readFolds(client, search),
    scores: bySeed[0]!.map((_, fold) => bySeed.map((scores) => scores[fold]!)),
  };
}

/** Without test rows, the training rows are those of the file. */
async function readFolds(client: HoldfastClient, search: string): Promise<Folds> {
  const rows: Folds = Array.from({ length: network.folds * network.repeats }, () => []);
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await client.getOutOfFold(search, 0, { limit: 1000, ...(cursor && { cursor }) });
    for (const { repeat, fold, row } of page.items) rows[repeat * network.folds + fold]!.push(row);
    cursor = page.nextCursor;
  }
  return rows;
}

type Question = PublicTable & { folds: Folds; seeds: number };

function askPython(python: string, tables: readonly Question[]): Promise<Record<string, FoldScores>> {
  const peer = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  peer.stdin.end(JSON.stringify(tables.map((table) => ({ ...network, ...table }))));
  let out = '';
  peer.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    peer.once('error', reject);
    peer.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(out) as Record<string, FoldScores>);
      else reject(new Error(`${python} ended with ${code}`));
    });
  });
}
