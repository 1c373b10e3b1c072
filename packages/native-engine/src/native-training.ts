import { checkRows, checkSetup } from '@holdfast/core/kernels/check-setup';
import type {
  EngineTraining,
  EpochsResult,
  Evaluation,
  EvaluationSet,
  Targets,
  TrainingSetup,
} from '@holdfast/core/kernels/engine';
import type { LayerDescription } from '@holdfast/core/layers/layer-description';
import { throwIfCancelled } from '@holdfast/core/training/cancellation';
import { decodeTrainingState, encodeTrainingState, momentsOf } from '@holdfast/core/training/training-state';
import { type Kernels, type Memory, numbers, runStatus } from './addon.ts';
import { describeTraining } from './describe-setup.ts';

/** Multiply-adds between two questions to `isCancelled`: some milliseconds, 20 of a slow core. */
export const usualWork = 100_000_000;

/** Room for `bytes` from a cache line's begin on. */
export function allocate(bytes: number): Memory {
  return new ArrayBuffer(bytes + 64);
}

/** Rows × columns of evaluation, held by the kernels; `null` is the training's own rows. */
export interface NativeRows extends EvaluationSet {
  memory: Memory | null;
}

const isLabelled = (layers: readonly LayerDescription[]): boolean => layers.at(-1)!.activation === 'softmax';

/** Targets as the kernels take them: labels, or float32 values. */
function splitTargets(
  layers: readonly LayerDescription[],
  targets: Targets,
): { labels: Int32Array | null; values: Float32Array | null } {
  return isLabelled(layers)
    ? { labels: checkLabels(layers, targets), values: null }
    : { labels: null, values: Float32Array.from(targets) };
}

/** A label outside would be read outside of a row. */
function checkLabels(layers: readonly LayerDescription[], targets: Targets): Int32Array {
  const { units } = layers.at(-1)!;
  for (const label of targets)
    if (!(label >= 0 && label < units)) throw new RangeError(`targets: ${label} is no class of ${units}`);
  return Int32Array.from(targets);
}

export function createRows(
  kernels: Kernels,
  layers: readonly LayerDescription[],
  features: Float32Array,
  targets: Targets,
): NativeRows & { memory: Memory } {
  const rows = checkRows(layers, features, targets);
  const { labels, values } = splitTargets(layers, targets);
  const shape = [rows, layers[0]!.inputs, targets.length / rows || 1, Number(labels !== null)] as const;
  const memory = allocate(kernels.openRows(...shape, null));
  kernels.openRows(...shape, memory);
  kernels.writeRows(memory, features, labels, values);
  return { rows, memory };
}

/** One training in one `ArrayBuffer`; see `kernels/training.h`. */
export class NativeTraining implements EngineTraining {
  steps = 0;
  epochs = 0;
  readonly trainingRows: NativeRows;
  readonly #kernels: Kernels;
  readonly #setup: TrainingSetup;
  readonly #memory: Memory;
  readonly #sets: Memory[] = [];
  readonly #progress = new Float64Array(4);
  readonly #work: number;

  /** @param work multiply-adds between two questions to `isCancelled` */
  constructor(kernels: Kernels, setup: TrainingSetup, work: number) {
    checkSetup(setup);
    const { labels, values } = splitTargets(setup.layers, setup.targets);
    this.#kernels = kernels;
    this.#work = work;
    this.#setup = { ...setup, features: new Float32Array(0), parameters: new Float32Array(0) };
    const description = describeTraining(setup);
    this.#memory = allocate(kernels.open(description, null));
    kernels.open(description, this.#memory);
    kernels.writeFeatures(this.#memory, setup.features);
    kernels.writeTargets(this.#memory, labels, values, setup.lossWeights);
    kernels.write(this.#memory, numbers.parameters, setup.parameters);
    this.trainingRows = { rows: setup.rows, memory: null };
  }

  trainEpochs(count: number): EpochsResult {
    const before = { steps: this.steps, epochs: this.epochs };
    let status: number = runStatus.paused;
    if (count === 0) status = runStatus.completed;
    const oneStep = this.#setup.dropout.kind === 'given';
    while (status === runStatus.paused) {
      if (this.#setup.isCancelled?.()) break;
      // Held here until the run has ended.
      const masks = oneStep ? this.#giveMasks() : [];
      const last = before.epochs + count;
      status = this.#kernels.run(this.#memory, last, this.#work, Number(oneStep), this.#progress);
      masks.length = 0;
      this.epochs = this.#progress[0]!;
      this.steps = this.#progress[1]!;
    }
    const stepped = this.steps > before.steps;
    return {
      status:
        status === runStatus.paused ? 'cancelled' : status === runStatus.diverged ? 'diverged' : 'completed',
      epochs: this.epochs - before.epochs,
      lastStep: {
        dataLoss: stepped ? this.#progress[2]! : Number.NaN,
        accuracy: stepped ? this.#progress[3]! : Number.NaN,
      },
    };
  }

  #giveMasks(): Uint8Array[] {
    const { dropout, layers, batch } = this.#setup;
    if (dropout.kind !== 'given') return [];
    const masks: Uint8Array[] = [];
    for (const [layer, { dropout: rate, units }] of layers.entries()) {
      if (rate === 0) continue;
      // A mask of a smaller last batch is filled up, so that none is read beyond its end.
      const mask = new Uint8Array(batch * units);
      mask.set(dropout.mask(this.steps, layer).subarray(0, mask.length));
      this.#kernels.setMask(this.#memory, layer, mask);
      masks.push(mask);
    }
    return masks;
  }

  createEvaluationSet(features: Float32Array, targets: Targets): NativeRows {
    const rows = createRows(this.#kernels, this.#setup.layers, features, targets);
    this.#sets.push(rows.memory);
    return rows;
  }

  evaluate({ rows, memory }: NativeRows): Evaluation {
    const sums = new Float64Array(2);
    this.#inParts(rows, (from, to) => this.#kernels.evaluate(this.#memory, memory, from, to, sums));
    const { activation, units } = this.#setup.layers.at(-1)!;
    const outputs = rows * (activation === 'softmax' ? 1 : units);
    return { loss: sums[0]! / outputs, accuracy: activation === 'linear' ? Number.NaN : sums[1]! / outputs };
  }

  predict({ rows, memory }: NativeRows, outputs: Float32Array): void {
    if (outputs.length !== rows * this.#setup.layers.at(-1)!.units)
      throw new RangeError('outputs must hold rows × units of the head');
    this.#inParts(rows, (from, to) => this.#kernels.predict(this.#memory, memory, from, to, outputs));
  }

  #inParts(rows: number, each: (from: number, to: number) => void): void {
    // Whole blocks of the kernels.
    const part = Math.max(1, Math.floor(this.#work / this.#count / 128)) * 128;
    for (let from = 0; from < rows; from += part) {
      throwIfCancelled(this.#setup.isCancelled);
      each(from, Math.min(from + part, rows));
    }
  }

  get #count(): number {
    return this.#setup.layers.reduce((sum, { inputs, units }) => sum + (inputs + 1) * units, 0);
  }

  writeFeatures(features: Float32Array): void {
    if (features.length !== this.#setup.rows * this.#setup.layers[0]!.inputs)
      throw new RangeError('features must be as many as before');
    this.#kernels.writeFeatures(this.#memory, features);
  }

  readParameters(target: Float32Array): void {
    this.#kernels.read(this.#memory, numbers.parameters, target);
  }

  writeParameters(source: Float32Array): void {
    this.#kernels.write(this.#memory, numbers.parameters, source);
  }

  saveState(): Uint8Array {
    const { layers, optimizer } = this.#setup;
    const { first, second } = momentsOf(optimizer);
    const read = (which: number): Float32Array => {
      const values = new Float32Array(this.#count);
      this.#kernels.read(this.#memory, which, values);
      return values;
    };
    return encodeTrainingState(layers, optimizer, {
      steps: this.steps,
      epochs: this.epochs,
      parameters: read(numbers.parameters),
      first: first ? read(numbers.first) : null,
      second: second ? read(numbers.second) : null,
    });
  }

  restoreState(bytes: Uint8Array): void {
    const { layers, optimizer } = this.#setup;
    const state = decodeTrainingState(layers, optimizer, bytes);
    this.writeParameters(state.parameters);
    if (state.first !== null) this.#kernels.write(this.#memory, numbers.first, state.first);
    if (state.second !== null) this.#kernels.write(this.#memory, numbers.second, state.second);
    this.#kernels.setProgress(this.#memory, state.steps, state.epochs);
    this.steps = state.steps;
    this.epochs = state.epochs;
  }

  close(): void {
    for (const memory of [this.#memory, ...this.#sets.splice(0)]) this.#kernels.release(memory);
  }
}
