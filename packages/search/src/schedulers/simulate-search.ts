import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import { type Decisions, decide } from './decide.ts';
import type { TrialProgress } from './progress.ts';
import { bracketOf, countIndependent, firstStage, type SearchPlan } from './search-plan.ts';

/** The score of a fold run at so many epochs. */
export type SimulatedScore = (run: {
  proposal: number;
  foldRun: number;
  epochs: number;
  params: Hyperparameters;
}) => number | null;

export interface SimulatedSearch {
  /** By proposal. */
  trials: TrialProgress[];
  /** Trainings, each rung of a fold run counted apart. */
  trainings: number;
  epochs: number;
  /** From the first training to the end of the last. */
  seconds: number;
  /** Of all workers together, within those seconds. */
  idleSeconds: number;
  /** Each fold run's first scores in the order in which they came, with the time and the epochs spent until then. */
  arrivals: { proposal: number; second: number; epochs: number }[];
}

interface Task {
  proposal: number;
  rung: number;
  foldRun: number;
  /** Of the training when it ends, and when it began. */
  until: number;
  from: number;
}

/**
 * Runs a search on simulated workers: the same decisions as on real ones, with scores and durations given. Tasks are
 * handed out in the order of trials, as real ones are, unless `pick` chooses another.
 * @param options.seconds how long a task takes that trains so many epochs
 */
export function simulateSearch(
  plan: SearchPlan,
  score: SimulatedScore,
  options: { workers: number; seconds: (epochs: number) => number; pick?: (count: number) => number },
): SimulatedSearch {
  const { workers, seconds, pick = () => 0 } = options;
  const { foldRuns, sampler } = plan;
  const trials: {
    status: TrialProgress['status'];
    params: Hyperparameters;
    scores: (number | null | undefined)[][];
  }[] = [];
  let waiting: Task[] = [];
  const given = new Set<string>();
  const running: { task: Task; ends: number }[] = [];
  const result = { trainings: 0, epochs: 0, idleSeconds: 0 };
  const arrivals: SimulatedSearch['arrivals'] = [];
  let now = 0;

  const offer = (proposal: number, rung: number, from: number, to: number, untilEpoch: number | null) => {
    const { params } = trials[proposal]!;
    const begun = rung === 0 ? 0 : (bracketOf(plan, proposal).rungs[rung - 1]!.untilEpoch ?? 0);
    for (let foldRun = from; foldRun < to; foldRun++) {
      const key = `${proposal} ${rung} ${foldRun}`;
      if (given.has(key)) continue;
      given.add(key);
      waiting.push({ proposal, rung, foldRun, from: begun, until: untilEpoch ?? params.epochs });
    }
  };
  const add = (params: Hyperparameters, stage: { released: number; untilEpoch: number | null }) => {
    trials.push({ status: 'waiting', params, scores: [[]] });
    offer(trials.length - 1, 0, 0, stage.released, stage.untilEpoch);
  };
  const apply = ({ proposals, grants, pruned }: Decisions) => {
    for (const { params, ...stage } of proposals) add(params as Hyperparameters, stage);
    for (const { proposal, rung, from, to, untilEpoch } of grants)
      offer(proposal, rung, from, to, untilEpoch);
    for (const { proposal } of pruned) {
      trials[proposal]!.status = 'pruned';
      waiting = waiting.filter((task) => task.proposal !== proposal);
    }
  };
  const finish = ({ proposal, rung, foldRun, from, until }: Task) => {
    const trial = trials[proposal]!;
    while (trial.scores.length <= rung) trial.scores.push([]);
    const { params } = trial;
    trial.scores[rung]![foldRun] = score({ proposal, foldRun, epochs: until, params });
    result.trainings += 1;
    result.epochs += until - from;
    arrivals.push({ proposal, second: now, epochs: result.epochs });
    const last = bracketOf(plan, proposal).rungs.length - 1;
    const done = trial.scores[rung]!.filter((value) => value !== undefined).length;
    if (rung === last && done === foldRuns) trial.status = 'completed';
  };

  for (let n = 0; n < countIndependent(plan); n++)
    add(sampler.propose(n) as Hyperparameters, firstStage(plan, n));
  settle();
  for (;;) {
    waiting.sort((a, b) => a.proposal - b.proposal || a.rung - b.rung || a.foldRun - b.foldRun);
    while (running.length < workers && waiting.length > 0) {
      const [task] = waiting.splice(pick(waiting.length), 1);
      trials[task!.proposal]!.status = 'running';
      running.push({ task: task!, ends: now + seconds(task!.until - task!.from) });
    }
    if (running.length === 0) break;
    const ends = running.reduce((first, { ends }) => Math.min(first, ends), Infinity);
    result.idleSeconds += (workers - running.length) * (ends - now);
    now = ends;
    for (const { task } of running.filter((item) => item.ends === ends)) finish(task);
    for (let i = running.length - 1; i >= 0; i--) if (running[i]!.ends === ends) running.splice(i, 1);
    settle();
  }
  return { trials, ...result, seconds: now, arrivals };

  /** Decides until nothing follows any more. */
  function settle(): void {
    for (;;) {
      const before = given.size + trials.filter(({ status }) => status === 'pruned').length;
      apply(decide(plan, trials));
      if (given.size + trials.filter(({ status }) => status === 'pruned').length === before) return;
    }
  }
}
