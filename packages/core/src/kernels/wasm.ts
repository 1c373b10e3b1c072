/**
 * The WASM engine: kernels in AssemblyScript (assembly/, entry train.ts) that train many epochs in one call, all
 * state in their memory. TypeScript lays their memory out, fills and reads it, and computes nothing. The bits are those of
 * the reference engine. docs/engine.md has the whole on a page.
 */
import type { Engine } from './engine.ts';
import { WasmPredictor } from './wasm-predictor.ts';
import { WasmTraining } from './wasm-training.ts';

export const wasmEngine: Engine = {
  name: 'wasm',
  createTraining: (setup) => new WasmTraining(setup),
  createPredictor: (layers, parameters) => new WasmPredictor(layers, parameters),
};
