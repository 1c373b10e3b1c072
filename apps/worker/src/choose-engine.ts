import type { Engine } from '@holdfast/core/kernels/engine';
import { referenceEngine } from '@holdfast/core/kernels/reference';
import { wasmEngine } from '@holdfast/core/kernels/wasm';
import { loadNativeEngine } from '@holdfast/native-engine/load-native-engine';

/** `auto`: the fastest that is at hand. All give the same bits. */
export const engineChoices = ['auto', 'native', 'wasm', 'reference'] as const;
export type EngineChoice = (typeof engineChoices)[number];

export interface ChosenEngine {
  engine: Engine;
  /** The registers that the native engine works with. */
  registers: string | null;
  /** Why `auto` did not take the fastest. */
  note: string | null;
}

/** @throws Error where the one engine that is asked for is not at hand */
export function chooseEngine(choice: EngineChoice): ChosenEngine {
  if (choice === 'reference') return { engine: referenceEngine, registers: null, note: null };
  if (choice === 'wasm') return { engine: wasmEngine, registers: null, note: null };
  const native = loadNativeEngine();
  if ('engine' in native) return { ...native, note: null };
  if (choice === 'native')
    throw new Error(
      `HOLDFAST_ENGINE is native, but the native engine is not at hand: ${native.reason}. With auto, WASM trains.`,
    );
  return { engine: wasmEngine, registers: null, note: `no native engine: ${native.reason}` };
}
