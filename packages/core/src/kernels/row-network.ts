import { dropoutScale } from '../dropout/dropout-masks.ts';
import { denseForward } from '../layers/dense.ts';
import { activateHead } from '../layers/head.ts';
import { relativeToLastClass } from '../layers/last-class.ts';
import { type LayerDescription, layerOffsets } from '../layers/layer-description.ts';
import { reluDropout } from '../layers/relu.ts';
import { createRow, packRow, type Row } from '../layers/row.ts';
import { checkNetwork } from './check-setup.ts';

/** Fills a hidden layer's mask, 0 or 1 for each unit, for the row under way; `null` where the layer drops nothing. */
export type DropOut = (layer: number) => Uint8Array | null;

/** A network with room for one row on its way forward. */
export class RowNetwork {
  readonly layers: readonly LayerDescription[];
  readonly offsets: ReturnType<typeof layerOffsets>;
  readonly parameters: Float32Array;
  /** What the sums are made with: the parameters, those of a softmax head relative to its last class. */
  readonly sumParameters: Float32Array;
  /** Before each layer: its input row. */
  readonly inputs: Row[];
  /** A layer's sums, and at the end the head's outputs. */
  readonly z: Float32Array;

  constructor(layers: readonly LayerDescription[], parameters: Float32Array) {
    checkNetwork(layers, parameters);
    this.layers = layers;
    this.offsets = layerOffsets(layers);
    this.parameters = new Float32Array(parameters.length);
    this.sumParameters = new Float32Array(parameters.length);
    this.writeParameters(parameters);
    this.inputs = layers.map(({ inputs }) => createRow(inputs));
    this.z = new Float32Array(Math.max(...layers.map(({ units }) => units)));
  }

  get head(): LayerDescription {
    return this.layers.at(-1)!;
  }

  /** A −0 becomes +0: a sum that starts at it would tell whether terms of 0 were left out. */
  writeParameters(source: Float32Array): void {
    for (let i = 0; i < source.length; i++) this.parameters[i] = source[i]! + 0;
    this.refresh();
  }

  /** After each change of the parameters. */
  refresh(): void {
    this.sumParameters.set(this.parameters);
    if (this.head.activation === 'softmax')
      relativeToLastClass(this.head, this.offsets.at(-1)!, this.parameters, this.sumParameters);
  }

  /** The factor of a layer's inputs; `null` where none is dropped. */
  inputScale(layer: number): number | null {
    return layer === 0 ? null : dropoutScale(this.layers[layer - 1]!.dropout);
  }

  /** From the first layer's input row to the head's outputs in `z`; in evaluation mode without `dropOut`. */
  forward(dropOut: DropOut | null): void {
    const { layers, offsets, sumParameters, inputs, z } = this;
    const last = layers.length - 1;
    for (let l = 0; l <= last; l++) {
      const { units } = layers[l]!;
      const { weights, biases } = offsets[l]!;
      const scale = dropOut === null ? null : this.inputScale(l);
      denseForward(inputs[l]!, sumParameters, weights, biases, units, scale, z);
      if (l < last) reluDropout(z, units, dropOut === null ? null : dropOut(l), inputs[l + 1]!);
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
