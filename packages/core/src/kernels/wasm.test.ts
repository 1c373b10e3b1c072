import { describeEngine } from './engine.suite.ts';
import { referenceEngine } from './reference.ts';
import { describeSameBits } from './same-bits.suite.ts';
import { wasmEngine } from './wasm.ts';

describeEngine(wasmEngine);
describeSameBits(wasmEngine, referenceEngine, 300);
