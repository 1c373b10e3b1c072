import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Scores } from '@holdfast/contracts/metrics';
import type { EarlyStopping, ResolvedSearchSpec } from '@holdfast/contracts/search-spec';
import { deriveSeed, type Seed } from '@holdfast/numeric/derive-seed';
import type { Engine } from '../kernels/engine.ts';
import type { TrainingSet } from '../training-set.ts';
import { digestModel } from './encode-model.ts';
import { type CompletedModel, trainModel } from './train-model.ts';
import type { TrainedModel } from './trained-model.ts';

/** What a final model depends on, and nothing else: whoever has it gets the same bytes. */
export interface RefitInput {
  /** All training rows. */
  data: TrainingSet;
  trial: number;
  params: Hyperparameters;
  /** Of the search's resolved spec. */
  spec: Pick<ResolvedSearchSpec, 'seed' | 'earlyStopping' | 'refit'>;
  /** The epochs that each of the trial's fold runs trained; looked at with early stopping alone. */
  foldEpochs: readonly number[];
  /** The WASM engine unless given; all give the same bytes. */
  engine?: Engine;
  /** Asked every few milliseconds of work. */
  isCancelled?: () => boolean;
}

/** One training on all training rows. */
export interface RefitRun {
  /** From 0. */
  run: number;
  seed: Seed;
  /** On all training rows, of the final parameters in evaluation mode, data loss without penalty. */
  training: Scores;
  /** Why a score is `null`, or `null`. */
  reason: string | null;
  steps: number;
}

/** Over the runs that did not diverge; `std` with n − 1, `null` for fewer than two. */
export interface LossSpread {
  min: number;
  max: number;
  mean: number;
  std: number | null;
}

export interface CompletedRefit {
  status: 'completed';
  model: TrainedModel;
  /** See `digestModel`. */
  parametersDigest: string;
  /** Which of the runs the model is. */
  kept: number;
  runs: RefitRun[];
  trainingLoss: LossSpread;
  /** That every run trained. */
  epochs: number;
}

export type RefitOutcome = CompletedRefit | { status: 'failed'; reason: string } | { status: 'cancelled' };

/**
 * How many epochs a final model trains. Without early stopping: as many as the trial says. With it there are no rows
 * left to stop by, so it is the mean over the folds of the epoch at which each stopped getting better (the one whose
 * parameters were restored), rounded, at least 1. A fold that was not stopped counts with all its epochs.
 * @param foldEpochs trained by each fold run, the `patience` epochs after its best one included
 * @throws RangeError where early stopping was on and no fold is given
 */
export function refitEpochs(
  params: Hyperparameters,
  earlyStopping: EarlyStopping | null,
  foldEpochs: readonly number[],
): number {
  if (earlyStopping === null) return params.epochs;
  if (foldEpochs.length === 0)
    throw new RangeError('With early stopping, foldEpochs must hold the epochs of a fold or more');
  const stopped = foldEpochs.map((trained) =>
    trained >= params.epochs || trained <= earlyStopping.patience
      ? trained
      : trained - earlyStopping.patience,
  );
  const mean = stopped.reduce((sum, epochs) => sum + epochs, 0) / stopped.length;
  return Math.min(params.epochs, Math.max(1, Math.floor(mean + 0.5)));
}

/** `deriveSeed(search seed, trial, 'refit', run)`: a name where fold runs have two numbers, so none is shared. */
export function refitSeed(searchSeed: number, trial: number, run: number): Seed {
  return deriveSeed(searchSeed, trial, 'refit', run);
}

/**
 * Trains a trial's hyperparameters on all training rows, `spec.refit.seeds` times, and keeps the run with the lowest
 * training loss (data loss without penalty, evaluation mode), the first of equals: a rule on training data alone. Learning
 * rates follow the same schedule as in the folds, also where fewer epochs are trained. A pure function of its input but
 * `isCancelled`; `failed` where every run diverged.
 * @throws RangeError where data and hyperparameters do not fit together
 */
export function refitTrial(input: RefitInput): RefitOutcome {
  const { data, trial, params, spec, foldEpochs, engine, isCancelled } = input;
  const epochs = refitEpochs(params, spec.earlyStopping, foldEpochs);
  const runs: RefitRun[] = [];
  let best: { run: number; loss: number; trained: CompletedModel } | null = null;
  for (let run = 0; run < spec.refit.seeds; run++) {
    const seed = refitSeed(spec.seed, trial, run);
    const trained = trainModel({
      data,
      params,
      earlyStopping: null,
      untilEpoch: epochs,
      seed,
      ...(engine && { engine }),
      ...(isCancelled && { isCancelled }),
    });
    if (trained.status === 'cancelled') return trained;
    runs.push({ run, seed, training: trained.training, reason: trained.reason, steps: trained.steps });
    const loss = trained.training.loss ?? null;
    if (trained.model !== null && loss !== null && (best === null || loss < best.loss))
      best = { run, loss, trained };
  }
  const model = best?.trained.model;
  if (!model) {
    const of = runs.length === 1 ? '' : `each of the ${runs.length} runs diverged; the first: `;
    return { status: 'failed', reason: `${of}${runs[0]!.reason}` };
  }
  return {
    status: 'completed',
    model,
    parametersDigest: digestModel(model),
    kept: best!.run,
    runs,
    trainingLoss: spreadOf(runs.flatMap(({ training }) => training.loss ?? [])),
    epochs,
  };
}

function spreadOf(losses: readonly number[]): LossSpread {
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const squares = losses.reduce((sum, loss) => sum + (loss - mean) * (loss - mean), 0);
  return {
    min: Math.min(...losses),
    max: Math.max(...losses),
    mean,
    std: losses.length < 2 ? null : Math.sqrt(squares / (losses.length - 1)),
  };
}
