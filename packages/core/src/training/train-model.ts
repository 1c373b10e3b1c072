import type { Scores } from '@holdfast/contracts/metrics';
import type { Curves } from '@holdfast/contracts/trial';
import { wasmEngine } from '../kernels/wasm.ts';
import { orCancelled } from './cancellation.ts';
import { noScores, scoreRows } from './evaluation.ts';
import { type TrainingInput, trainRows } from './train-rows.ts';
import type { TrainedModel } from './trained-model.ts';

export interface CompletedModel {
  status: 'completed';
  /** Why a training score is `null`, or why there is no model. */
  reason: string | null;
  /** `null` where the training diverged. */
  model: TrainedModel | null;
  /** On all rows, of the kept parameters in evaluation mode. */
  training: Scores;
  /** The validation figures are `null` at every point. */
  curves: Curves;
  epochs: { trained: number; restored: number };
  steps: number;
  weightCount: number;
}

export type ModelOutcome = CompletedModel | { status: 'cancelled' };

function train(input: TrainingInput): CompletedModel {
  const { data, engine = wasmEngine } = input;
  const allRows = Int32Array.from({ length: data.rows }, (_, row) => row);
  const trained = trainRows({ ...input, engine }, allRows, null);
  const { layers, parameters, pipeline, targetScaler, training, curves, epochs, steps } = trained;
  const facts = { status: 'completed', curves, epochs, steps, weightCount: parameters.length } as const;
  if (trained.diverged !== null)
    return { ...facts, reason: trained.diverged, model: null, training: noScores(data.task) };
  const { scores, reasons } = scoreRows(data, training, training.predictions, targetScaler);
  return {
    ...facts,
    reason: reasons.length === 0 ? null : reasons.join('; '),
    model: { task: data.task, outputs: data.outputs, layers, parameters, pipeline, targetScaler },
    training: scores,
  };
}

/** Trains on all rows of a training set, as a search's final model is; see `trainFold`. */
export function trainModel(input: TrainingInput): ModelOutcome {
  return orCancelled(() => train(input));
}
