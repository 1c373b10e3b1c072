import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';

/** What a service may take more at the end than in the first third: caches fill up, leaks go on. */
const mostMegabytesMore = 120;
/** Pools open connections as they are needed, each to its own limit. */
const mostConnectionsMore = 8;
const parts = 30;

interface Sample {
  megabytes: Map<string, number>;
  connections: number;
}

/** Lets everything run undisturbed under load for so long. @returns what grew without bound */
export async function soak(
  cluster: Cluster,
  {
    minutes,
    log,
    signal,
  }: { minutes: number; log: (line: string) => void; signal?: AbortSignal | undefined },
): Promise<string[]> {
  const samples: Sample[] = [];
  for (let part = 0; part < parts && !signal?.aborted; part++) {
    await pause((minutes * 60_000) / parts, undefined, { signal }).catch(() => {});
    const sample = await look(cluster);
    samples.push(sample);
    if (part % 3 === 2) log(describe(sample));
  }
  const first = samples.slice(0, parts / 3);
  const last = samples.slice(-3);
  if (last.length === 0) return [];
  const violations: string[] = [];
  for (const name of last[0]!.megabytes.keys()) {
    const of = (some: readonly Sample[]) => some.map(({ megabytes }) => megabytes.get(name) ?? 0);
    // The least of the last ones: garbage comes and goes.
    const [before, after] = [Math.max(...of(first)), Math.min(...of(last))];
    if (after - before > mostMegabytesMore)
      violations.push(
        `leak: ${name} took ${before.toFixed(0)} MB in the first third, ${after.toFixed(0)} MB at the end`,
      );
  }
  const [before, after] = [
    Math.max(...first.map(({ connections }) => connections)),
    Math.min(...last.map(({ connections }) => connections)),
  ];
  if (after - before > mostConnectionsMore)
    violations.push(`leak: ${before} connections to Postgres in the first third, ${after} at the end`);
  return violations;
}

async function look({ postgres, api, evaluator, workers }: Cluster): Promise<Sample> {
  const megabytes = new Map<string, number>();
  for (const { process } of [api, evaluator, ...workers])
    megabytes.set(process.name, (await process.megabytes()) ?? 0);
  const [row] = await postgres.query<{ connections: number }>(
    `SELECT count(*)::integer AS connections FROM pg_stat_activity WHERE application_name LIKE 'holdfast%'`,
  );
  return { megabytes, connections: row!.connections };
}

function describe({ megabytes, connections }: Sample): string {
  const sizes = [...megabytes].map(([name, size]) => `${name} ${size.toFixed(0)} MB`);
  return `${sizes.join(', ')}; ${connections} connections`;
}
