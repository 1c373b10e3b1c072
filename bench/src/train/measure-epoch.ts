import type { Engine } from '@holdfast/core/kernels/engine';
import { referenceEngine } from '@holdfast/core/kernels/reference';
import { wasmEngine } from '@holdfast/core/kernels/wasm';
import { type LoadName, setupOf } from './load.ts';

/** Those that can be measured here, by name. */
export const engines = new Map<string, Engine>([
  ['wasm', wasmEngine],
  ['reference', referenceEngine],
]);

/** Microseconds of an epoch in this process: warms up, then the median of stretches of some 50 ms. */
export function measureEpoch(load: LoadName, engine: Engine, seconds: number): number {
  const training = engine.createTraining(setupOf(load));
  const run = (epochs: number): number => {
    const start = performance.now();
    const { status } = training.trainEpochs(epochs);
    if (status !== 'completed') throw new Error(`The training of load ${load} ${status}`);
    return (performance.now() - start) / epochs;
  };
  let one = run(1);
  for (let spent = one; spent < 300; spent += one) one = run(1);
  const epochs = Math.max(1, Math.round(50 / one));
  const times: number[] = [];
  for (let spent = 0; spent < seconds * 1000 || times.length < 3; spent += times.at(-1)! * epochs)
    times.push(run(epochs));
  training.close();
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]! * 1000;
}
