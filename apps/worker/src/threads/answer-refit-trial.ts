import type { Engine } from '@holdfast/core/kernels/engine';
import { encodeModel } from '@holdfast/core/training/encode-model';
import { refitTrial } from '@holdfast/core/training/refit-trial';
import type { RefitTrialAnswer, RefitTrialTask } from './refit-trial-task.ts';

export function answerRefitTrial(
  engine: Engine,
  { cancelled, bytes: _, ...input }: RefitTrialTask,
): RefitTrialAnswer {
  const started = performance.now();
  try {
    const outcome = refitTrial({
      ...input,
      engine,
      isCancelled: () => Atomics.load(cancelled, 0) === 1,
    });
    if (outcome.status === 'cancelled') return outcome;
    if (outcome.status === 'failed') return { status: 'diverged', reason: outcome.reason };
    const { model, ...refit } = outcome;
    return {
      status: 'completed',
      refit,
      bytes: encodeModel(model),
      engine: engine.name,
      seconds: (performance.now() - started) / 1000,
    };
  } catch (error) {
    return { status: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
