import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SearchSpecInput } from '@holdfast/contracts/search-spec';
import { deriveSeed } from '@holdfast/numeric/derive-seed';
import { shuffle } from '@holdfast/numeric/shuffle';
import { createStream } from '@holdfast/numeric/stream';
import { simulateSearch } from '@holdfast/search/schedulers/simulate-search';
import { meanOf } from '@holdfast/search/statistics/fold-statistics';
import { type Quartiles, quartiles } from '../book/quartiles.ts';
import { planSpec } from './resolve-trials.ts';
import { readPool, type TrialPool } from './trial-pool.ts';

export interface RungComparison {
  data: string;
  rows: { strategy: string; accuracy: Quartiles; epochs: number }[];
}

const space = { hiddenLayers: [[8]], learningRate: { min: 0.001, max: 0.1 }, epochs: 27 };

/**
 * Halving and hyperband against random search on the real trials of a pool, each seed in another order, at equal cost:
 * random search gets as many epochs as the other spent.
 */
export function compareRungs(data: string, seeds: number, python: string | undefined): RungComparison {
  const pool = readPool(data);
  const contenders: [string, SearchSpecInput['strategy']][] = [
    ['halving', { kind: 'halving', trials: 81 }],
    ['hyperband', { kind: 'hyperband', trials: 120 }],
  ];
  const rows: RungComparison['rows'] = [];
  let budget = 0;
  for (const [strategy, sent] of contenders) {
    const runs = Array.from({ length: seeds }, (_, seed) => runPool(pool, sent, seed));
    const spent = runs.reduce((sum, { epochs }) => sum + epochs, 0) / seeds;
    rows.push({ strategy, accuracy: quartiles(runs.map(({ best }) => best)), epochs: spent });
    const trials = Math.round(spent / (pool.folds * 27));
    const random = Array.from({ length: seeds }, (_, seed) =>
      runPool(pool, { kind: 'random', trials }, seed),
    );
    rows.push({
      strategy: `random, ${trials} trials`,
      accuracy: quartiles(random.map(({ best }) => best)),
      epochs: random[0]!.epochs,
    });
    budget = spent;
  }
  if (python !== undefined) {
    const script = fileURLToPath(new URL('../../src/strategies/optuna_peer.py', import.meta.url));
    const file = fileURLToPath(new URL(`../../data/${data}-trials.json`, import.meta.url));
    const output = execFileSync(python, [script, 'hyperband', file, String(seeds), String(budget)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const runs = JSON.parse(output) as [number, number][];
    rows.push({
      strategy: 'Optuna hyperband',
      accuracy: quartiles(runs.map(([best]) => best)),
      epochs: runs.reduce((sum, [, spent]) => sum + spent, 0) / seeds,
    });
  }
  return { data, rows };
}

/** A pool's trials in an order of the seed. */
export function orderOf(pool: TrialPool, seed: number): Int32Array {
  const all = Int32Array.from({ length: pool.accuracies.length }, (_, trial) => trial);
  return shuffle(all, createStream(deriveSeed(seed, 'pool'), 'sampling'));
}

function runPool(pool: TrialPool, strategy: SearchSpecInput['strategy'], seed: number) {
  const order = orderOf(pool, seed);
  const { plan } = planSpec({ space, strategy, crossValidation: { kind: 'stratified', folds: pool.folds } });
  const { trials, epochs } = simulateSearch(
    plan,
    ({ proposal, foldRun, epochs: until }) =>
      pool.accuracies[order[proposal]!]![pool.epochs.indexOf(until)]![foldRun]!,
    { workers: 4, seconds: (count) => count },
  );
  const means = trials.map(({ status, scores }) =>
    status === 'completed' ? (meanOf(scores.at(-1) as (number | null)[]) ?? 0) : 0,
  );
  return { best: Math.max(...means), epochs };
}
