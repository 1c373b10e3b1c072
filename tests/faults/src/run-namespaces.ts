import { setTimeout as pause } from 'node:timers/promises';
import type { SearchSpecInput } from '@holdfast/contracts/search-spec';
import { startCluster } from './cluster.ts';
import { checkInvariants } from './invariants.ts';
import { NamespacedNetwork } from './namespaced-network.ts';
import { PatientClient } from './patient-client.ts';

const spec: SearchSpecInput = {
  dataset: 'spiral',
  space: { hiddenLayers: [[64, 64]], learningRate: { min: 0.001, max: 0.1, scale: 'log' }, epochs: 120 },
  crossValidation: { kind: 'stratified', folds: 3 },
  strategy: { kind: 'random', trials: 40 },
};
const workers = 3;
/** Past a lease of six seconds. */
const cutMs = 9000;
const withinMs = 300_000;

export interface NamespaceReport {
  violations: string[];
  /** Of each worker, how many results were accepted, by address. */
  results: Record<string, number>;
  digest: string;
  attemptsLost: number;
}

/**
 * Three workers on addresses of their own, in network namespaces. One is cut off while it trains, past its lease, and joined
 * again; the leaderboard must be that of a search without a cut, and the worker must work again.
 * @throws NotPermittedError
 */
export async function runNamespaces(log: (line: string) => void): Promise<NamespaceReport> {
  const violations: string[] = [];
  const complain = (violation: string) => void violations.push(violation);
  const network = await NamespacedNetwork.create(workers);
  try {
    const cluster = await startCluster({ workers, queue: 'redis', complain, network });
    const { postgres } = cluster;
    try {
      const patient = new PatientClient(cluster.url, complain);
      await patient.client.generateDataset({
        name: 'spiral',
        source: { kind: 'spiral', samplesPerClass: 60 },
      });
      const ids = cluster.workers.map(({ process }) => process.id ?? '');
      const count = async (sql: string, values: unknown[]) =>
        (await postgres.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${sql}`, values))[0]!
          .count;
      const until = async (what: string, look: () => Promise<boolean>) => {
        const deadline = performance.now() + withinMs;
        while (!(await look())) {
          if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
          await pause(100);
        }
      };
      const isOver = async (id: string) =>
        ['completed', 'failed'].includes((await patient.client.getSearch(id)).status);
      const digestOf = async (id: string) => (await patient.client.getLeaderboard(id, { limit: 1 })).digest;

      const { id: calm } = await patient.client.createSearch(spec);
      await until('the undisturbed search', () => isOver(calm));
      const digest = await digestOf(calm);

      const { id: cut } = await patient.client.createSearch(spec);
      const victim = ids[0]!;
      await until('the worker that is to be cut off trains', async () => {
        const held = `fold_runs WHERE search_id = $1 AND worker = $2 AND state = 'running'`;
        return (await count(held, [cut, victim])) > 0;
      });
      log(`cutting off ${network.hosts[0]!.address}`);
      await network.hosts[0]!.disconnect();
      await pause(cutMs);
      await network.hosts[0]!.reconnect();
      log('joined again');
      await until('the search with a cut', () => isOver(cut));
      const { id: after } = await patient.client.createSearch(spec);
      await until('the worker that was cut off works again', async () => {
        const done = await count(`fold_results WHERE search_id = $1 AND worker = $2`, [after, victim]);
        return done > 0 || (await isOver(after));
      });
      await until('the search after it', () => isOver(after));
      for (const id of [cut, after]) {
        const found = await digestOf(id);
        if (found !== digest) complain(`search ${id} has digest ${found}, undisturbed ${digest}`);
      }
      if ((await count(`fold_results WHERE search_id = $1 AND worker = $2`, [after, victim])) === 0)
        complain('the worker that was cut off has not worked again');
      for (const violation of await checkInvariants(postgres, [calm, cut, after])) complain(violation);
      const results: Record<string, number> = {};
      for (const [place, id] of ids.entries())
        results[network.hosts[place]!.address] = await count('fold_results WHERE worker = $1', [id]);
      const [lost] = await postgres.query<{ lost: number }>(
        'SELECT coalesce(sum(infrastructure_losses), 0)::integer AS lost FROM fold_runs',
      );
      if (lost!.lost === 0) complain('nothing was lost with the worker that was cut off');
      return { violations, results, digest, attemptsLost: lost!.lost };
    } finally {
      await cluster.stop();
    }
  } finally {
    await network.remove();
  }
}
