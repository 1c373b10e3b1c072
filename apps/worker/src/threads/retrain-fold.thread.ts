import type { EngineName } from '@holdfast/core/kernels/engine';
import { foldRows } from '@holdfast/core/splits/fold-rows';
import { digestModelBytes, encodeModel } from '@holdfast/core/training/encode-model';
import { retrainFold } from '@holdfast/core/training/retrain-fold';
import { workerData } from 'piscina';
import { chooseEngine } from '../choose-engine.ts';
import type { RetrainFoldAnswer, RetrainFoldTask } from './retrain-fold-task.ts';

// The one that the process has chosen; each thread loads its own.
const { engine } = chooseEngine(workerData as EngineName);

/** The entry of a Piscina thread. */
export default function retrainFoldTask(task: RetrainFoldTask): RetrainFoldAnswer {
  const { data, params, earlyStopping, seed, assignment, fold, gap, cancelled } = task;
  const started = performance.now();
  try {
    const outcome = retrainFold({
      data,
      ...foldRows([assignment], 0, fold, gap),
      params,
      earlyStopping,
      seed,
      engine,
      isCancelled: () => Atomics.load(cancelled, 0) === 1,
    });
    if (outcome.status === 'cancelled') return outcome;
    const { model, fold: trained } = outcome;
    if (model === null) return { status: 'diverged', reason: trained.reason ?? 'The training diverged.' };
    const bytes = encodeModel(model);
    return {
      status: 'completed',
      bytes,
      digest: digestModelBytes(bytes),
      predictions: trained.predictions,
      engine: engine.name,
      seconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    return { status: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
