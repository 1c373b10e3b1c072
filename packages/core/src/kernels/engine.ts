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
  /** rows × inputs, scaled; copied. */
  features: Float32Array;
  targets: Targets;
  /** Factors of each row's loss: rows for softmax, rows × outputs for sigmoid; `null` where all are 1. */
  lossWeights: Float32Array | null;
  dropout: DropoutSource;
}

/** What a step saw before its update, dropout and loss weights included. */
export interface StepResult {
  /** Mean data loss of the batch, without penalty. */
  dataLoss: number;
  /** Share of right outputs; `NaN` for a linear head. */
  accuracy: number;
}

/** A network that predicts in evaluation mode: no dropout. */
export interface Predictor {
  /**
   * Writes the head's outputs (probabilities, or standardised values) of the first `rows` rows of `features`
   * (rows × inputs, scaled) into `outputs` (rows × units of the head).
   */
  predict(features: Float32Array, rows: number, outputs: Float32Array): void;
}

/**
 * One training under way. A step is one or more `accumulate` calls over the batch's rows, in order, and one
 * `update`; how a batch is divided among the calls does not change a bit, so the caller may pause between them.
 */
export interface EngineTraining extends Predictor {
  /** Parameter updates so far. */
  readonly steps: number;
  /**
   * Adds loss and gradients of the rows `order[start … start + count − 1]` (or `start …` itself where `order`
   * is `null`) to the step under way. Means are over `batchRows`, the rows of the whole batch.
   */
  accumulate(order: Int32Array | null, start: number, count: number, batchRows: number): void;
  /** Ends the step: penalties, optimizer, and the gradients are zero again. The answer is reused by the next. */
  update(): StepResult;
  /** Replaces all features, as noise does each epoch. */
  writeFeatures(features: Float32Array): void;
  /** Copies the parameters, in the order of `layerOffsets`, into `target`. */
  readParameters(target: Float32Array): void;
  writeParameters(source: Float32Array): void;
}

/** A compute backend. All engines of one numerics version give the same bits; one suite holds them to it. */
export interface Engine {
  readonly name: EngineName;
  /** @throws RangeError where layers, sizes and optimizer do not fit together. */
  createTraining(setup: TrainingSetup): EngineTraining;
  createPredictor(layers: readonly LayerDescription[], parameters: Float32Array): Predictor;
}
