import * as model from './fold-run-model.ts';

/** What befalls the workers of a simulated search, and when, in seconds of its clock. */
export type SimulatedFault = { at: number } & (
  | { kind: 'kill'; worker: number }
  /** The process stands still, and then goes on as if nothing had been. */
  | { kind: 'stop'; worker: number; seconds: number }
  /** It trains on, and reaches neither database nor queue. */
  | { kind: 'cut off'; worker: number; seconds: number }
  /** What it hands in next is taken, and the answer is lost: it hands it in again. */
  | { kind: 'answer lost'; worker: number }
  | { kind: 'flush' }
  /** Every job that waits is delivered twice. */
  | { kind: 'duplicate' }
);

/** The guards; each can be taken out, to see that this is found out. */
export interface Guards {
  fence: boolean;
  leasesEnd: boolean;
  publishesAgain: boolean;
}

export const allGuards: Guards = {
  fence: true,
  leasesEnd: true,
  publishesAgain: true,
};

interface Training {
  claim: model.ModelClaim;
  endsAt: number;
  /** Its answer was lost, so it is handed in once more. */
  again: boolean;
}

interface SimulatedWorker {
  name: string;
  trains: Training | null;
  renewAt: number;
  reconcileAt: number;
  /** Until then it stands still, reaches nobody, or is being started again. */
  stoppedUntil: number;
  cutOffUntil: number;
  loseAnswer: boolean;
}

interface Lease {
  until: number;
  publishedAt: number | null;
}

// As in the worker and the database.
const leaseSeconds = 6;
const renewSeconds = 1.5;
const reconcileSeconds = 1;
const republishSeconds = 10;
const tick = 0.5;
const restartSeconds = 1;

export interface SimulationEnd {
  state: model.FoldRunModel;
  /** How often a result of each fold run was accepted, by `trial.fold`. */
  accepted: Map<string, number>;
  /** Accepted though the attempt had been given up. */
  stale: number;
  seconds: number;
}

/**
 * Plays a search of `trials` × `folds` on simulated workers, a queue that loses and doubles, and a clock that only this
 * function moves. Ends when the search is over, or when it should long have been.
 */
export function simulateSchedule(
  size: { trials: number; folds: number; workers: number; trainSeconds: readonly number[] },
  faults: readonly SimulatedFault[],
  guards: Guards = allGuards,
): SimulationEnd {
  const state = model.createModel(size.trials, size.folds, 0);
  const leases = new Map<string, Lease>();
  const accepted = new Map<string, number>();
  let queue: { trial: number; fold: number }[] = [];
  let stale = 0;
  const workers = Array.from(
    { length: size.workers },
    (_, i): SimulatedWorker => ({
      name: `w${i}`,
      trains: null,
      renewAt: 0,
      reconcileAt: i * 0.3,
      stoppedUntil: 0,
      cutOffUntil: 0,
      loseAnswer: false,
    }),
  );
  const keyOf = ({ trial, fold }: { trial: number; fold: number }) => `${trial}.${fold}`;
  const leaseOf = (run: { trial: number; fold: number }) => {
    const key = keyOf(run);
    const lease = leases.get(key) ?? { until: 0, publishedAt: null };
    leases.set(key, lease);
    return lease;
  };
  const runOf = ({ trial, fold }: { trial: number; fold: number }) => state.trials[trial]!.folds[fold]!;
  const everyRun = function* () {
    for (let trial = 0; trial < size.trials; trial++)
      for (let fold = 0; fold < size.folds; fold++) yield { trial, fold };
  };

  function reconcile(now: number): void {
    for (const run of everyRun()) {
      const { state: is, attempt, worker } = runOf(run);
      const lease = leaseOf(run);
      if (is === 'running' && guards.leasesEnd && lease.until < now) {
        model.fail(state, { ...run, attempt, worker: worker! }, 'infrastructure');
        lease.publishedAt = null;
      }
      if (runOf(run).state !== 'queued') continue;
      const due =
        lease.publishedAt === null || (guards.publishesAgain && lease.publishedAt < now - republishSeconds);
      if (!due) continue;
      lease.publishedAt = now;
      queue.push(run);
    }
  }

  function claim(worker: SimulatedWorker, now: number): void {
    // A job whose fold run is not to be had is done with at once, as in the worker.
    let job = queue.shift();
    while (job && !model.claim(state, job.trial, job.fold, worker.name)) job = queue.shift();
    if (job === undefined) return;
    const { attempt } = runOf(job);
    const seconds = size.trainSeconds[(job.trial * size.folds + job.fold) % size.trainSeconds.length]!;
    worker.trains = { claim: { ...job, attempt, worker: worker.name }, endsAt: now + seconds, again: false };
    worker.renewAt = now + renewSeconds;
    leaseOf(job).until = now + leaseSeconds;
  }

  function handIn(worker: SimulatedWorker, training: Training): void {
    const { claim: held } = training;
    const run = runOf(held);
    const isStale = run.attempt !== held.attempt || run.worker !== held.worker;
    // Without the fence whoever comes first is believed, while anybody holds the fold run.
    const handed = guards.fence ? held : { ...held, attempt: run.attempt, worker: run.worker ?? held.worker };
    if (model.accept(state, handed) === 'accepted') {
      accepted.set(keyOf(held), (accepted.get(keyOf(held)) ?? 0) + 1);
      if (isStale) stale += 1;
    }
    worker.trains = worker.loseAnswer && !training.again ? { ...training, again: true } : null;
    worker.loseAnswer = false;
  }

  function live(worker: SimulatedWorker, now: number): void {
    if (now < worker.stoppedUntil || now < worker.cutOffUntil) return;
    if (now >= worker.reconcileAt) {
      worker.reconcileAt = now + reconcileSeconds;
      reconcile(now);
    }
    const { trains } = worker;
    if (trains === null) return claim(worker, now);
    if (now >= trains.endsAt) return handIn(worker, trains);
    if (now < worker.renewAt) return;
    worker.renewAt = now + renewSeconds;
    if (model.renew(state, trains.claim)) leaseOf(trains.claim).until = now + leaseSeconds;
    else worker.trains = null;
  }

  function strike(fault: SimulatedFault, now: number): void {
    if (fault.kind === 'flush') queue = [];
    else if (fault.kind === 'duplicate') queue = [...queue, ...queue];
    else {
      const worker = workers[fault.worker % workers.length]!;
      if (fault.kind === 'kill') {
        worker.trains = null;
        worker.stoppedUntil = now + restartSeconds;
      } else if (fault.kind === 'stop') worker.stoppedUntil = now + fault.seconds;
      else if (fault.kind === 'cut off') worker.cutOffUntil = now + fault.seconds;
      else worker.loseAnswer = true;
    }
  }

  // After the last fault: a lease, a republication, and all trainings one after the other, each with a claim and a result.
  const trainings = size.trials * size.folds;
  const restSeconds =
    leaseSeconds +
    republishSeconds +
    2 * reconcileSeconds +
    trainings * (Math.max(...size.trainSeconds) + 4 * tick);
  const due = [...faults].sort((a, b) => a.at - b.at);
  const last = Math.max(0, ...faults.map((fault) => fault.at + ('seconds' in fault ? fault.seconds : 0)));
  let now = 0;
  for (; now < last + restSeconds && !model.isOver(state); now += tick) {
    while (due[0] !== undefined && due[0].at <= now) strike(due.shift()!, now);
    for (const worker of workers) live(worker, now);
  }
  // Whoever stood still at the end comes back with what it had.
  for (const { trains, name } of workers)
    if (trains !== null) handIn(workers.find((w) => w.name === name)!, trains);
  return { state, accepted, stale, seconds: now };
}
