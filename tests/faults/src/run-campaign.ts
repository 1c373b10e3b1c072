import { setTimeout as pause } from 'node:timers/promises';
import { type Cluster, startCluster } from './cluster.ts';
import { checkInvariants, checkKept, checkMade, digestResults } from './invariants.ts';
import { type Kind, kinds } from './kinds.ts';
import { Observer } from './observer.ts';
import { drawSchedule, type Fault } from './schedule.ts';
import { soak } from './soak.ts';
import { Workload } from './workload.ts';

export interface CampaignOptions {
  seed: number;
  faults: number;
  workers: number;
  queue: 'redis' | 'postgres';
  /** Those kinds alone. */
  only?: readonly string[] | undefined;
  /** Pauses between faults, in ms. */
  pauseMs?: readonly [number, number];
  /** Minutes of the same load without any fault, before them. */
  soakMinutes?: number | undefined;
  /** Faults that may overlap; 6 unless given. */
  atOnce?: number | undefined;
  /** How long the searches that run may take after the last fault; 300 s unless given. */
  settleSeconds?: number | undefined;
  signal?: AbortSignal;
  log?: (line: string) => void;
}

export interface CampaignReport {
  options: CampaignOptions;
  schedule: Fault[];
  /** Faults that were done, by kind. */
  injected: Map<string, number>;
  /** Faults for which there was no occasion, by kind: a cut at a request that did not come. */
  withoutOccasion: Map<string, number>;
  /** Seconds until the work went on, by kind. */
  recoveries: Map<string, number[]>;
  /** What must not have happened. Empty: all invariants held. */
  violations: string[];
  searches: number;
  models: number;
  reveals: number;
  foldRuns: number;
  /** Attempts given up: by how much more was begun than was needed. */
  attemptsLost: number;
  lateResults: number;
  /** Megabytes of the API's memory at the end. */
  apiMegabytes: number | null;
  seconds: number;
}

const searchesAtOnce = 4;
/** Faults that may go before one whose subject is still busy with another. */
const mostPassing = 24;

/** The kinds that a campaign on this queue can draw. @throws Error for a name that is none */
export function kindsFor({ queue, only }: Pick<CampaignOptions, 'queue' | 'only'>): Record<string, Kind> {
  const unknown = (only ?? []).filter((name) => !(name in kinds));
  if (unknown.length > 0) throw new Error(`No such kind of fault: ${unknown.join(', ')}`);
  return Object.fromEntries(
    Object.entries(kinds).filter(
      ([name, { needs }]) =>
        (only === undefined || only.includes(name)) && (needs === undefined || needs === queue),
    ),
  );
}

/** Starts everything, disturbs it by the seed's schedule while clients search, lets it come to rest, and checks all. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { seed, queue, workers, settleSeconds = 300, log = () => {} } = options;
  const chosen = kindsFor(options);
  const schedule = drawSchedule(seed, options.faults, chosen, options.pauseMs);
  const violations: string[] = [];
  const complain = (violation: string) => {
    violations.push(violation);
    log(`violation: ${violation}`);
  };
  const began = performance.now();
  const cluster = await startCluster({ workers, queue, complain });
  const report: CampaignReport = {
    options,
    schedule,
    injected: new Map(),
    withoutOccasion: new Map(),
    recoveries: new Map(),
    violations,
    searches: 0,
    models: 0,
    reveals: 0,
    foldRuns: 0,
    attemptsLost: 0,
    lateResults: 0,
    apiMegabytes: null,
    seconds: 0,
  };
  const observer = new Observer(cluster.postgres);
  const ended = new Map<string, string>();
  const over = async (search: string) => {
    const digest = await digestResults(cluster.postgres, search).catch(() => null);
    // Postgres may be away just now: then there is nothing to compare with.
    if (digest !== null) ended.set(search, digest);
  };
  const workload = new Workload(cluster.url, { complain, over });
  try {
    await workload.prepare();
    const calm = await workload.undisturbed();
    log(`undisturbed: ${calm.size} searches; now ${schedule.length} faults, seed ${seed}`);
    const going = workload.keepGoing(seed, searchesAtOnce);
    if (options.soakMinutes) {
      const grown = await soak(cluster, { minutes: options.soakMinutes, log, signal: options.signal });
      for (const violation of grown) complain(violation);
    }
    await inject(cluster, observer, schedule, chosen, report, options, complain);
    workload.stop();
    for (const link of cluster.links) link.mend();
    log('all faults are over; waiting for the searches');
    const settled = await Promise.race([
      going.then(() => true),
      pause(settleSeconds * 1000, false, { ref: false }),
    ]);
    if (!settled) complain(`searches have not ended ${settleSeconds} s after the last fault`);
    await checkDigests(workload, calm, complain);
    const ids = workload.submitted.map(({ id }) => id);
    for (const violation of await checkInvariants(cluster.postgres, ids)) complain(violation);
    for (const violation of await checkKept(cluster.postgres, ended)) complain(violation);
    for (const violation of await checkMade(cluster.postgres, workload.after)) complain(violation);
    const ledger = await workload.verifyLedger();
    if (!ledger.valid) complain(`the ledger does not verify: ${JSON.stringify(ledger)}`);
    report.models = workload.after.models.length;
    report.reveals = workload.after.reveals.length;
    await measure(cluster, report, ids);
  } finally {
    workload.stop();
    await observer.stop();
    report.recoveries = observer.recoveries;
    if (observer.open > 0) complain(`${observer.open} faults were not recovered from`);
    await cluster.stop();
  }
  report.seconds = (performance.now() - began) / 1000;
  return report;
}

async function inject(
  cluster: Cluster,
  observer: Observer,
  schedule: Fault[],
  chosen: Record<string, Kind>,
  report: CampaignReport,
  { atOnce = 6, signal, log = () => {} }: CampaignOptions,
  complain: (violation: string) => void,
): Promise<void> {
  const active = new Map<string, Promise<void>>();
  const isBusy = (subject: string) =>
    active.has(subject) ||
    (subject === 'workers' && [...active.keys()].some((other) => other.startsWith('worker '))) ||
    (subject.startsWith('worker ') && active.has('workers'));
  const waiting = [...schedule];
  let passedOver = 0;
  /** The first whose subject is free; the one in front is not passed over for ever. */
  const next = (): Fault | undefined => {
    if (active.size >= atOnce) return undefined;
    const seen = waiting.slice(0, Math.max(1, mostPassing - passedOver));
    const place = seen.findIndex((fault) => !isBusy(chosen[fault.kind]!.subject(fault, cluster)));
    if (place === -1) return undefined;
    passedOver = place === 0 ? 0 : passedOver + 1;
    return waiting.splice(place, 1)[0];
  };
  const untilNext = async (): Promise<Fault> => {
    for (;;) {
      const fault = next();
      if (fault !== undefined) return fault;
      await Promise.race(active.values());
    }
  };
  for (let turn = 1; waiting.length > 0 && !signal?.aborted; turn++) {
    await pause(waiting[0]!.afterMs);
    if (atOnce === 1) await healed(observer);
    const fault = await untilNext();
    const kind = chosen[fault.kind]!;
    const subject = kind.subject(fault, cluster);
    log(
      `${turn}/${schedule.length} #${fault.number} ${fault.kind}${subject.startsWith('worker ') ? ` (${subject})` : ''}`,
    );
    const done = kind
      .inject({ cluster, observer, fault })
      .then((happened) => {
        const counts = happened === false ? report.withoutOccasion : report.injected;
        counts.set(fault.kind, (counts.get(fault.kind) ?? 0) + 1);
        if (happened === false) return;
        if (kind.heals === 'answers') void observer.expectAnswers(fault, cluster.url);
        else if (kind.heals === undefined) observer.expectProgress(fault);
      })
      .catch((error: Error) =>
        complain(`fault ${fault.number} (${fault.kind}) could not be done: ${error.stack}`),
      )
      .then(() => void active.delete(subject));
    active.set(subject, done);
  }
  await Promise.all(active.values());
}

/** Waits until the work has recovered from every fault; for so long as the longest takes, since there may be no work. */
async function healed(observer: Observer): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (observer.open > 0 && performance.now() < deadline) await pause(100);
}

async function checkDigests(
  workload: Workload,
  calm: Map<string, string>,
  complain: (violation: string) => void,
): Promise<void> {
  for (const { id, spec, cancelled } of workload.submitted) {
    if (cancelled && (await workload.untilOver(id, 0)) === 'cancelled') continue;
    const digest = await workload.digestOf(id);
    if (digest !== calm.get(spec))
      complain(`search ${id} (${spec}) has digest ${digest}, undisturbed ${calm.get(spec)}`);
  }
}

async function measure({ postgres, api }: Cluster, report: CampaignReport, ids: string[]): Promise<void> {
  const [row] = await postgres.query<{ runs: number; lost: number; late: number }>(
    `SELECT (SELECT count(*) FROM fold_results)::float8 AS runs,
       (SELECT sum(infrastructure_losses) FROM fold_runs)::float8 AS lost,
       (SELECT sum(late_results) FROM searches)::float8 AS late`,
  );
  report.searches = ids.length;
  report.foldRuns = row!.runs;
  report.attemptsLost = row!.lost;
  report.lateResults = row!.late;
  report.apiMegabytes = await api.process.megabytes();
}
