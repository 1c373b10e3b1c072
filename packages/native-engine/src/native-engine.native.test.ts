import { describe } from 'vitest';
import { describeEngine } from '../../core/src/kernels/engine.suite.ts';
import { loadKernels, registerSets } from './addon.ts';
import { nativeEngine } from './native-engine.ts';

const kernels = loadKernels();

for (const registers of registerSets) {
  const offered = kernels[registers];
  if (offered !== undefined) describe(registers, () => describeEngine(nativeEngine(offered)));
}
