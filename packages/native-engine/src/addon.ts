import { createRequire } from 'node:module';
import { addonPath } from './addon-path.ts';

/** Register sets that kernels are compiled for, best first. */
export const registerSets = ['avx512', 'avx2'] as const;
export type Registers = (typeof registerSets)[number];

/** Memory that a training or a set of rows lies in. It must never be moved or transferred. */
export type Memory = ArrayBuffer;

/** What `run` answers. */
export const runStatus = { completed: 0, paused: 1, diverged: 2 } as const;
/** Which numbers `read` and `write` mean. */
export const numbers = { parameters: 0, first: 1, second: 2 } as const;

/** The addon's functions for one register set; `kernels/kernels.h` says what each does. */
export interface Kernels {
  /** Bytes of a training of that set-up; builds it in the memory unless that is `null`. */
  open(setup: Float64Array, memory: Memory | null): number;
  /** Likewise for rows to evaluate; `labelled` is 1 where targets are labels. */
  openRows(
    rows: number,
    columns: number,
    targetsPerRow: number,
    labelled: number,
    memory: Memory | null,
  ): number;
  writeFeatures(memory: Memory, features: Float32Array): void;
  writeTargets(
    memory: Memory,
    labels: Int32Array | null,
    values: Float32Array | null,
    lossWeights: Float32Array | null,
  ): void;
  writeRows(
    rows: Memory,
    features: Float32Array,
    labels: Int32Array | null,
    values: Float32Array | null,
  ): void;
  write(memory: Memory, which: number, from: Float32Array): void;
  read(memory: Memory, which: number, to: Float32Array): void;
  setProgress(memory: Memory, steps: number, epochs: number): void;
  /** The mask must be kept until the next `run` has ended. */
  setMask(memory: Memory, layer: number, mask: Uint8Array): void;
  /** `progress`: epochs, steps, data loss and accuracy of the last step. */
  run(memory: Memory, lastEpoch: number, budget: number, oneStep: number, progress: Float64Array): number;
  /** Rows `from` (a multiple of 8) to `to` of a set, or of the training where that is `null`. */
  evaluate(memory: Memory, rows: Memory | null, from: number, to: number, sums: Float64Array): void;
  predict(memory: Memory, rows: Memory | null, from: number, to: number, outputs: Float32Array): void;
  /** Frees the memory at once. */
  release(memory: Memory): void;
}

/**
 * The kernels that this processor has registers for.
 * @throws Error where the addon was not built, or does not load
 */
export function loadKernels(path = addonPath()): Partial<Record<Registers, Kernels>> {
  return createRequire(import.meta.url)(path) as Partial<Record<Registers, Kernels>>;
}
