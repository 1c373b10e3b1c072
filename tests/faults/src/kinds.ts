import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { blockedMs, type Cluster, type Linked } from './cluster.ts';
import type { FaultyLink } from './faulty-link.ts';
import type { Observer } from './observer.ts';
import type { Fault, KindOfFault } from './schedule.ts';

/** What a fault is done to: no two faults at a time have the same. */
type Subject = 'postgres' | 'redis' | 'api' | 'evaluator' | 'http' | 'workers' | `worker ${number}`;

interface Means {
  cluster: Cluster;
  observer: Observer;
  fault: Fault;
}

export interface Kind extends KindOfFault {
  needs?: 'redis';
  /**
   * When the work has recovered: when a result is accepted, unless another is said. `claims`: each claim that was lost is
   * held by another; `answers`: clients are answered.
   */
  heals?: 'claims' | 'answers';
  subject: (fault: Fault, cluster: Cluster) => Subject;
  /** Resolves when the fault is over. `false`: there was no occasion for it. */
  inject: (means: Means) => Promise<unknown>;
}

const workerOf = ({ cluster, fault }: Pick<Means, 'cluster' | 'fault'>): Linked =>
  cluster.workers[fault.pick % cluster.workers.length]!;
const onWorker = (fault: Fault, cluster: Cluster): Subject => `worker ${fault.pick % cluster.workers.length}`;
const onPostgres = (): Subject => 'postgres';
const onRedis = (): Subject => 'redis';
const onApi = (): Subject => 'api';
const onHttp = (): Subject => 'http';

/** For a while, then mended. */
async function during(fault: Fault, link: FaultyLink, harm: (link: FaultyLink) => void): Promise<void> {
  harm(link);
  await pause(fault.forMs);
  link.mend();
}

async function loseWorker({ observer, fault }: Means, worker: Linked, lose: () => void): Promise<void> {
  const held = worker.process.id === null ? [] : await observer.claimsOf(worker.process.id);
  lose();
  observer.expectClaimsAgain(fault, held);
}

const outage = [1000, 5000] as const;

/** Every fault that a campaign can draw. */
export const kinds: Readonly<Record<string, Kind>> = {
  'worker killed': {
    weight: 8,
    heals: 'claims',
    subject: onWorker,
    inject: (means) => {
      const worker = workerOf(means);
      return loseWorker(means, worker, () => worker.process.signal('SIGKILL'));
    },
  },
  'all workers killed': {
    weight: 2,
    heals: 'claims',
    subject: () => 'workers',
    inject: async (means) => {
      // While they start again there is nothing to lose.
      if (!(await means.observer.untilClaim(20_000))) return false;
      await Promise.all(
        means.cluster.workers.map((worker) =>
          loseWorker(means, worker, () => worker.process.signal('SIGKILL')),
        ),
      );
      return true;
    },
  },
  'the holder of one fold run killed, five times': {
    weight: 1,
    heals: 'claims',
    subject: () => 'workers',
    inject: async (means) => {
      const { cluster, observer } = means;
      const prey = await observer.anyClaim();
      if (prey === null) return false;
      for (let kills = 0; kills < 5; kills++) {
        const holder = await observer.nextHolder(prey, 20_000);
        const worker = cluster.workers.find(({ process }) => process.id === holder);
        // It was trained before its worker could be killed again.
        if (!worker) break;
        await loseWorker(means, worker, () => worker.process.signal('SIGKILL'));
      }
      return true;
    },
  },
  'worker stopped past its lease, then continued': {
    weight: 4,
    forMs: [7500, 10_000],
    heals: 'claims',
    subject: onWorker,
    inject: async (means) => {
      const { process } = workerOf(means);
      await loseWorker(means, workerOf(means), () => process.signal('SIGSTOP'));
      await pause(means.fault.forMs);
      process.signal('SIGCONT');
    },
  },
  'worker’s event loop blocked past its lease': {
    weight: 3,
    forMs: [blockedMs, blockedMs],
    heals: 'claims',
    subject: onWorker,
    inject: async (means) => {
      const { process } = workerOf(means);
      // Before it is ready it does not know the signal.
      if (process.id === null) return false;
      await loseWorker(means, workerOf(means), () => process.signal('SIGUSR2'));
      await pause(means.fault.forMs);
      return true;
    },
  },
  'worker stopped for a moment': {
    weight: 4,
    forMs: [500, 4000],
    subject: onWorker,
    inject: async (means) => {
      const { process } = workerOf(means);
      process.signal('SIGSTOP');
      await pause(means.fault.forMs);
      process.signal('SIGCONT');
    },
  },
  'worker drained (SIGTERM)': {
    weight: 5,
    subject: onWorker,
    inject: (means) => workerOf(means).process.drain(),
  },
  'worker with a clock an hour off': {
    weight: 2,
    subject: onWorker,
    inject: (means) => {
      const skew = means.fault.pick % 2 === 0 ? 3_600_000 : -3_600_000;
      return workerOf(means).process.drain({ HOLDFAST_TEST_SKEW_MS: String(skew) });
    },
  },
  'worker killed between acceptance and answer': {
    weight: 5,
    forMs: [20_000, 20_000],
    heals: 'claims',
    subject: onWorker,
    inject: async (means) => {
      const worker = workerOf(means);
      if (!(await worker.database.cutAt('accept_fold_result', 'answer', means.fault.forMs))) return false;
      await loseWorker(means, worker, () => worker.process.signal('SIGKILL'));
      return true;
    },
  },
  'answer of an acceptance lost': {
    weight: 6,
    forMs: [20_000, 20_000],
    subject: onWorker,
    inject: (means) => workerOf(means).database.cutAt('accept_fold_result', 'answer', means.fault.forMs),
  },
  'request of an acceptance lost': {
    weight: 4,
    forMs: [20_000, 20_000],
    subject: onWorker,
    inject: (means) => workerOf(means).database.cutAt('accept_fold_result', 'request', means.fault.forMs),
  },
  'answer of a claim lost': {
    weight: 5,
    forMs: [20_000, 20_000],
    subject: onWorker,
    inject: (means) => workerOf(means).database.cutAt('claim_fold_runs', 'answer', means.fault.forMs),
  },
  'worker cut off from Postgres (black hole)': {
    weight: 4,
    forMs: [1000, 9000],
    subject: onWorker,
    inject: (means) => during(means.fault, workerOf(means).database, (link) => link.blackHole()),
  },
  'worker’s Postgres link reset': {
    weight: 5,
    subject: onWorker,
    inject: async (means) => workerOf(means).database.reset(),
  },
  'worker’s Postgres link 200 ms late': {
    weight: 3,
    forMs: [2000, 8000],
    subject: onWorker,
    inject: (means) => during(means.fault, workerOf(means).database, (link) => link.delay(200)),
  },
  'worker’s Postgres link throttled to 50 kB/s': {
    weight: 3,
    forMs: [2000, 8000],
    subject: onWorker,
    inject: (means) => during(means.fault, workerOf(means).database, (link) => link.throttle(50_000)),
  },
  'worker cut off from Redis (black hole)': {
    needs: 'redis',
    weight: 4,
    forMs: [1000, 9000],
    subject: onWorker,
    inject: (means) => during(means.fault, workerOf(means).queue!, (link) => link.blackHole()),
  },
  'worker’s Redis link reset': {
    needs: 'redis',
    weight: 5,
    subject: onWorker,
    inject: async (means) => workerOf(means).queue!.reset(),
  },
  'Redis flushed': {
    needs: 'redis',
    weight: 5,
    subject: onRedis,
    inject: ({ cluster }) => cluster.redis!.command('FLUSHALL'),
  },
  'Redis killed, started empty': {
    needs: 'redis',
    weight: 4,
    forMs: outage,
    subject: onRedis,
    inject: async ({ cluster, fault }) => {
      await cluster.redis!.kill();
      await pause(fault.forMs);
      await cluster.redis!.restart('nothing');
    },
  },
  'Redis restored from an older file': {
    needs: 'redis',
    weight: 3,
    forMs: outage,
    subject: onRedis,
    inject: async ({ cluster, fault }) => {
      await cluster.redis!.snapshot();
      await pause(fault.forMs);
      await cluster.redis!.kill();
      await cluster.redis!.restart('snapshot');
    },
  },
  'Redis full': {
    needs: 'redis',
    weight: 3,
    forMs: outage,
    subject: onRedis,
    inject: async ({ cluster, fault }) => {
      await cluster.redis!.command('CONFIG', 'SET', 'maxmemory', '1');
      await pause(fault.forMs);
      await cluster.redis!.command('CONFIG', 'SET', 'maxmemory', '0');
    },
  },
  'Redis silent': {
    needs: 'redis',
    weight: 3,
    forMs: outage,
    subject: onRedis,
    inject: async ({ cluster, fault }) => {
      await cluster.redis!.command('CLIENT', 'PAUSE', String(fault.forMs), 'ALL');
      await pause(fault.forMs);
    },
  },
  'Postgres sessions terminated': {
    weight: 6,
    subject: onPostgres,
    inject: async ({ cluster }) => {
      await cluster.postgres.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name LIKE 'holdfast%' AND pid <> pg_backend_pid()`,
      );
    },
  },
  'Postgres session killed (-9)': {
    weight: 3,
    subject: onPostgres,
    inject: ({ cluster }) => cluster.postgres.crashSession(),
  },
  'Postgres restarted': {
    weight: 3,
    subject: onPostgres,
    inject: ({ cluster }) => cluster.postgres.restart(),
  },
  'Postgres killed (-9)': {
    weight: 3,
    subject: onPostgres,
    inject: ({ cluster }) => cluster.postgres.crash(),
  },
  'disk full under Postgres': {
    weight: 2,
    forMs: outage,
    subject: onPostgres,
    inject: async ({ cluster: { disk, postgres }, fault }) => {
      if (disk === null) return false;
      await disk.fill();
      await pause(fault.forMs);
      await disk.free();
      await postgres.revive();
      return true;
    },
  },
  'Postgres out of connections': {
    weight: 2,
    forMs: [1000, 4000],
    subject: onPostgres,
    inject: async ({ cluster, fault }) => {
      // Those that are open are ended, and the places taken before they come back.
      const taken: pg.Client[] = [];
      try {
        const first = await cluster.postgres.connect();
        taken.push(first);
        await first.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'`,
        );
        while (taken.length < 130) taken.push(await cluster.postgres.connect());
      } catch {
        // No place is left.
      }
      await pause(fault.forMs);
      await Promise.all(taken.map((client) => client.end().catch(() => {})));
    },
  },
  'API killed': {
    weight: 4,
    heals: 'answers',
    subject: onApi,
    inject: async ({ cluster }) => cluster.api.process.signal('SIGKILL'),
  },
  'API drained (SIGTERM)': {
    weight: 3,
    heals: 'answers',
    subject: onApi,
    inject: ({ cluster }) => cluster.api.process.drain(),
  },
  'API killed before its commit': {
    weight: 3,
    forMs: [20_000, 20_000],
    heals: 'answers',
    subject: onApi,
    inject: async ({ cluster, fault }) => {
      if (!(await cluster.api.database.cutAt('COMMIT', 'request', fault.forMs))) return false;
      cluster.api.process.signal('SIGKILL');
      return true;
    },
  },
  'API killed after its commit': {
    weight: 3,
    forMs: [20_000, 20_000],
    heals: 'answers',
    subject: onApi,
    inject: async ({ cluster, fault }) => {
      if (!(await cluster.api.database.cutAt('COMMIT', 'answer', fault.forMs))) return false;
      cluster.api.process.signal('SIGKILL');
      return true;
    },
  },
  'answer of a commit of the API lost': {
    weight: 4,
    forMs: [20_000, 20_000],
    heals: 'answers',
    subject: onApi,
    inject: ({ cluster, fault }) => cluster.api.database.cutAt('COMMIT', 'answer', fault.forMs),
  },
  'API cut off from Postgres (black hole)': {
    weight: 2,
    forMs: outage,
    heals: 'answers',
    subject: onApi,
    inject: ({ cluster, fault }) => during(fault, cluster.api.database, (link) => link.blackHole()),
  },
  'clients’ link reset': {
    weight: 4,
    heals: 'answers',
    subject: onHttp,
    inject: async ({ cluster }) => cluster.http.reset(),
  },
  'clients refused': {
    weight: 2,
    forMs: outage,
    heals: 'answers',
    subject: onHttp,
    inject: ({ cluster, fault }) => during(fault, cluster.http, (link) => link.refuse()),
  },
  'evaluator killed': {
    weight: 1,
    subject: () => 'evaluator',
    inject: async ({ cluster }) => cluster.evaluator.process.signal('SIGKILL'),
  },
};
