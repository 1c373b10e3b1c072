import { describe } from 'vitest';
import { describeEngine } from '../../core/src/kernels/engine.suite.ts';
import { testedKernels } from '../test/tested-kernels.ts';
import { nativeEngine } from './native-engine.ts';

for (const [name, kernels] of testedKernels()) describe(name, () => describeEngine(nativeEngine(kernels)));
