import type { Engine } from '@holdfast/core/kernels/engine';
import { foldRows } from '@holdfast/core/splits/fold-rows';
import { digestModelBytes, encodeModel } from '@holdfast/core/training/encode-model';
import { retrainFold } from '@holdfast/core/training/retrain-fold';
import type { RetrainFoldAnswer, RetrainFoldTask } from './retrain-fold-task.ts';

export function answerRetrainFold(engine: Engine, task: RetrainFoldTask): RetrainFoldAnswer {
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
