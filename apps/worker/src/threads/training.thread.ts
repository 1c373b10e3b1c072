import { parentPort, threadId } from 'node:worker_threads';
import type { EngineName } from '@holdfast/core/kernels/engine';
import { workerData } from 'piscina';
import { chooseEngine } from '../choose-engine.ts';
import { answerRefitTrial } from './answer-refit-trial.ts';
import { answerRetrainFold } from './answer-retrain-fold.ts';
import { answerTrainFold } from './answer-train-fold.ts';
import type { RefitTrialTask } from './refit-trial-task.ts';
import type { RetrainFoldTask } from './retrain-fold-task.ts';
import type { TrainFoldTask } from './train-fold-task.ts';

// The entry of a Piscina thread: what it may be asked, by name.

// The one that the process has chosen; each thread loads its own.
const { engine } = chooseEngine(workerData as EngineName);

export const trainFold = (task: TrainFoldTask) => answerTrainFold(engine, task);
export const refitTrial = (task: RefitTrialTask) => answerRefitTrial(engine, task);
export const retrainFold = (task: RetrainFoldTask) => answerRetrainFold(engine, task);

/** What a thread says once all of its modules are there. */
export interface ThreadLoaded {
  loaded: number;
}
parentPort!.postMessage({ loaded: threadId } satisfies ThreadLoaded);
