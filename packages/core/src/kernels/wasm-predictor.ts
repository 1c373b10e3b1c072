import type { LayerDescription } from '../layers/layer-description.ts';
import * as plan from './assembly/plan.ts';
import { checkNetwork } from './check-setup.ts';
import type { Predictor } from './engine.ts';
import { layOutNetwork, padded, readOutputs, writeFlat, writeRows } from './memory-layout.ts';
import { returnInstance, takeInstance } from './wasm-instance.ts';
import { writeNetworkPlan } from './write-network-plan.ts';

/** A network that predicts; an instance is borrowed for each call. */
export class WasmPredictor implements Predictor {
  private readonly layers: readonly LayerDescription[];
  private readonly parameters: Float32Array;

  constructor(layers: readonly LayerDescription[], parameters: Float32Array) {
    checkNetwork(layers, parameters);
    this.layers = layers;
    this.parameters = Float32Array.from(parameters);
  }

  predict(features: Float32Array, rows: number, outputs: Float32Array): void {
    const { layers } = this;
    const { inputs } = layers[0]!;
    const masks = layers.map(() => false);
    const { places, arena } = layOutNetwork(layers, {
      training: false,
      first: false,
      second: false,
      masks,
    });
    const held = arena.take(4 * plan.BLOCK * padded(inputs));
    const order = arena.take(4 * plan.BLOCK);
    const instance = takeInstance();
    try {
      instance.reserve(arena.end);
      writeNetworkPlan(instance, layers, places);
      writeFlat(instance.f32, layers, places, 'parameters', this.parameters);
      instance.kernels.refresh();
      for (let row = 0; row < plan.BLOCK; row++) instance.i32[order / 4 + row] = row;
      instance.host = { askCancelled: () => false, writeScalars: () => {}, writeMasks: () => {} };
      for (let row = 0; row < rows; row += plan.BLOCK) {
        const count = Math.min(plan.BLOCK, rows - row);
        const block = features.subarray(row * inputs, (row + count) * inputs);
        writeRows(instance.f32, held, block, inputs);
        instance.kernels.predictBlock(held, order, count);
        readOutputs(instance.f32, layers, places, count, outputs, row);
      }
    } finally {
      returnInstance(instance, arena.end);
    }
  }
}
