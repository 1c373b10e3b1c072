import { tasks } from '@holdfast/contracts/metrics';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { checkLayers, type LayerDescription, layerOffsets } from '../layers/layer-description.ts';
import { countInputs } from '../preprocessing/column-encoding.ts';
import type { FittedColumn } from '../preprocessing/feature-pipeline.ts';
import type { FittedScaler } from '../preprocessing/scaler.ts';
import { allFinite } from './all-finite.ts';
import type { TrainedModel } from './trained-model.ts';

const FORMAT = 1;
const headerBytes = 4;

/** What was fitted on the training rows beside the network. JSON gives every float64 back as it was. */
interface StoredScaler {
  center: number[];
  scale: number[];
}

interface Header {
  format: number;
  task: TrainedModel['task'];
  layers: Pick<LayerDescription, 'inputs' | 'units' | 'activation'>[];
  /** All between raw rows and the network, and between the network and the target's own units. */
  preprocessing: {
    columns: FittedColumn[] | null;
    scaler: StoredScaler;
    targetScaler: StoredScaler | null;
  };
}

const storeScaler = ({ center, scale }: FittedScaler): StoredScaler => ({
  center: [...center],
  scale: [...scale],
});

/**
 * A model as bytes, the same on every machine and from every engine: the length of the header (uint32, little-endian),
 * the header as JSON in UTF-8 with its keys in this order, the parameters as little-endian float32 in the order of
 * `layerOffsets`. Of the layers only what a prediction needs is kept.
 */
export function encodeModel({ task, layers, parameters, pipeline, targetScaler }: TrainedModel): Uint8Array {
  const header: Header = {
    format: FORMAT,
    task,
    layers: layers.map(({ inputs, units, activation }) => ({ inputs, units, activation })),
    preprocessing: {
      columns:
        pipeline.columns?.map(({ kind, categories, missing, fill }) => ({
          kind,
          categories,
          missing,
          fill,
        })) ?? null,
      scaler: storeScaler(pipeline.scaler),
      targetScaler: targetScaler && storeScaler(targetScaler),
    },
  };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(headerBytes + text.length + 4 * parameters.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length, true);
  bytes.set(text, headerBytes);
  let at = headerBytes + text.length;
  for (let i = 0; i < parameters.length; i++, at += 4) view.setFloat32(at, parameters[i]!, true);
  return bytes;
}

/** `sha256:` and the SHA-256 of `encodeModel`'s bytes: what a delivered and a revealed model are compared by. */
export function digestModel(model: TrainedModel): string {
  return digestModelBytes(encodeModel(model));
}

/** The same, of a model that is encoded already. */
export function digestModelBytes(bytes: Uint8Array): string {
  return `sha256:${bytesToHex(sha256(bytes))}`;
}

/** @throws RangeError where the bytes are not those of a model */
export function decodeModel(bytes: Uint8Array): TrainedModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < headerBytes ? Infinity : view.getUint32(0, true);
  if (headerBytes + length > bytes.length) throw new RangeError('The stored model is cut off');
  const {
    format,
    task,
    layers: shapes,
    preprocessing,
  } = readHeader(bytes.subarray(headerBytes, headerBytes + length));
  if (format !== FORMAT)
    throw new RangeError(`The stored model has format ${format}; this version reads ${FORMAT}`);
  if (!tasks.includes(task)) throw new RangeError(`The stored model is for ${task}, which is no task`);
  const none = { dropout: 0, l1Weights: 0, l2Weights: 0, l1Biases: 0, l2Biases: 0 };
  const layers = shapes.map((shape) => ({ ...shape, ...none }));
  checkLayers(layers);
  const count = layerOffsets(layers).at(-1)!.end;
  if (bytes.length !== headerBytes + length + 4 * count)
    throw new RangeError(`The stored model does not hold ${count} parameters`);
  const parameters = new Float32Array(count);
  for (let i = 0; i < count; i++) parameters[i] = view.getFloat32(headerBytes + length + 4 * i, true);
  if (!allFinite(parameters)) throw new RangeError('The stored model holds numbers that are not finite');
  const outputs = layers.at(-1)!.units;
  const inputs = countInputs(layers[0]!.inputs, preprocessing.columns);
  if (inputs !== layers[0]!.inputs)
    throw new RangeError(`The stored model's columns make ${inputs} inputs, and it has ${layers[0]!.inputs}`);
  return {
    task,
    outputs,
    layers,
    parameters,
    pipeline: {
      columns: preprocessing.columns,
      scaler: readScaler(preprocessing.scaler, layers[0]!.inputs),
    },
    targetScaler: preprocessing.targetScaler && readScaler(preprocessing.targetScaler, outputs),
  };
}

function readHeader(bytes: Uint8Array): Header {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new RangeError('The stored model is damaged', { cause: error });
  }
}

function readScaler({ center, scale }: StoredScaler, columns: number): FittedScaler {
  if (center.length !== columns || scale.length !== columns)
    throw new RangeError(`The stored model's scaler is not for ${columns} inputs`);
  return { center: Float64Array.from(center), scale: Float64Array.from(scale) };
}
