import { seedWords } from '@holdfast/numeric/derive-seed';
import { dropoutScale, dropoutThreshold } from '../dropout/dropout-masks.ts';
import { type StepScalars, stepScalars } from '../optimizers/optimizer-description.ts';
import { TrainingCancelled, throwIfCancelled } from '../training/cancellation.ts';
import { decodeTrainingState, encodeTrainingState, momentsOf } from '../training/training-state.ts';
import * as plan from './assembly/plan.ts';
import { checkRows, checkSetup, targetsPerRow } from './check-setup.ts';
import type {
  EngineTraining,
  EpochsResult,
  Evaluation,
  EvaluationSet,
  Targets,
  TrainingSetup,
} from './engine.ts';
import {
  type Arena,
  layOutNetwork,
  type Places,
  padded,
  placeRows,
  readFlat,
  readOutputs,
  writeFlat,
  writeRows,
} from './memory-layout.ts';
import { returnInstance, takeInstance, type WasmInstance } from './wasm-instance.ts';
import { writeNetworkPlan } from './write-network-plan.ts';

/** The largest signed draw of 16 bits. */
const MOST_DRAW = 32767;
/** The kernels count epochs of a call in 32 bits. */
const MOST_EPOCHS = 1_073_741_824;

interface HeldRows extends EvaluationSet {
  features: number;
  targets: number;
  order: number;
  targetCount: number;
}

/** A training whose state is all in one instance's memory. */
export class WasmTraining implements EngineTraining {
  readonly trainingRows: HeldRows;
  private readonly setup: TrainingSetup;
  private readonly instance: WasmInstance;
  private readonly places: Places;
  private readonly arena: Arena;
  private readonly scalars = {} as StepScalars;
  private closed = false;

  constructor(setup: TrainingSetup) {
    checkSetup(setup);
    const { layers, optimizer, rows, dropout } = setup;
    this.setup = setup;
    const masks = layers.map(
      (layer) =>
        layer.dropout > 0 && (dropout.kind === 'given' || dropoutThreshold(layer.dropout) > MOST_DRAW),
    );
    const laidOut = layOutNetwork(layers, { training: true, masks, ...momentsOf(optimizer) });
    this.places = laidOut.places;
    this.arena = laidOut.arena;
    this.instance = takeInstance();
    try {
      this.trainingRows = this.hold(setup.features, setup.targets);
      const order = this.arena.take(4 * rows);
      const lossWeights = setup.lossWeights === null ? 0 : this.arena.take(4 * setup.lossWeights.length);
      this.instance.reserve(this.arena.end);
      if (lossWeights !== 0) this.instance.f32.set(setup.lossWeights!, lossWeights / 4);
      writeNetworkPlan(this.instance, layers, this.places);
      this.writeTrainingPlan(order, lossWeights);
      this.writeParameters(setup.parameters);
    } catch (error) {
      this.close();
      throw error;
    }
    this.instance.host = {
      askCancelled: () => setup.isCancelled?.() === true,
      writeScalars: (step) => this.writeScalars(step),
      writeMasks: (step, layer, position, count) => this.writeMasks(step, layer, position, count),
    };
  }

  get steps(): number {
    return this.instance.u32[(plan.PLAN + plan.STEPS) / 4]!;
  }

  get epochs(): number {
    return this.instance.u32[(plan.PLAN + plan.EPOCHS) / 4]!;
  }

  trainEpochs(count: number): EpochsResult {
    const { f64, i32, kernels } = this.instance;
    const before = this.epochs;
    const answer = kernels.trainEpochs(Math.min(count, MOST_EPOCHS));
    const outputs = i32[(plan.PLAN + plan.LAST_BATCH) / 4]! * targetsPerRow(this.setup.layers);
    const linear = this.setup.layers.at(-1)!.activation === 'linear';
    return {
      status: answer === plan.COMPLETED ? 'completed' : answer === plan.CANCELLED ? 'cancelled' : 'diverged',
      epochs: this.epochs - before,
      lastStep: {
        dataLoss: f64[(plan.PLAN + plan.LOSS_SUM) / 8]! / outputs,
        accuracy: linear ? Number.NaN : i32[(plan.PLAN + plan.RIGHT) / 4]! / outputs,
      },
    };
  }

  createEvaluationSet(features: Float32Array, targets: Targets): HeldRows {
    return this.hold(features, targets);
  }

  evaluate(set: HeldRows): Evaluation {
    throwIfCancelled(this.setup.isCancelled);
    const { f64, i32, kernels } = this.instance;
    if (kernels.evaluate(set.features, set.targets, set.order, set.rows) === plan.CANCELLED)
      throw new TrainingCancelled();
    const linear = this.setup.layers.at(-1)!.activation === 'linear';
    return {
      loss: f64[(plan.PLAN + plan.LOSS_SUM) / 8]! / set.targetCount,
      accuracy: linear ? Number.NaN : i32[(plan.PLAN + plan.RIGHT) / 4]! / set.targetCount,
    };
  }

  predict(set: HeldRows, outputs: Float32Array): void {
    throwIfCancelled(this.setup.isCancelled);
    for (let row = 0; row < set.rows; row += plan.BLOCK) {
      const count = Math.min(plan.BLOCK, set.rows - row);
      if (this.instance.kernels.predictBlock(set.features, set.order + 4 * row, count) === plan.CANCELLED)
        throw new TrainingCancelled();
      readOutputs(this.instance.f32, this.setup.layers, this.places, count, outputs, row);
    }
  }

  writeFeatures(features: Float32Array): void {
    writeRows(this.instance.f32, this.trainingRows.features, features, this.setup.layers[0]!.inputs);
  }

  readParameters(target: Float32Array): void {
    readFlat(this.instance.f32, this.setup.layers, this.places, 'parameters', target);
  }

  writeParameters(source: Float32Array): void {
    writeFlat(this.instance.f32, this.setup.layers, this.places, 'parameters', source);
    this.instance.kernels.refresh();
  }

  saveState(): Uint8Array {
    const { layers, optimizer, parameters } = this.setup;
    const kept = momentsOf(optimizer);
    const read = (kind: 'parameters' | 'first' | 'second'): Float32Array => {
      const values = new Float32Array(parameters.length);
      readFlat(this.instance.f32, layers, this.places, kind, values);
      return values;
    };
    return encodeTrainingState(layers, optimizer, {
      steps: this.steps,
      epochs: this.epochs,
      parameters: read('parameters'),
      first: kept.first ? read('first') : null,
      second: kept.second ? read('second') : null,
    });
  }

  restoreState(state: Uint8Array): void {
    const { layers, optimizer } = this.setup;
    const { steps, epochs, parameters, first, second } = decodeTrainingState(layers, optimizer, state);
    const { f32, i32, u32 } = this.instance;
    this.writeParameters(parameters);
    if (first !== null) writeFlat(f32, layers, this.places, 'first', first);
    if (second !== null) writeFlat(f32, layers, this.places, 'second', second);
    u32[(plan.PLAN + plan.STEPS) / 4] = steps;
    i32[(plan.PLAN + plan.EPOCHS) / 4] = epochs;
    this.clearGradients();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    returnInstance(this.instance, this.arena.end);
  }

  /** Those of a step that was cancelled. */
  private clearGradients(): void {
    for (const [index, { inputs, units }] of this.setup.layers.entries()) {
      const { weightGradients, biasGradients, transposedGradients } = this.places.layers[index]!;
      const weights = padded(inputs) * padded(units);
      const clear = (address: number, count: number): void =>
        void this.instance.f32.fill(0, address / 4, address / 4 + count);
      clear(weightGradients, weights);
      clear(biasGradients, padded(units));
      if (transposedGradients !== 0) clear(transposedGradients, weights);
    }
  }

  private hold(features: Float32Array, targets: Targets): HeldRows {
    const { layers } = this.setup;
    const rows = checkRows(layers, features, targets);
    const { inputs } = layers[0]!;
    const { activation } = layers.at(-1)!;
    const held = {
      rows,
      targetCount: targets.length,
      ...placeRows(this.arena, inputs, rows, targets.length),
    };
    this.instance.reserve(this.arena.end);
    writeRows(this.instance.f32, held.features, features, inputs);
    if (activation === 'softmax') this.instance.i32.set(targets, held.targets / 4);
    else this.instance.f32.set(targets, held.targets / 4);
    for (let row = 0; row < rows; row++) this.instance.i32[held.order / 4 + row] = row;
    return held;
  }

  private writeTrainingPlan(order: number, lossWeights: number): void {
    const { layers, rows, batch, dropout, seed, optimizer } = this.setup;
    const { i32, f32, u32 } = this.instance;
    const at = (offset: number): number => (plan.PLAN + offset) / 4;
    const [orderHigh, orderLow] = seedWords(seed);
    const [dropoutHigh, dropoutLow] = seedWords(dropout.kind === 'drawn' ? dropout.seed : seed);
    i32[at(plan.ROWS)] = rows;
    i32[at(plan.BATCH)] = batch;
    i32[at(plan.FEATURES)] = this.trainingRows.features;
    i32[at(plan.TARGETS)] = this.trainingRows.targets;
    i32[at(plan.LOSS_WEIGHTS)] = lossWeights;
    i32[at(plan.ORDER)] = order;
    u32[at(plan.ORDER_KEY_LOW)] = orderLow;
    u32[at(plan.ORDER_KEY_HIGH)] = orderHigh;
    u32[at(plan.DROPOUT_KEY_LOW)] = dropoutLow;
    u32[at(plan.DROPOUT_KEY_HIGH)] = dropoutHigh;
    i32[at(plan.OPTIMIZER)] = optimizerNumber(optimizer);
    for (const [index, layer] of layers.entries()) {
      const field = (offset: number): number => at(plan.LAYER + index * plan.LAYER_SIZE + offset);
      f32[field(plan.WEIGHT_L2)] = 2 * layer.l2Weights;
      f32[field(plan.WEIGHT_L1)] = layer.l1Weights;
      f32[field(plan.BIAS_L2)] = 2 * layer.l2Biases;
      f32[field(plan.BIAS_L1)] = layer.l1Biases;
      if (layer.dropout === 0) continue;
      const given = this.places.layers[index]!.masks !== 0;
      i32[field(plan.DROPOUT)] = given ? plan.DROPOUT_GIVEN : plan.DROPOUT_DRAWN;
      i32[field(plan.THRESHOLD)] = dropoutThreshold(layer.dropout);
      f32[field(plan.SCALE)] = dropoutScale(layer.dropout)!;
    }
  }

  private writeScalars(step: number): void {
    const { f32 } = this.instance;
    stepScalars(this.setup.optimizer, step, this.scalars);
    const { rate, secondScale, keepFirst, addFirst, keepSecond, addSecond, epsilon } = this.scalars;
    const at = this.places.scalars / 4;
    f32[at + plan.RATE / 4] = rate;
    f32[at + plan.SECOND_SCALE / 4] = secondScale;
    f32[at + plan.KEEP_FIRST / 4] = keepFirst;
    f32[at + plan.ADD_FIRST / 4] = addFirst;
    f32[at + plan.KEEP_SECOND / 4] = keepSecond;
    f32[at + plan.ADD_SECOND / 4] = addSecond;
    f32[at + plan.EPSILON / 4] = epsilon;
  }

  /** Given masks; or, where a rate rounds to all units, masks that keep none. */
  private writeMasks(step: number, layer: number, position: number, rows: number): void {
    const { layers, dropout } = this.setup;
    if (dropout.kind === 'drawn') return;
    const { units } = layers[layer]!;
    const at = this.places.layers[layer]!.masks / 4;
    const mask = dropout.mask(step, layer);
    for (let row = 0; row < rows; row++)
      for (let unit = 0; unit < units; unit++) {
        const kept = mask[(position + row) * units + unit] === 1;
        const panel = Math.floor(unit / 8) * (plan.PANEL_SIZE / 4);
        this.instance.i32[at + panel + 8 * row + (unit % 8)] = kept ? -1 : 0;
      }
  }
}

function optimizerNumber({ kind, momentum }: TrainingSetup['optimizer']): number {
  switch (kind) {
    case 'sgd':
      return momentum === 0 ? plan.OPTIMIZER_SGD : plan.OPTIMIZER_MOMENTUM;
    case 'adagrad':
      return plan.OPTIMIZER_ADAGRAD;
    case 'rmsprop':
      return plan.OPTIMIZER_RMSPROP;
    case 'adam':
      return plan.OPTIMIZER_ADAM;
  }
}
