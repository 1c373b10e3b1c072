import type { Engine } from '@holdfast/core/kernels/engine';
import { foldRows } from '@holdfast/core/splits/fold-rows';
import { trainBaselines } from '@holdfast/core/training/train-baselines';
import { trainFold } from '@holdfast/core/training/train-fold';
import type { TrainFoldAnswer, TrainFoldTask } from './train-fold-task.ts';

export function answerTrainFold(engine: Engine, task: TrainFoldTask): TrainFoldAnswer {
  const startedAt = new Date();
  const started = performance.now();
  try {
    const rows = foldRows([task.assignment], 0, task.fold, task.gap);
    const fold = {
      data: task.data,
      ...rows,
      engine,
      isCancelled: () => Atomics.load(task.cancelled, 0) === 1,
    };
    const outcome = trainFold({
      ...fold,
      params: task.params,
      earlyStopping: task.earlyStopping,
      untilEpoch: task.untilEpoch,
      checkpoint: task.checkpoint,
      seed: task.seed,
    });
    if (outcome.status === 'cancelled') return outcome;
    const seconds = (performance.now() - started) / 1000;
    const finishedAt = new Date();
    const baselines =
      task.baselineSeed === null ? null : trainBaselines({ ...fold, seed: task.baselineSeed });
    if (task.baselineSeed !== null && baselines === null) return { status: 'cancelled' };
    return {
      status: 'completed',
      outcome,
      baselines,
      rows: { training: outcome.trainingRows, validation: rows.validationRows.length },
      engine: engine.name,
      startedAt,
      finishedAt,
      seconds,
    };
  } catch (error) {
    return { status: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
