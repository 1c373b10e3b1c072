import type { Scores } from '@holdfast/contracts/metrics';
import type { Curves } from '@holdfast/contracts/trial';
import { wasmEngine } from '../kernels/wasm.ts';
import { confusionMatrix } from '../metrics/confusion-matrix.ts';
import { invertScaler } from '../preprocessing/scaler.ts';
import { orCancelled } from './cancellation.ts';
import { noScores, scoreRows } from './evaluation.ts';
import { maskedFigures } from './masked-figures.ts';
import { type TrainedRows, type TrainingInput, trainRows } from './train-rows.ts';
import { shareOf } from './training-share.ts';

export interface FoldInput extends TrainingInput {
  trainingRows: Int32Array;
  validationRows: Int32Array;
}

export interface CompletedFold {
  status: 'completed';
  /** Why a validation score is `null`: the training diverged, or a metric is not defined on these rows. */
  reason: string | null;
  /** All metrics of the task, of the kept parameters in evaluation mode, data loss without penalty. */
  validation: Scores;
  training: Scores;
  curves: Curves;
  /**
   * Validation rows × outputs in the order of `validationRows`: probabilities, or values in the target's units;
   * `null` where the training diverged.
   */
  predictions: Float32Array | null;
  /** Counts by truth (rows) and prediction (columns); classification alone. */
  confusion: number[][] | null;
  epochs: { trained: number; restored: number };
  /** Parameter updates. */
  steps: number;
  weightCount: number;
  /** How many rows were trained on, those of an inner split included. */
  trainingRows: number;
  /** From where the training can go on, if it stopped at `untilEpoch`. */
  checkpoint: Uint8Array | null;
}

export type FoldOutcome = CompletedFold | { status: 'cancelled' };

/** What came of a fold's training: its figures and what it predicts. */
export function completeFold(
  { data, seed }: Pick<FoldInput, 'data' | 'seed'>,
  trained: TrainedRows,
): CompletedFold {
  const { training, targetScaler, curves, epochs, steps } = trained;
  const facts = {
    status: 'completed',
    curves,
    epochs,
    steps,
    checkpoint: trained.checkpoint,
    weightCount: trained.parameters.length,
    trainingRows: training.rows.length,
  } as const;
  if (trained.diverged !== null) {
    const scores = { validation: noScores(data.task), training: noScores(data.task) };
    return { ...facts, ...scores, reason: trained.diverged, predictions: null, confusion: null };
  }
  const validation = trained.validation!;
  const { predictions } = validation;
  const masked = maskedFigures(trained, seed);
  const scored = scoreRows(data, validation, predictions, targetScaler);
  return {
    ...facts,
    curves: masked === null ? curves : { ...curves, masked },
    reason: scored.reasons.length === 0 ? null : scored.reasons.join('; '),
    validation: scored.scores,
    training: scoreRows(data, training, training.predictions, targetScaler).scores,
    predictions:
      targetScaler === null ? predictions : Float32Array.from(invertScaler(targetScaler, predictions)),
    confusion:
      data.task === 'classification'
        ? confusionMatrix(validation.targets as Int32Array, predictions, data.outputs)
        : null,
  };
}

/**
 * Trains one trial on one fold: fits scaler and network on `trainingRows`, or the share of them that the trial's
 * `trainingShare` says, scores the kept parameters on `validationRows`. A pure function of its input but `isCancelled`. A diverging training is a result with a
 * reason, not an error.
 * @throws RangeError where rows, data and hyperparameters do not fit together
 */
export function trainFold(input: FoldInput): FoldOutcome {
  const { data, trainingRows, validationRows, engine = wasmEngine } = input;
  for (const [name, rows] of Object.entries({ trainingRows, validationRows })) {
    if (rows.length === 0) throw new RangeError(`${name} is empty`);
    for (const row of rows)
      if (!(row >= 0 && row < data.rows))
        throw new RangeError(`${name}: there is no row ${row} among ${data.rows}`);
  }
  const rows = shareOf(input, trainingRows);
  return orCancelled(() => completeFold(input, trainRows({ ...input, engine }, rows, validationRows)));
}
