import { existsSync } from 'node:fs';
import type { Engine } from '@holdfast/core/kernels/engine';
import { loadKernels, type Registers, registerSets } from './addon.ts';
import { addonPath } from './addon-path.ts';
import { nativeEngine } from './native-engine.ts';
import { digestTraining, knownDigest } from './self-check.ts';

export type NativeEngine = { engine: Engine; registers: Registers } | { reason: string };

/**
 * The native engine on the widest registers that this processor has, once it has given the known bits.
 * Otherwise why it is not at hand, as half a sentence.
 */
export function loadNativeEngine(path = addonPath()): NativeEngine {
  if (!existsSync(path))
    return { reason: 'it was not built here (the set-up builds it where there is a C++ compiler)' };
  try {
    const kernels = loadKernels(path);
    for (const registers of registerSets) {
      const offered = kernels[registers];
      if (offered === undefined) continue;
      const engine = nativeEngine(offered);
      const digest = digestTraining(engine);
      if (digest === knownDigest) return { engine, registers };
      return { reason: `its self-check on ${registers} gave ${digest}, not ${knownDigest}` };
    }
    return { reason: 'this processor has no AVX2' };
  } catch (error) {
    return { reason: `it does not load: ${(error as Error).message}` };
  }
}
