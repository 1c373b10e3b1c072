import type { FoldRunState, SearchState, TrialState } from '@holdfast/contracts/states';

/** What the database shall do, said a second time and simply: one search, in memory, one step after the other. */
export interface FoldRunModel {
  status: SearchState;
  repeatable: boolean;
  lateResults: number;
  trials: { state: TrialState; folds: ModelFold[] }[];
}

interface ModelFold {
  state: FoldRunState;
  attempt: number;
  worker: string | null;
  /** The attempt whose result was accepted. */
  accepted: number | null;
  ownErrors: number;
  losses: number;
}

export interface ModelClaim {
  trial: number;
  fold: number;
  attempt: number;
  worker: string;
}

const lossesBorne = 20;
const openFold = (state: FoldRunState) => state === 'queued' || state === 'running';
const openTrial = (state: TrialState) => state === 'waiting' || state === 'running';

export function createModel(trials: number, folds: number, losses: number): FoldRunModel {
  return {
    status: 'queued',
    repeatable: true,
    lateResults: 0,
    trials: Array.from({ length: trials }, () => ({
      state: 'waiting',
      folds: Array.from({ length: folds }, () => ({
        state: 'queued',
        attempt: 0,
        worker: null,
        accepted: null,
        ownErrors: 0,
        losses,
      })),
    })),
  };
}

export function isOver(model: FoldRunModel): boolean {
  return model.status === 'completed' || model.status === 'failed' || model.status === 'cancelled';
}

/** @returns whether the claim is granted */
export function claim(model: FoldRunModel, trial: number, fold: number, worker: string): boolean {
  const owner = model.trials[trial]!;
  const run = owner.folds[fold]!;
  if (isOver(model) || run.state !== 'queued') return false;
  run.state = 'running';
  run.attempt += 1;
  run.worker = worker;
  owner.state = 'running';
  model.status = 'running';
  return true;
}

function holds(model: FoldRunModel, { trial, fold, attempt, worker }: ModelClaim): boolean {
  const run = model.trials[trial]!.folds[fold]!;
  return run.state === 'running' && run.attempt === attempt && run.worker === worker;
}

export const renew = holds;

export function accept(model: FoldRunModel, handed: ModelClaim): 'accepted' | 'late' {
  const trial = model.trials[handed.trial]!;
  const run = trial.folds[handed.fold]!;
  if (!holds(model, handed)) {
    if (run.accepted !== handed.attempt) model.lateResults += 1;
    return 'late';
  }
  run.state = 'completed';
  run.accepted = handed.attempt;
  if (!trial.folds.some(({ state }) => openFold(state))) trial.state = 'completed';
  settle(model);
  return 'accepted';
}

export function fail(model: FoldRunModel, handed: ModelClaim, kind: 'trial' | 'infrastructure') {
  if (!holds(model, handed)) return 'late';
  const trial = model.trials[handed.trial]!;
  const run = trial.folds[handed.fold]!;
  if (kind === 'trial') run.ownErrors += 1;
  else run.losses += 1;
  if (run.ownErrors <= 1 && run.losses <= lossesBorne) {
    run.state = 'queued';
    return 'requeued';
  }
  run.state = 'failed';
  for (const other of trial.folds) if (openFold(other.state)) other.state = 'cancelled';
  trial.state = 'failed';
  if (kind === 'infrastructure') model.repeatable = false;
  settle(model);
  return 'failed';
}

export function giveBack(model: FoldRunModel, handed: ModelClaim): void {
  if (holds(model, handed)) model.trials[handed.trial]!.folds[handed.fold]!.state = 'queued';
}

/** @returns how many fold runs were lost */
export function expireAll(model: FoldRunModel): number {
  let expired = 0;
  model.trials.forEach(({ folds }, trial) => {
    folds.forEach((run, fold) => {
      if (run.state !== 'running') return;
      fail(model, { trial, fold, attempt: run.attempt, worker: run.worker! }, 'infrastructure');
      expired += 1;
    });
  });
  return expired;
}

export function cancel(model: FoldRunModel): 'cancelled' | 'over' {
  if (isOver(model)) return 'over';
  for (const trial of model.trials) {
    if (openTrial(trial.state)) trial.state = 'cancelled';
    for (const run of trial.folds) if (openFold(run.state)) run.state = 'cancelled';
  }
  model.status = 'cancelled';
  model.repeatable = false;
  return 'cancelled';
}

function settle(model: FoldRunModel): void {
  if (model.trials.some(({ state }) => openTrial(state))) return;
  model.status = model.trials.some(({ state }) => state === 'completed') ? 'completed' : 'failed';
}
