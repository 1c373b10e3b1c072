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

const network = { units: [32], batch: 64, rate: 0.003, epochs: 40, folds: 5, repeats: 2 };

interface Score {
  mean: number;
  standardError: number;
}

export interface Comparison {
  table: string;
  metric: string;
  holdfast: Score;
  scikitLearn: Score;
  /** The difference of the means over the larger standard error. */
  difference: number;
}

/** The same pipelines here and in scikit-learn: fills, one-hot inputs, scaling and network, fitted in each fold. */
export async function runScikit(python: string): Promise<Comparison[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-scikit-'));
  const serving = await startServing(join(folder, 'home'), 2);
  try {
    const tables = await fetchTables(folder);
    const client = new HoldfastClient({ url: serving.url });
    const peers = await askPython(python, tables);
    const comparisons: Comparison[] = [];
    for (const table of tables) {
      const holdfast = await measure(client, table);
      const scikitLearn = peers[table.name]!;
      const standardError = Math.max(holdfast.standardError, scikitLearn.standardError);
      const difference = Math.abs(holdfast.mean - scikitLearn.mean) / standardError;
      const metric = metricOf(table);
      comparisons.push({ table: table.name, metric, holdfast, scikitLearn, difference });
    }
    return comparisons;
  } finally {
    await serving.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const metricOf = ({ task }: PublicTable) => (task === 'classification' ? 'accuracy' : 'r2');

async function measure(client: HoldfastClient, table: PublicTable): Promise<Score> {
  const { name, target, task, kinds } = table;
  const spec = { name, target, task, columns: kinds, test: { kind: 'none' } };
  const dataset = await client.uploadDataset(spec, await openAsBlob(table.path));
  const { units, batch, rate, epochs, folds, repeats } = network;
  const { id } = await client.createSearch({
    dataset: dataset.id,
    space: {
      hiddenLayers: [units],
      learningRate: rate,
      batchSize: batch,
      epochs,
      scaler: 'standard',
      initializer: 'glorotUniform',
    },
    crossValidation: { kind: task === 'classification' ? 'stratified' : 'plain', folds, repeats },
    objective: { metric: metricOf(table) },
  });
  const search = await client.search(id).waitUntilFinished();
  if (search.status !== 'completed') throw new Error(`${name}: ${search.status}, ${search.reason}`);
  const { score } = (await client.getLeaderboard(id)).items[0]!;
  return { mean: score.mean!, standardError: score.standardError! };
}

function askPython(python: string, tables: readonly PublicTable[]): Promise<Record<string, Score>> {
  const peer = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  peer.stdin.end(JSON.stringify(tables.map((table) => ({ ...table, ...network }))));
  let out = '';
  peer.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    peer.once('error', reject);
    peer.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(out) as Record<string, Score>);
      else reject(new Error(`${python} ended with ${code}`));
    });
  });
}
