import type { EngineName } from '@holdfast/core/kernels/engine';
import { foldRows } from '@holdfast/core/splits/fold-rows';
import { trainFold } from '@holdfast/core/training/train-fold';
import { workerData } from 'piscina';
import { chooseEngine } from '../choose-engine.ts';
import type { TrainFoldAnswer, TrainFoldTask } from './train-fold-task.ts';

// The one that the process has chosen; each thread loads its own.
const { engine } = chooseEngine(workerData as EngineName);

/** The entry of a Piscina thread. */
export default function trainFoldTask(task: TrainFoldTask): TrainFoldAnswer {
  const startedAt = new Date();
  const started = performance.now();
  try {
    const rows = foldRows([task.assignment], 0, task.fold, task.gap);
    const outcome = trainFold({
      data: task.data,
      ...rows,
      params: task.params,
      earlyStopping: task.earlyStopping,
      untilEpoch: task.untilEpoch,
      checkpoint: task.checkpoint,
      seed: task.seed,
      engine,
      isCancelled: () => Atomics.load(task.cancelled, 0) === 1,
    });
    if (outcome.status === 'cancelled') return outcome;
    return {
      status: 'completed',
      outcome,
      rows: { training: rows.trainingRows.length, validation: rows.validationRows.length },
      engine: engine.name,
      startedAt,
      finishedAt: new Date(),
      seconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    return { status: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
