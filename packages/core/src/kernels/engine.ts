import type { Seed } from '@holdfast/numeric/derive-seed';
import type { DropoutSource } from '../dropout/dropout-masks.ts';
import type { LayerDescription } from '../layers/layer-description.ts';
import type { OptimizerDescription } from '../optimizers/optimizer-description.ts';

export type EngineName = 'reference' | 'wasm' | 'native';

/**
 * Targets by the head's activation: `softmax` class indices (rows), `sigmoid` 0 or 1 (rows × outputs),
 * `linear` standardised values (rows × outputs).
 */
export type Targets = Int32Array | Uint8Array | Float32Array;

export interface TrainingSetup {
  layers: readonly LayerDescription[];
  optimizer: OptimizerDescription;
  /** Initial parameters as in `layerOffsets`; copied. */
  parameters: Float32Array;
  /** Training rows that `features` and `targets` hold. */
  rows: number;
  /** rows × inputs, scaled, finite; copied. */
  features: Float32Array;
  targets: Targets;
  /** Factors of each row's loss: rows for softmax, rows × outputs for sigmoid; `null` where all are 1. */
  lossWeights: Float32Array | null;
  /** Rows of a step, from 1 to `rows`. All rows are taken as they stand; fewer in an order shuffled each epoch. */
  batch: number;
  /** Draws the order of the rows. */
  seed: Seed;
  dropout: DropoutSource;
  /** Asked at least every 20 ms of work. */
  isCancelled?: (() => boolean) | undefined;
}

/** What a step saw before its update, dropout and loss weights included. */
export interface StepResult {
  /** Mean data loss of the batch, without penalty. */
  dataLoss: number;
  /** Share of right outputs; `NaN` for a linear head. */
  accuracy: number;
}

export interface EpochsResult {
  /**
   * `diverged`: a step's data loss or, at an epoch's end, a parameter was no longer finite; that epoch was the
   * last. `cancelled`: it ended within an epoch, so the training can only be closed or restored.
   */
  status: 'completed' | 'cancelled' | 'diverged';
  /** Whole epochs of this call, a diverging one included. */
  epochs: number;
  /** The figures of the last step that was taken. */
  lastStep: StepResult;
}

/** Rows that an engine holds ready for evaluation. */
export interface EvaluationSet {
  readonly rows: number;
}

/** Data loss without penalty or loss weights, and share of right outputs (`NaN` for a linear head). */
export interface Evaluation {
  loss: number;
  accuracy: number;
}

/** A network that predicts in evaluation mode: no dropout. */
export interface Predictor {
  /**
   * Writes the head's outputs (probabilities, or standardised values) of the first `rows` rows of `features`
   * (rows × inputs, scaled, finite) into `outputs` (rows × units of the head).
   */
  predict(features: Float32Array, rows: number, outputs: Float32Array): void;
}

/**
 * One training under way. An epoch is one pass over the rows in batches; each step is forward, loss, backward,
 * penalties and update of one batch. What crosses this interface is row-major; how an engine lays out its own
 * memory is its affair.
 */
export interface EngineTraining {
  /** Parameter updates so far. */
  readonly steps: number;
  /** Whole epochs so far. */
  readonly epochs: number;
  /** The rows that are trained on, as they were last written. */
  readonly trainingRows: EvaluationSet;
  /** Trains that many epochs; what they give does not depend on how they are divided among calls. */
  trainEpochs(count: number): EpochsResult;
  /** Takes rows to evaluate at any time: features (rows × inputs, scaled, finite) and targets as in the set-up. */
  createEvaluationSet(features: Float32Array, targets: Targets): EvaluationSet;
  /** @throws TrainingCancelled where `isCancelled` says so */
  evaluate(set: EvaluationSet): Evaluation;
  /**
   * Writes the head's outputs in evaluation mode into `outputs` (rows × units of the head).
   * @throws TrainingCancelled where `isCancelled` says so
   */
  predict(set: EvaluationSet, outputs: Float32Array): void;
  /** Replaces all features of the training rows, as noise does each epoch. */
  writeFeatures(features: Float32Array): void;
  /** Copies the parameters, in the order of `layerOffsets`, into `target`. */
  readParameters(target: Float32Array): void;
  writeParameters(source: Float32Array): void;
  /** Parameters, moments, steps and epochs in the form of `encodeTrainingState`: the same bytes from every engine. */
  saveState(): Uint8Array;
  /**
   * Goes on from a saved state of any engine, with the bits of a training in one go.
   * @throws RangeError where the state is damaged, or of another network, optimizer or numerics version
   */
  restoreState(state: Uint8Array): void;
  /** Ends the training and gives its memory to the next one; nothing else may be called after it. */
  close(): void;
}

/** A compute backend. All engines of one numerics version give the same bits; one suite holds them to it. */
export interface Engine {
  readonly name: EngineName;
  /** @throws RangeError where layers, sizes and optimizer do not fit together. */
  createTraining(setup: TrainingSetup): EngineTraining;
  createPredictor(layers: readonly LayerDescription[], parameters: Float32Array): Predictor;
}
