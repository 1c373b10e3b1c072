import { numericsVersion } from '@holdfast/contracts/versions';
import type { LayerDescription } from '../layers/layer-description.ts';
import type { OptimizerDescription } from '../optimizers/optimizer-description.ts';

/** All that a training goes on from. Its generators are counter-based: steps and epochs are their positions. */
export interface TrainingState {
  steps: number;
  /** Whole epochs. */
  epochs: number;
  /** In the order of `layerOffsets`, and so are the moments. */
  parameters: Float32Array;
  /** `null` where the optimizer keeps none. */
  first: Float32Array | null;
  second: Float32Array | null;
}

const MAGIC = 0x54534648; // "HFST", little-endian
const FORMAT = 1;
const HEADER = 32;

/** Which running means an optimizer keeps. */
export function momentsOf({ kind, momentum }: OptimizerDescription): { first: boolean; second: boolean } {
  return {
    first: kind === 'adam' || (kind === 'sgd' && momentum !== 0),
    second: kind !== 'sgd',
  };
}

function kindOf(optimizer: OptimizerDescription): number {
  const { first, second } = momentsOf(optimizer);
  return Number(first) + 2 * Number(second);
}

/**
 * A state as bytes, little-endian, the same on every machine: u32 magic, u16 format, u16 numerics version, u32
 * moments (1 first, 2 second), u32 layers L, f64 steps, f64 epochs; u32 inputs and then each layer's units;
 * f32 parameters, first moments, second moments, each in the order of `layerOffsets`. A NaN is canonical.
 */
export function encodeTrainingState(
  layers: readonly LayerDescription[],
  optimizer: OptimizerDescription,
  { steps, epochs, parameters, first, second }: TrainingState,
): Uint8Array {
  const arrays = [parameters, first, second].filter((array) => array !== null);
  const bytes = new Uint8Array(HEADER + 4 * (layers.length + 1) + 4 * parameters.length * arrays.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, FORMAT, true);
  view.setUint16(6, numericsVersion, true);
  view.setUint32(8, kindOf(optimizer), true);
  view.setUint32(12, layers.length, true);
  view.setFloat64(16, steps, true);
  view.setFloat64(24, epochs, true);
  let at = HEADER;
  for (const size of [layers[0]!.inputs, ...layers.map(({ units }) => units)]) {
    view.setUint32(at, size, true);
    at += 4;
  }
  for (const array of arrays)
    for (let i = 0; i < array.length; i++) {
      const value = array[i]!;
      if (value !== value) view.setUint32(at, 0x7fc00000, true);
      else view.setFloat32(at, value, true);
      at += 4;
    }
  return bytes;
}

function fail(reason: string): never {
  throw new RangeError(`The saved training state ${reason}`);
}

/** @throws RangeError where the bytes are no state of a training of these layers and this optimizer */
export function decodeTrainingState(
  layers: readonly LayerDescription[],
  optimizer: OptimizerDescription,
  bytes: Uint8Array,
): TrainingState {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER || view.getUint32(0, true) !== MAGIC) fail('does not begin as one does');
  const format = view.getUint16(4, true);
  if (format !== FORMAT) fail(`has format ${format}; this version reads ${FORMAT}`);
  const numerics = view.getUint16(6, true);
  if (numerics !== numericsVersion)
    fail(`is of numerics version ${numerics}, this one is ${numericsVersion}: train again from the start`);
  const sizes = [layers[0]!.inputs, ...layers.map(({ units }) => units)];
  const count = layers.reduce((sum, { inputs, units }) => sum + (inputs + 1) * units, 0);
  const { first, second } = momentsOf(optimizer);
  const arrays = 1 + Number(first) + Number(second);
  const saved = view.getUint32(12, true);
  if (saved !== layers.length) fail(`is of ${saved} layers, not of ${layers.length}`);
  if (view.getUint32(8, true) !== kindOf(optimizer)) fail('holds the moments of another optimizer');
  const length = HEADER + 4 * sizes.length + 4 * count * arrays;
  let at = HEADER;
  for (const [index, size] of sizes.entries()) {
    if (at + 4 > bytes.length) fail('is cut short');
    const found = view.getUint32(at, true);
    if (found !== size)
      fail(
        index === 0
          ? `has ${found} inputs, not ${size}`
          : `has ${found} units in layer ${index - 1}, not ${size}`,
      );
    at += 4;
  }
  if (bytes.length !== length) fail(`is ${bytes.length} bytes long, not ${length}`);
  const read = (): Float32Array => {
    const array = new Float32Array(count);
    for (let i = 0; i < count; i++, at += 4) array[i] = view.getFloat32(at, true);
    return array;
  };
  const counter = (offset: number, name: string): number => {
    const value = view.getFloat64(offset, true);
    return Number.isSafeInteger(value) && value >= 0 ? value : fail(`counts ${value} ${name}`);
  };
  return {
    steps: counter(16, 'steps'),
    epochs: counter(24, 'epochs'),
    parameters: read(),
    first: first ? read() : null,
    second: second ? read() : null,
  };
}
