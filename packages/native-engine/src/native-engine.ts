import { checkNetwork } from '@holdfast/core/kernels/check-setup';
import type { Engine, Predictor } from '@holdfast/core/kernels/engine';
import type { LayerDescription } from '@holdfast/core/layers/layer-description';
import { type Kernels, numbers } from './addon.ts';
import { describePredictor } from './describe-setup.ts';
import { allocate, createRows, NativeTraining, usualWork } from './native-training.ts';

function createPredictor(
  kernels: Kernels,
  layers: readonly LayerDescription[],
  parameters: Float32Array,
): Predictor {
  checkNetwork(layers, parameters);
  const description = describePredictor(layers);
  const memory = allocate(kernels.open(description, null));
  kernels.open(description, memory);
  kernels.write(memory, numbers.parameters, parameters);
  const { inputs } = layers[0]!;
  const { units, activation } = layers.at(-1)!;
  return {
    predict(features, rows, outputs) {
      if (rows === 0) return;
      if (outputs.length < rows * units) throw new RangeError('outputs must hold rows × units of the head');
      const targets = activation === 'softmax' ? new Int32Array(rows) : new Float32Array(rows * units);
      const held = createRows(kernels, layers, features.subarray(0, rows * inputs), targets);
      kernels.predict(memory, held.memory, 0, rows, outputs);
      kernels.release(held.memory);
    },
  };
}

/**
 * The engine over the kernels of one register set.
 * @param work multiply-adds between two questions to `isCancelled`
 */
export function nativeEngine(kernels: Kernels, work = usualWork): Engine {
  return {
    name: 'native',
    createTraining: (setup) => new NativeTraining(kernels, setup, work),
    createPredictor: (layers, parameters) => createPredictor(kernels, layers, parameters),
  };
}
