/**
 * The reference engine: plain TypeScript, one row at a time, every float32 operation rounded by itself. It
 * says what the bits are; other engines give the same ones faster.
 *
 * Types and orders of every reduction, none of which depends on register width, batch blocks or threads:
 *
 * | what | type | order |
 * | --- | --- | --- |
 * | outputs `z[j]` of a dense layer | float32, one sum | starts at the bias, then inputs k = 0, 1, …; behind dropout, in training: starts at 0, then the inputs, then times the dropout factor, then plus the bias |
 * | parameters of a softmax head as its sums take them | float32 | each less the last class's, so the last sum is 0 |
 * | bias gradients `db[j]` | float32, one sum each | starts at 0, then the batch's rows in order |
 * | weight gradients `dW[k][j]` | float32, one sum each | the same; behind dropout `dz[j]` is multiplied by the factor first |
 * | gradients of a softmax's last class | float32, one sum each | minus the sum of the other classes' gradients, j = 0, 1, … |
 * | input gradients `dx[k]` | float32, one sum | starts at 0, then units j = 0, 1, … of `dz[j]`, behind dropout times the factor |
 * | largest value and sum of a softmax | float32, one each | classes 0, 1, … |
 * | data loss | float64, one sum of float32 terms (linear head: of float64 squares of float32 differences) | rows in order, within a row outputs in order; each term times its loss weight; divided once by N (by N·J) at the end |
 * | accuracy | integer count | – |
 * | penalty | float64, one sum of absolute values and one of squares per layer and kind | parameters in order |
 * | finished scores, scaler statistics | float64, one sum | rows in order |
 *
 * A product and the sum it goes into are two roundings (no fused multiply-add). Terms that are exactly 0 may be
 * left out: a finite sum does not change by them. (Where a weight or gradient is infinite or NaN they would matter,
 * but then the training has diverged and no score is taken from it; activations are always finite.) ReLU is
 * `z > 0 ? z : 0`, at most the largest float32. Float32 constants of a step
 * are worked out in float64 and rounded once. Gradients below 1e-15 and moments below 1e-30 in size count as 0,
 * and e^x has its argument clamped to ±40, so that subnormal numbers do not arise.
 */
import { shuffle } from '@holdfast/numeric/shuffle';
import { createStream } from '@holdfast/numeric/stream';
import { createDropoutMasks } from '../dropout/dropout-masks.ts';
import { addParameterGradients, inputGradients } from '../layers/dense.ts';
import { largestOutput } from '../layers/head.ts';
import { lastClassGradients } from '../layers/last-class.ts';
import { createRow, packRow, packWholeRow, type Row } from '../layers/row.ts';
import { lossAndAccuracy } from '../losses/loss-and-accuracy.ts';
import { binaryCrossEntropy, crossEntropy, squaredError } from '../losses/row-loss.ts';
import { type StepScalars, stepScalars } from '../optimizers/optimizer-description.ts';
import { updateParameters } from '../optimizers/update.ts';
import { addPenaltyGradient } from '../regularizers/penalty.ts';
import { allFinite } from '../training/all-finite.ts';
import { rowsBetweenChecks, throwIfCancelled } from '../training/cancellation.ts';
import { decodeTrainingState, encodeTrainingState, momentsOf } from '../training/training-state.ts';
import { checkRows, checkSetup } from './check-setup.ts';
import type {
  Engine,
  EngineTraining,
  EpochsResult,
  Evaluation,
  EvaluationSet,
  Predictor,
  StepResult,
  Targets,
  TrainingSetup,
} from './engine.ts';
import { type DropOut, RowNetwork } from './row-network.ts';

const round = Math.fround;

/** Rows of an evaluation set, as they were given. */
interface HeldRows extends EvaluationSet {
  features: Float32Array;
  targets: Targets;
}

class ReferenceTraining implements EngineTraining {
  steps = 0;
  epochs = 0;
  readonly trainingRows: HeldRows;
  private readonly setup: TrainingSetup;
  private readonly network: RowNetwork;
  private readonly weightCount: number;
  private readonly gradients: Float32Array;
  private readonly moments: { first: Float32Array; second: Float32Array };
  /** The gradient of each layer's sums `z` of the row under way. */
  private readonly outputGradients: Row[];
  private readonly dropOut: DropOut | null;
  private readonly scalars = {} as StepScalars;
  private readonly order: Int32Array;
  private lossSum = 0;
  private right = 0;
  /** Rows of the step under way so far. */
  private position = 0;

  constructor(setup: TrainingSetup) {
    checkSetup(setup);
    this.setup = setup;
    this.network = new RowNetwork(setup.layers, setup.parameters);
    const { features, targets, rows } = setup;
    this.trainingRows = { rows, features: Float32Array.from(features), targets };
    const { layers, parameters } = this.network;
    this.weightCount = parameters.length;
    this.gradients = new Float32Array(parameters.length);
    this.moments = {
      first: new Float32Array(parameters.length),
      second: new Float32Array(parameters.length),
    };
    this.order = new Int32Array(rows);
    this.outputGradients = layers.map(({ units }) => createRow(units));
    // A hidden layer's gradient stands at the very columns of its output.
    for (let l = 0; l + 1 < layers.length; l++)
      this.outputGradients[l]!.columns = this.network.inputs[l + 1]!.columns;
    this.dropOut = this.createDropOut();
  }

  private createDropOut(): DropOut | null {
    const { layers } = this.setup;
    if (layers.every(({ dropout }) => dropout === 0)) return null;
    const masks = createDropoutMasks(this.setup.dropout);
    const room = layers.map(({ units, dropout }) => (dropout === 0 ? null : new Uint8Array(units)));
    return (l) => {
      const mask = room[l]!;
      const { units, dropout } = layers[l]!;
      if (mask !== null) masks.fill(this.steps, l, this.position, units, dropout, mask);
      return mask;
    };
  }

  trainEpochs(count: number): EpochsResult {
    const { rows, batch, seed, isCancelled } = this.setup;
    const stride = rowsBetweenChecks(this.weightCount, 3);
    const result: EpochsResult = {
      status: 'completed',
      epochs: 0,
      lastStep: { dataLoss: Number.NaN, accuracy: Number.NaN },
    };
    while (result.epochs < count) {
      for (let row = 0; row < rows; row++) this.order[row] = row;
      if (batch < rows) shuffle(this.order, createStream(seed, 'shuffling', this.epochs + 1));
      let finite = true;
      for (let start = 0; start < rows; start += batch) {
        const end = Math.min(start + batch, rows);
        for (let at = start; at < end; at += stride) {
          if (isCancelled?.()) return { ...result, status: 'cancelled' };
          this.accumulate(at, Math.min(at + stride, end), end - start);
        }
        result.lastStep = this.update();
        if (!Number.isFinite(result.lastStep.dataLoss)) finite = false;
      }
      this.epochs++;
      result.epochs++;
      if (!finite || !allFinite(this.network.parameters)) return { ...result, status: 'diverged' };
    }
    return result;
  }

  createEvaluationSet(features: Float32Array, targets: Targets): HeldRows {
    return { rows: checkRows(this.setup.layers, features, targets), features, targets };
  }

  evaluate(set: HeldRows): Evaluation {
    const outputs = new Float32Array(set.rows * this.network.head.units);
    this.predict(set, outputs);
    return lossAndAccuracy(this.network.head, set.targets, outputs);
  }

  predict({ features, rows }: HeldRows, outputs: Float32Array): void {
    const { layers, head } = this.network;
    const stride = rowsBetweenChecks(this.weightCount, 1);
    for (let row = 0; row < rows; row += stride) {
      throwIfCancelled(this.setup.isCancelled);
      this.network.predict(
        features.subarray(row * layers[0]!.inputs),
        Math.min(stride, rows - row),
        outputs.subarray(row * head.units),
      );
    }
  }

  writeFeatures(features: Float32Array): void {
    this.trainingRows.features.set(features);
  }

  readParameters(target: Float32Array): void {
    target.set(this.network.parameters);
  }

  writeParameters(source: Float32Array): void {
    this.network.writeParameters(source);
  }

  saveState(): Uint8Array {
    const { layers, optimizer } = this.setup;
    const { steps, epochs, moments } = this;
    const kept = momentsOf(optimizer);
    return encodeTrainingState(layers, optimizer, {
      steps,
      epochs,
      parameters: this.network.parameters,
      first: kept.first ? moments.first : null,
      second: kept.second ? moments.second : null,
    });
  }

  restoreState(state: Uint8Array): void {
    const { layers, optimizer } = this.setup;
    const { steps, epochs, parameters, first, second } = decodeTrainingState(layers, optimizer, state);
    this.writeParameters(parameters);
    if (first !== null) this.moments.first.set(first);
    if (second !== null) this.moments.second.set(second);
    this.steps = steps;
    this.epochs = epochs;
    this.beginStep();
  }

  close(): void {
    // What it holds goes with it.
  }

  /** Adds loss and gradients of the rows at `from … to − 1` of the order; means are over the whole batch's rows. */
  private accumulate(from: number, to: number, batchRows: number): void {
    const width = this.network.layers[0]!.inputs;
    for (let i = from; i < to; i++) {
      const row = this.order[i]!;
      packRow(this.trainingRows.features, row * width, width, this.network.inputs[0]!);
      this.network.forward(this.dropOut);
      this.addHeadLoss(row, batchRows);
      this.backward();
      this.position++;
    }
  }

  /** Adds the row's loss and turns the head's outputs in `z` into the gradient of its sums. */
  private addHeadLoss(row: number, batchRows: number): void {
    const { z, head } = this.network;
    const { targets, lossWeights } = this.setup;
    const { units } = head;
    if (head.activation === 'softmax') {
      const label = targets[row]!;
      const weight = lossWeights === null ? 1 : lossWeights[row]!;
      if (largestOutput(z, 0, units) === label) this.right++;
      this.lossSum += weight * crossEntropy(z[label]!);
      const scale = round(weight * round(1 / batchRows));
      for (let j = 0; j < units; j++) z[j] = round(round(z[j]! - (j === label ? 1 : 0)) * scale);
    } else {
      const sigmoid = head.activation === 'sigmoid';
      const mean = round((sigmoid ? 1 : 2) / (units * batchRows));
      for (let j = 0; j < units; j++) {
        const at = row * units + j;
        const target = targets[at]!;
        const weight = lossWeights === null ? 1 : lossWeights[at]!;
        if (sigmoid && z[j]! > 0.5 === (target === 1)) this.right++;
        this.lossSum += weight * (sigmoid ? binaryCrossEntropy(z[j]!, target) : squaredError(z[j]!, target));
        z[j] = round(round(z[j]! - target) * round(weight * mean));
      }
    }
    // That of a softmax's last sum, which is 0, is not asked for.
    const sums = head.activation === 'softmax' ? units - 1 : units;
    packWholeRow(z, sums, this.outputGradients.at(-1)!);
  }

  private backward(): void {
    const { layers, offsets, inputs, sumParameters } = this.network;
    for (let l = layers.length - 1; l >= 0; l--) {
      const { units } = layers[l]!;
      const { weights, biases } = offsets[l]!;
      const gradient = this.outputGradients[l]!;
      const scale = this.network.inputScale(l);
      addParameterGradients(inputs[l]!, gradient, this.gradients, weights, biases, units, scale);
      if (l > 0)
        inputGradients(inputs[l]!, gradient, sumParameters, weights, units, this.outputGradients[l - 1]!);
    }
  }

  /** Ends the step: penalties and optimizer. */
  private update(): StepResult {
    const { layers, offsets, parameters, head } = this.network;
    const outputs = this.position * (head.activation === 'softmax' ? 1 : head.units);
    const result = {
      dataLoss: this.lossSum / outputs,
      accuracy: head.activation === 'linear' ? Number.NaN : this.right / outputs,
    };
    if (head.activation === 'softmax') lastClassGradients(head, offsets.at(-1)!, this.gradients);
    for (let l = 0; l < layers.length; l++) {
      const { l1Weights, l2Weights, l1Biases, l2Biases } = layers[l]!;
      const { weights, biases, end } = offsets[l]!;
      addPenaltyGradient(parameters, this.gradients, weights, biases, l1Weights, l2Weights);
      addPenaltyGradient(parameters, this.gradients, biases, end, l1Biases, l2Biases);
    }
    stepScalars(this.setup.optimizer, this.steps, this.scalars);
    updateParameters(this.setup.optimizer, this.scalars, parameters, this.gradients, this.moments);
    this.network.refresh();
    this.steps++;
    this.beginStep();
    return result;
  }

  private beginStep(): void {
    this.gradients.fill(0);
    this.lossSum = 0;
    this.right = 0;
    this.position = 0;
  }
}

export const referenceEngine: Engine = {
  name: 'reference',
  createTraining: (setup) => new ReferenceTraining(setup),
  createPredictor: (layers, parameters): Predictor => new RowNetwork(layers, parameters),
};
