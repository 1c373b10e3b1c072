/**
 * The reference engine: plain TypeScript, one row at a time, every float32 operation rounded by itself. It
 * says what the bits are; other engines give the same ones faster.
 *
 * Types and orders of every reduction, none of which depends on register width, batch blocks or threads:
 *
 * | what | type | order |
 * | --- | --- | --- |
 * | outputs `z[j]` of a dense layer | float32, one sum | starts at the bias, then inputs k = 0, 1, … |
 * | weight gradients `dW[k][j]`, bias gradients `db[j]` | float32, one sum each | starts at 0, then the batch's rows in order |
 * | input gradients `dx[k]` | float32, one sum | starts at 0, then units j = 0, 1, …; then times the dropout factor |
 * | largest value and sum of a softmax | float32, one each | classes 0, 1, … |
 * | data loss | float64, one sum of float32 terms (linear head: of float64 squares of float32 differences) | rows in order, within a row outputs in order; each term times its loss weight; divided once by N (by N·J) at the end |
 * | accuracy | integer count | – |
 * | penalty | float64, one sum of absolute values and one of squares per layer and kind | parameters in order |
 * | finished scores, scaler statistics | float64, one sum | rows in order |
 *
 * A product and the sum it goes into are two roundings (no fused multiply-add). Terms that are exactly 0 may be
 * left out: a finite sum does not change by them. (Where a weight is infinite or NaN they would matter, but then
 * the training has diverged and no score is taken from it.) ReLU is `z > 0 ? z : 0`. Float32 constants of a step
 * are worked out in float64 and rounded once. Gradients below 1e-15 and moments below 1e-30 in size count as 0,
 * and e^x has its argument clamped to ±40, so that subnormal numbers do not arise.
 */
import { createDropoutMasks } from '../dropout/dropout-masks.ts';
import { addParameterGradients, denseForward, inputGradients } from '../layers/dense.ts';
import { activateHead, largestOutput } from '../layers/head.ts';
import { checkLayers, type LayerDescription, layerOffsets } from '../layers/layer-description.ts';
import { reluDropout } from '../layers/relu.ts';
import { createRow, packRow, packWholeRow, type Row } from '../layers/row.ts';
import { binaryCrossEntropy, crossEntropy, squaredError } from '../losses/row-loss.ts';
import { checkOptimizer, type StepScalars, stepScalars } from '../optimizers/optimizer-description.ts';
import { updateParameters } from '../optimizers/update.ts';
import { addPenaltyGradient } from '../regularizers/penalty.ts';
import type { Engine, EngineTraining, Predictor, StepResult, TrainingSetup } from './engine.ts';

const round = Math.fround;

/** A network with room for one row on its way forward. */
class Network {
  readonly layers: readonly LayerDescription[];
  readonly offsets: ReturnType<typeof layerOffsets>;
  readonly parameters: Float32Array;
  /** Before each layer: its input row. */
  readonly inputs: Row[];
  /** A layer's sums, and at the end the head's outputs. */
  readonly z: Float32Array;

  constructor(layers: readonly LayerDescription[], parameters: Float32Array) {
    checkLayers(layers);
    this.layers = layers;
    this.offsets = layerOffsets(layers);
    const count = this.offsets.at(-1)!.end;
    if (parameters.length !== count)
      throw new RangeError(`The layers have ${count} parameters, but ${parameters.length} were given`);
    this.parameters = Float32Array.from(parameters);
    this.inputs = layers.map(({ inputs }) => createRow(inputs));
    this.z = new Float32Array(Math.max(...layers.map(({ units }) => units)));
  }

  get head(): LayerDescription {
    return this.layers.at(-1)!;
  }

  /** From the first layer's input row to the head's outputs in `z`; `dropOut` fills a hidden layer's mask. */
  forward(dropOut: ((layer: number) => Uint8Array | null) | null): void {
    const { layers, offsets, parameters, inputs, z } = this;
    const last = layers.length - 1;
    for (let l = 0; l <= last; l++) {
      const { units, dropout } = layers[l]!;
      const { weights, biases } = offsets[l]!;
      denseForward(inputs[l]!, parameters, weights, biases, units, z);
      if (l === last) break;
      const mask = dropOut === null ? null : dropOut(l);
      reluDropout(z, units, mask, mask === null ? 1 : dropoutScale(dropout), inputs[l + 1]!);
    }
    const { activation, units } = this.head;
    if (activation !== 'relu') activateHead(activation, z, units);
  }

  predict(features: Float32Array, rows: number, outputs: Float32Array): void {
    const width = this.layers[0]!.inputs;
    const units = this.head.units;
    for (let row = 0; row < rows; row++) {
      packRow(features, row * width, width, this.inputs[0]!);
      this.forward(null);
      for (let j = 0; j < units; j++) outputs[row * units + j] = this.z[j]!;
    }
  }
}

/** The factor of kept units, 1 / (1 − rate). */
function dropoutScale(rate: number): number {
  return round(1 / (1 - rate));
}

class ReferenceTraining implements EngineTraining {
  steps = 0;
  private readonly setup: TrainingSetup;
  private readonly network: Network;
  private readonly features: Float32Array;
  private readonly gradients: Float32Array;
  private readonly moments: { first: Float32Array; second: Float32Array };
  /** The gradient of each layer's sums `z` of the row under way. */
  private readonly outputGradients: Row[];
  private readonly dropOut: ((layer: number) => Uint8Array | null) | null;
  private readonly scalars = {} as StepScalars;
  private readonly result: StepResult = { dataLoss: 0, accuracy: 0 };
  private lossSum = 0;
  private right = 0;
  /** Rows of the step under way so far. */
  private position = 0;

  constructor(setup: TrainingSetup) {
    checkOptimizer(setup.optimizer);
    this.setup = setup;
    this.network = new Network(setup.layers, setup.parameters);
    this.features = Float32Array.from(setup.features);
    const { layers, head, parameters } = this.network;
    const perRow = head.activation === 'softmax' ? 1 : head.units;
    if (this.features.length !== setup.rows * layers[0]!.inputs)
      throw new RangeError(`features must hold ${setup.rows} rows of ${layers[0]!.inputs} numbers`);
    if (setup.targets.length !== setup.rows * perRow)
      throw new RangeError(`targets must hold ${perRow} for each of ${setup.rows} rows`);
    if (setup.lossWeights !== null && setup.lossWeights.length !== setup.targets.length)
      throw new RangeError('lossWeights must be as many as the targets');
    this.gradients = new Float32Array(parameters.length);
    this.moments = {
      first: new Float32Array(parameters.length),
      second: new Float32Array(parameters.length),
    };
    this.outputGradients = layers.map(({ units }) => createRow(units));
    // A hidden layer's gradient stands at the very columns of its output.
    for (let l = 0; l + 1 < layers.length; l++)
      this.outputGradients[l]!.columns = this.network.inputs[l + 1]!.columns;
    this.dropOut = this.createDropOut();
  }

  private createDropOut(): ((layer: number) => Uint8Array | null) | null {
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

  writeFeatures(features: Float32Array): void {
    this.features.set(features);
  }

  readParameters(target: Float32Array): void {
    target.set(this.network.parameters);
  }

  writeParameters(source: Float32Array): void {
    this.network.parameters.set(source);
  }

  predict(features: Float32Array, rows: number, outputs: Float32Array): void {
    this.network.predict(features, rows, outputs);
  }

  accumulate(order: Int32Array | null, start: number, count: number, batchRows: number): void {
    const width = this.network.layers[0]!.inputs;
    for (let i = start; i < start + count; i++) {
      const row = order === null ? i : order[i]!;
      packRow(this.features, row * width, width, this.network.inputs[0]!);
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
    packWholeRow(z, units, this.outputGradients.at(-1)!);
  }

  private backward(): void {
    const { layers, offsets, inputs, parameters } = this.network;
    for (let l = layers.length - 1; l >= 0; l--) {
      const { units } = layers[l]!;
      const { weights, biases } = offsets[l]!;
      const gradient = this.outputGradients[l]!;
      addParameterGradients(inputs[l]!, gradient, this.gradients, weights, biases, units);
      if (l === 0) break;
      const scale = dropoutScale(layers[l - 1]!.dropout);
      inputGradients(inputs[l]!, gradient, parameters, weights, units, scale, this.outputGradients[l - 1]!);
    }
  }

  update(): StepResult {
    const { layers, offsets, parameters, head } = this.network;
    const outputs = this.position * (head.activation === 'softmax' ? 1 : head.units);
    this.result.dataLoss = this.lossSum / outputs;
    this.result.accuracy = head.activation === 'linear' ? Number.NaN : this.right / outputs;
    for (let l = 0; l < layers.length; l++) {
      const { l1Weights, l2Weights, l1Biases, l2Biases } = layers[l]!;
      const { weights, biases, end } = offsets[l]!;
      addPenaltyGradient(parameters, this.gradients, weights, biases, l1Weights, l2Weights);
      addPenaltyGradient(parameters, this.gradients, biases, end, l1Biases, l2Biases);
    }
    stepScalars(this.setup.optimizer, this.steps, this.scalars);
    updateParameters(this.setup.optimizer, this.scalars, parameters, this.gradients, this.moments);
    this.gradients.fill(0);
    this.lossSum = 0;
    this.right = 0;
    this.position = 0;
    this.steps++;
    return this.result;
  }
}

export const referenceEngine: Engine = {
  name: 'reference',
  createTraining: (setup) => new ReferenceTraining(setup),
  createPredictor: (layers, parameters): Predictor => new Network(layers, parameters),
};
